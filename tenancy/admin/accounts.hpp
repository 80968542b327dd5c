// Integrated accounts: one Stripe account of a team, with its sealed credential.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/grants/grants.hpp"
#include "tenancy/rules/credential_verifier.hpp"
#include "tenancy/rules/credential_watch.hpp"
#include "tenancy/rules/server_config.hpp"

namespace tollgate::tenancy {

// What may be shown of an account.
struct integrated_account {
    std::string id;
    std::string team_id;
    std::string name;
    account_mode mode = account_mode::test;
    bool restricted_key = false;
    std::string last4;
    std::string stripe_account;  // or empty
    std::string stripe_version;  // or empty: the catalogue's
    words tags;
    words connected_accounts;                        // acct_… a call may name
    std::optional<base::timestamp> needs_reauth_at;  // Stripe refuses the credential since then
    std::optional<base::timestamp> frozen_at;        // writes are off since then
    std::optional<base::timestamp> suspended_at;     // its MCP servers take no call since then
    std::string created_by;
    std::string created_by_name;  // of that API key, also when it was deleted; may be empty
    base::timestamp created_at;
    base::timestamp updated_at;
};

struct account_input {
    std::string name;
    base::secret credential;
    std::string mode;  // "test" or "live" when the caller says what it expects, or empty
    std::string stripe_account;
    std::string stripe_version;
    words tags;
    words connected_accounts;
    bool verify = false;
};

// Absent parts stay as they are; an empty stripe_account or stripe_version clears it.
struct account_patch {
    std::optional<std::string> name;
    std::optional<base::secret> credential;
    std::optional<std::string> stripe_account;
    std::optional<std::string> stripe_version;
    std::optional<words> tags;
    std::optional<words> connected_accounts;
    bool verify = false;
};

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class accounts {
public:
    // `verifier` may be null: then verify and review give errc::unavailable. `refused` is told of
    // a key that Stripe refuses in a review.
    accounts(const environment& env, grants& live_grants, change_feed& changes,
             credential_verifier* verifier, credential_watch& refused)
        : env_(env),
          grants_(live_grants),
          changes_(changes),
          verifier_(verifier),
          refused_(refused) {}

    // Failures: those of check_credential and check_name; "mode_mismatch" (the key is of another
    // mode than `mode`), those of account_checks.hpp, "credential_rejected" (verify),
    // limit_reached; forbidden "live_keys_off".
    base::awaitable<base::result<integrated_account>> create(
        const api_key& by, account_input input, answer_writer<integrated_account> answer);

    base::awaitable<base::result<integrated_account>> get(std::string team_id, std::string id);
    base::awaitable<base::result<std::vector<integrated_account>>> list(std::string team_id,
                                                                        storage::page where);

    // In force for the next call when it returns. A new credential must be of the same mode
    // ("mode_mismatch"), because the account's MCP URLs were given out for that mode. A new
    // credential and a verify that Stripe passes clear needs_reauth_at. Other failures as for
    // create, and not_found.
    base::awaitable<base::result<integrated_account>> patch(std::string team_id, std::string id,
                                                            account_patch change);

    // What Stripe says of the account's key and of its permissions, held against what its active
    // MCP servers need. Changes nothing at Stripe; here, a refused key sets needs_reauth_at soon
    // after, and one that Stripe takes clears it. Logged with who asked. Failures: not_found,
    // limit_exceeded "verify_too_often", errc::unavailable "verify_unavailable".
    base::awaitable<base::result<key_review>> review(const api_key& by, std::string id);

    // Turns the writes of the account's MCP servers off or on; in force for the next call when it
    // returns. What is so already stays as it is. Logged with who did it. Failures: not_found,
    // conflict "version_changed".
    base::awaitable<base::result<integrated_account>> set_writes(const api_key& by, std::string id,
                                                                 writes to);

    // Removes the account, its credential and its MCP servers. When it returns, none of their
    // tokens is accepted. Logged with who did it and why. Failures: not_found, "reason_missing"
    // (with MCP servers that are not revoked, a reason is needed), "invalid_reason", and conflict
    // "count_differs" when those are another number than `expect`; then nothing happened.
    base::awaitable<base::result<>> remove(const api_key& by, std::string id, std::int64_t expect,
                                           std::string reason);

private:
    base::awaitable<base::result<>> verify(storage::account_row row);
    // The account with its key unsealed.
    base::result<account_access> open(const storage::account_row& row) const;
    base::awaitable<base::result<std::vector<tool_filter>>> active_filters(std::string team_id,
                                                                           std::string id);
    base::awaitable<base::result<std::vector<integrated_account>>> views(
        std::string team_id, std::vector<storage::account_row> rows);
    base::awaitable<> note_accepted(storage::account_row row);

    const environment& env_;
    grants& grants_;
    change_feed& changes_;
    credential_verifier* verifier_;
    credential_watch& refused_;
};

}  // namespace tollgate::tenancy
