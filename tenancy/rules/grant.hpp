// What a valid MCP token grants: everything a request needs to know about its MCP server and
// account, as one immutable value.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "tenancy/rules/account_mode.hpp"
#include "tenancy/rules/filter.hpp"
#include "tenancy/rules/service.hpp"
#include "tenancy/rules/serving_rules.hpp"

namespace tollgate::tenancy {

struct call_policies;
struct declared_tools;

// Where the company's orders of an account are kept: nowhere, in the record store, or in the
// company's own database.
enum class orders_kind : std::uint8_t { none, tables, external };

// An integrated account as the upstream client needs it.
struct account_access {
    std::string id;  // ia_…
    std::string team_id;
    std::string name{};  // the name its team gave it
    account_mode mode = account_mode::test;
    base::secret credential;     // unsealed: the Stripe key, or the service's credential
    std::string stripe_account;  // acct_… for Stripe-Account, or empty
    std::string stripe_version;  // for Stripe-Version; empty: the catalogue's
    // Connected accounts (acct_…) that a call may name instead of `stripe_account`; if empty, a
    // call may name none.
    std::vector<std::string> connected_accounts{};
    std::int64_t version = 0;  // of the stored record; a new credential has a new version
    orders_kind orders = orders_kind::none;
    // The REST service of this account; absent for a Stripe account. The credential is sent to that
    // service only.
    std::optional<service_access> service{};
};

// Counted in memory by the server of a call: add one to calls and set last_used_unix_ms. The grant
// source resets `calls` to zero when it writes the count to the store (every few seconds and at the
// end); the API shows the sum of stored and pending calls. A kill -9 loses only the counts not yet
// written, at most those of one interval.
struct usage_counter {
    std::atomic<std::uint64_t> calls{0};
    std::atomic<std::int64_t> last_used_unix_ms{0};
    std::atomic<std::uint32_t> in_flight{0};
};

// How clients authenticate to an MCP server: by its URL's token, by OAuth, or by either.
enum class server_auth : std::uint8_t { url, oauth, both };

struct grant {
    std::string server_id;  // mcp_…
    std::string server_name;
    std::string team_id;
    std::string token_digest;  // identifies the token of the server that was used
    tool_filter filter;
    std::optional<base::timestamp>
        expires_at;  // of the server or of this token, whichever is earlier
    server_auth auth = server_auth::url;
    bool require_api_token_auth = false;
    bool structured_content = false;  // config.structured_content
    listing_rules listing;
    std::string listing_key;  // equal for grants with equal lists
    result_rules results;
    confirmation confirm = confirmation::none;  // config.confirm
    bool expand_any = false;        // config.expand is "any": `expand` may include what the filter
                                    // hides
    std::optional<call_rate> rate;  // config.rate_limit; absent: the instance's default
    std::shared_ptr<const call_policies> policies;  // tenancy/policy; null: there are no rules
    bool frozen = false;            // writes are off: the account or its team is frozen
    bool team_frozen = false;       // the team is frozen
    bool record_arguments = false;  // audit records contain the redacted arguments
    bool receipt_metadata = false;  // a receipt is named in the metadata of created objects
    bool needs_reauth = false;      // Stripe refused the account's credential
    std::shared_ptr<const account_access> account;
    std::shared_ptr<usage_counter> usage;  // one per server, shared by its tokens; never null
    std::shared_ptr<const declared_tools> declared{};  // of its account; null: it has none
};

// Turns a token into its grant.
class grant_source {
public:
    virtual ~grant_source() = default;

    // The grant of `token` ("tgm_…") if this process has it cached, otherwise null. Thread-safe,
    // does not block, no disk. Expiry is NOT checked: call grant_valid_at at use.
    virtual std::shared_ptr<const grant> cached(std::string_view token) = 0;

    // The same, but asks the store if the grant is not cached. errc::not_found for a token that is
    // malformed, unknown, revoked or expired (the same answer for all four); errc::forbidden
    // "suspended" while its server, account or team is suspended; errc::unavailable if the store
    // does not answer. Resumes on the caller's executor. `token` must live until the awaitable
    // completes.
    virtual base::awaitable<base::result<std::shared_ptr<const grant>>> find(
        std::string_view token) = 0;

    // The same for an OAuth authorization by its id ("oaz_…"). Take the id only from a verified
    // access token of ours: the id alone proves nothing.
    virtual std::shared_ptr<const grant> cached_authorization(std::string_view id) = 0;
    virtual base::awaitable<base::result<std::shared_ptr<const grant>>> find_authorization(
        std::string_view id) = 0;

    // True if `api_key` ("tgk_…") is an active API key of team `team_id`, for
    // config.require_api_token_auth.
    virtual base::awaitable<base::result<bool>> api_key_of_team(std::string_view api_key,
                                                                std::string_view team_id) = 0;
};

// The exact expiry rule: nothing is accepted at or after the millisecond of `expires_at`.
inline bool grant_valid_at(const grant& value, base::timestamp now) {
    return !value.expires_at || now < *value.expires_at;
}

}  // namespace tollgate::tenancy
