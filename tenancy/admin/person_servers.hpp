// The MCP servers of one person: those that the person holds, or those that the person made.
// Counted, suspended and revoked together.
#pragma once
#include <string>
#include <vector>

#include "storage/changes/servers.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"

namespace tollgate::tenancy {

// Whose MCP servers: exactly one of `holder` (the whole text, as it is stored) and `created_by`
// (per_… or key_…) is given.
struct server_person {
    std::string team_id;
    std::string holder{};
    std::string created_by{};

    // The search for these servers; it may find more than includes() accepts.
    storage::server_search search() const;
    bool includes(std::string_view holder_of, std::string_view created_by_of) const;
};

// What is done to all of them, with their expected number and the reason.
struct person_action {
    server_person person;
    std::int64_t expect = 0;
    std::string reason;
};

// Fails with "invalid_person" unless exactly one of the two texts is given and it is not too long.
base::result<> check_person(const server_person& person);

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes. Failures of every call: those of check_person.
class person_servers {
public:
    person_servers(const environment& env, grants& live_grants, change_feed& changes)
        : env_(env), grants_(live_grants), changes_(changes) {}

    // How many MCP servers of the person are not revoked.
    base::awaitable<base::result<std::int64_t>> count(server_person person) const;

    // Once it returns their number, no instance takes a call for any of them. A transaction changes
    // up to 500 servers: after a failure, those already suspended stay suspended, and repeating the
    // call continues. Failures: "reason_missing", "invalid_reason", and conflict "count_differs" if
    // their number is not `expect`; nothing has been done then. Conflict "server_revoked" if one of
    // them is revoked meanwhile.
    base::awaitable<base::result<std::int64_t>> suspend(const api_key& by, person_action what);

    // The same for revoking; no instance accepts a token of any of them once it returns.
    base::awaitable<base::result<std::int64_t>> revoke(const api_key& by, person_action what);

private:
    struct place {
        std::string account_id;
        std::string id;
    };
    enum class effect : std::uint8_t { suspend, revoke };

    base::awaitable<base::result<std::vector<place>>> places(server_person person) const;
    base::awaitable<base::result<std::int64_t>> act(const api_key& by, person_action what,
                                                    effect wanted);
    base::awaitable<base::result<change_feed::announced>> commit(std::string team_id,
                                                                 std::vector<place> batch,
                                                                 effect wanted);
    void log(const api_key& by, const person_action& what, effect wanted, std::int64_t count) const;

    const environment& env_;
    grants& grants_;
    change_feed& changes_;
};

}  // namespace tollgate::tenancy
