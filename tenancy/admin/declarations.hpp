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
#include "tenancy/grants/account_tools.hpp"
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
    // one removes the declarations: the account's MCP servers have the tools of their filters
    // again. With `expect`, fails with conflict "version_changed" if the stored version is another
    // one. A document that is not valid fails as declaration_reader::read() does, and the stored
    // one stays. Fails as get() does, and with conflict: "second_person_needed"; "rules_do_not_fit"
    // if a rule of the account or of one of its MCP servers names a tool, tag or argument that
    // would not exist any more.
    base::awaitable<base::result<storage::declarations_row>> put(
        const api_key& by, std::string account_id, std::string document,
        std::optional<std::int64_t> expect);

    // The tools of an account. Fails as tools_of_account() does.
    base::awaitable<base::result<account_tools>> tools_of(std::string team_id,
                                                          std::string account_id) {
        return tools_of_account(env_, grants_, std::move(team_id), std::move(account_id));
    }

    // The declared tools of an account as its grants have them now; null if there are none. Fails
    // as get() does, and if the stored document is no longer valid.
    base::awaitable<base::result<std::shared_ptr<const declared_tools>>> in_force(
        std::string team_id, std::string account_id);

private:
    base::awaitable<base::result<>> check_rules_fit(std::string team_id, std::string account_id,
                                                    const tool_directory& after);
    base::awaitable<base::result<std::optional<service_access>>> service_of_account(
        std::string team_id, std::string account_id);

    const environment& env_;
    grants& grants_;
    change_feed& changes_;
};

}  // namespace tollgate::tenancy
