// API keys: the callers of the admin API and their roles.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "storage/changes/tokens.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/key_uses.hpp"
#include "tenancy/grants/sharded_cache.hpp"

namespace tollgate::tenancy {

// In order of increasing rights.
enum class role : std::uint8_t { viewer, operator_, admin };

// "viewer", "operator", "admin".
std::string_view to_string(role value);
std::optional<role> parse_role(std::string_view word);

// An API key without its secret.
struct api_key {
    std::string id;
    std::string team_id;
    std::string name;
    role rank = role::viewer;
    bool instance_owner = false;  // may create teams and see all of them
    std::string key_prefix;
    std::string created_by;  // key_… or empty
    base::timestamp created_at;
    std::optional<base::timestamp> last_used_at{};  // to the minute
};

struct new_api_key {
    api_key key;
    base::secret secret;  // tgk_…: shown once
};

struct api_key_input {
    std::string name;
    std::string role;
    bool instance_owner = false;
};

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class api_keys {
public:
    // The references live as long as this object.
    api_keys(const environment& env, change_feed& changes);

    // Called with the tokens of authorizations that ended with a key, before the key's removal is
    // acknowledged. Thread-safe; must not block. Set it before the loops run.
    using ended_handler = std::function<void(const std::vector<storage::ended_token>&)>;
    void end_tokens_with(ended_handler ended) { ended_ = std::move(ended); }

    // Finds the key of a secret "tgk_…". Fails with errc::unauthorized "invalid_api_key" if it is
    // malformed, unknown or deleted (the same answer for all), and with errc::unavailable if the
    // store does not answer.
    base::awaitable<base::result<std::shared_ptr<const api_key>>> authenticate(
        std::string_view secret);

    // Creates a key for the caller's team. Failures: "invalid_name", "unknown_role", "owner_only"
    // (only an instance owner may create an instance owner, and only with role admin),
    // "limit_reached".
    base::awaitable<base::result<new_api_key>> create(const api_key& by, api_key_input input,
                                                      answer_writer<new_api_key> answer);

    // Keys without their secrets, with the uses that this instance knows of. get() fails with
    // not_found; list() is newest first.
    base::awaitable<base::result<api_key>> get(std::string team_id, std::string id);
    base::awaitable<base::result<std::vector<api_key>>> list(std::string team_id,
                                                             storage::page where);

    // Stores the uses of keys that wait to be stored; called from time to time. A failure is
    // logged, and they wait for the next call.
    base::awaitable<> store_uses();

    // Removes a key. Once it returns, the key and every token of an OAuth authorization that it
    // gave are refused from the next call on. Failures: not_found, conflict "last_admin_key",
    // "last_owner_key".
    base::awaitable<base::result<>> remove(std::string team_id, std::string id);

    // Drops the cached entry of a key that another instance has removed.
    void removed(std::string_view id);
    // The same for all keys.
    void forget_all();

    // A key that is not stored yet, and its row, for callers that commit it together with other
    // changes.
    struct drafted {
        new_api_key made;
        storage::api_key_row row;
    };
    drafted draft(std::string team_id, std::string name, role rank, bool instance_owner,
                  std::string created_by) const;

private:
    const environment& env_;
    change_feed& changes_;
    ended_handler ended_ = [](const std::vector<storage::ended_token>&) {};
    sharded_cache<api_key> cache_;
    key_uses uses_;
};

}  // namespace tollgate::tenancy
