// The declarations of integrated accounts: read, replaced, removed.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "storage/rows.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"

namespace tollgate::tenancy {

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class declarations {
public:
    declarations(const environment& env, grants& live_grants, change_feed& changes)
        : env_(env), grants_(live_grants), changes_(changes) {}

    // Version 0 and an empty document if there have never been declarations; an empty document with
    // a version if they were removed. Fails with not_found if the team has no such account.
    base::awaitable<base::result<storage::declarations_row>> get(std::string team_id,
                                                                 std::string account_id);

    // Replaces the document; in force for the next call on every instance once it returns. An empty
    // document removes the declarations, so that the account's MCP servers have the tools of their
    // filters again. With `expect`, fails with conflict "version_changed" if the stored version is
    // different. An invalid document fails as declaration_reader::read() does, and the stored one
    // is kept. Also fails as get() does, and with conflict "second_person_needed".
    base::awaitable<base::result<storage::declarations_row>> put(
        const api_key& by, std::string account_id, std::string document,
        std::optional<std::int64_t> expect);

    // The declared tools of an account as its grants have them now; null if there are none. Fails
    // as get() does, and if the stored document is no longer valid.
    base::awaitable<base::result<std::shared_ptr<const declared_tools>>> in_force(
        std::string team_id, std::string account_id);

private:
    base::awaitable<base::result<std::optional<service_access>>> service_of_account(
        std::string team_id, std::string account_id);

    const environment& env_;
    grants& grants_;
    change_feed& changes_;
};

}  // namespace tollgate::tenancy
