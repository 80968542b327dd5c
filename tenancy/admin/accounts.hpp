// Integrated accounts: one Stripe account of a team, with its sealed credential.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tenancy/admin/account_service.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"
#include "tenancy/rules/credential_verifier.hpp"
#include "tenancy/rules/credential_watch.hpp"
#include "tenancy/rules/key_check.hpp"
#include "tenancy/rules/server_config.hpp"
#include "tenancy/work/key_checker.hpp"

namespace tollgate::tenancy {

// The parts of an account that may be shown.
struct integrated_account {
    std::string id;
    std::string team_id;
    std::string name;
    account_mode mode = account_mode::test;
    bool restricted_key = false;
    std::string last4;
    std::string stripe_account;  // or empty
    std::string stripe_version;  // or empty: the catalogue's version
    words tags;
    words connected_accounts;                        // acct_… ids that a call may name
    orders_kind orders = orders_kind::none;          // where its orders are kept
    std::optional<service_access> service;           // absent for a Stripe account
    std::optional<key_check> checked;                // absent: its key was not checked yet
    std::optional<base::timestamp> needs_reauth_at;  // Stripe has refused the credential since then
    std::optional<base::timestamp> frozen_at;        // since then it may not write
    std::optional<base::timestamp> suspended_at;     // since then its MCP servers take no calls
    std::string created_by;
    std::string created_by_name;  // name of that API key, even if it was deleted; may be empty
    base::timestamp created_at;
    base::timestamp updated_at;
};

struct account_input {
    std::string name;
    base::secret credential;
    // The mode that the caller expects, "test" or "live", or empty. For a service, the mode of the
    // account; empty means live.
    std::string mode;
    std::string stripe_account;
    std::string stripe_version;
    words tags;
    words connected_accounts;
    std::string orders{};  // none, tables or external; empty: none
    bool verify = false;
    std::optional<service_input> service{};  // absent for a Stripe account
};

// Absent fields stay unchanged; an empty stripe_account or stripe_version clears the field.
struct account_patch {
    std::optional<std::string> name;
    std::optional<base::secret> credential;
    std::optional<std::string> stripe_account;
    std::optional<std::string> stripe_version;
    std::optional<words> tags;
    std::optional<words> connected_accounts;
    std::optional<std::string> orders{};
    bool verify = false;
};

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class accounts final : public key_check_maker {
public:
    // `verifier` may be null: verify and review then fail with errc::unavailable. `refused` is
    // notified when Stripe refuses a key during a review.
    accounts(const environment& env, grants& live_grants, change_feed& changes,
             credential_verifier* verifier, credential_watch& refused)
        : env_(env),
          grants_(live_grants),
          changes_(changes),
          verifier_(verifier),
          refused_(refused) {}

    // Failures: those of check_credential, check_name, account_checks.hpp and account_service.hpp;
    // "invalid_orders";
    // "mode_mismatch" (the key's mode is not `mode`), "credential_rejected" (verify),
    // limit_reached, forbidden "live_keys_off".
    base::awaitable<base::result<integrated_account>> create(
        const api_key& by, account_input input, answer_writer<integrated_account> answer);

    // Both show no credential. get() fails with not_found; list() is newest first, of accounts
    // whose name contains `text` or whose credential ends with it; all if `text` is empty.
    base::awaitable<base::result<integrated_account>> get(std::string team_id, std::string id);
    base::awaitable<base::result<std::vector<integrated_account>>> list(std::string team_id,
                                                                        std::string text,
                                                                        storage::page where);

    // In force for the next call once it returns. A new credential must have the same mode
    // ("mode_mismatch"), because the account's MCP URLs were issued for that mode. A new
    // credential, or a successful verify, clears needs_reauth_at. Also fails as create does, and
    // with not_found.
    base::awaitable<base::result<integrated_account>> patch(std::string team_id, std::string id,
                                                            account_patch change);

    // Asks Stripe about the account's key and its permissions, and compares them with what the
    // account's active MCP servers need. Changes nothing at Stripe. In the gateway, a refused key
    // sets needs_reauth_at shortly afterwards; an accepted key clears it. Logged with the caller's
    // key. Failures: not_found, limit_exceeded "verify_too_often", errc::unavailable
    // "verify_unavailable".
    base::awaitable<base::result<key_review>> review(const api_key& by, std::string id);

    // The same for the gateway's own check. What was found is in get() afterwards, as it is after
    // review(). Fails as review() does, and with errc::unavailable "not_answered".
    base::awaitable<base::result<>> check_key(std::string team_id, std::string id) override;

    // Turns writes of the account's MCP servers off or on; in force for the next call once it
    // returns. Has no effect if they are already in that state. Logged with the caller's key.
    // Failures: not_found, conflict "version_changed".
    base::awaitable<base::result<integrated_account>> set_writes(const api_key& by, std::string id,
                                                                 writes to);

    // Removes the account, its credential and its MCP servers. Once it returns, none of their
    // tokens is accepted. Logged with the caller's key and the reason. Failures: not_found,
    // "reason_missing" (a reason is required while there are unrevoked MCP servers),
    // "invalid_reason", conflict "count_differs" if the number of unrevoked servers is not
    // `expect`, and conflict "refunds_undelivered" while refunds have not been written to the
    // company's own database. After a failure nothing has changed.
    base::awaitable<base::result<>> remove(const api_key& by, std::string id, std::int64_t expect,
                                           std::string reason);

private:
    base::awaitable<base::result<>> verify(storage::account_row row);
    base::awaitable<base::result<std::vector<tool_filter>>> active_filters(std::string team_id,
                                                                           std::string id);
    base::awaitable<base::result<std::vector<integrated_account>>> views(
        std::string team_id, std::vector<storage::account_row> rows);
    base::awaitable<base::result<key_review>> review_of(std::string team_id, std::string id);
    base::awaitable<> note_check(storage::account_row row);
    base::awaitable<> note_accepted(storage::account_row row);
    std::optional<base::timestamp> first_check() const;

    const environment& env_;
    grants& grants_;
    change_feed& changes_;
    credential_verifier* verifier_;
    credential_watch& refused_;
};

}  // namespace tollgate::tenancy
