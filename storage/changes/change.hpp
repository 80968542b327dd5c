// One change of the records, of any kind. The kinds are the structs of this folder; each kind of
// record has its own header. A list of changes is committed atomically (record_store::commit).
#pragma once
#include <concepts>
#include <cstdint>
#include <memory>
#include <utility>

namespace tollgate::storage {

struct put_setting;
struct add_setting;
struct add_replay;
struct purge_expired;
struct add_team;
struct freeze_team;
struct patch_team;
struct add_api_key;
struct remove_api_key;
struct add_account;
struct replace_account;
struct reject_credential;
struct remove_account;
struct add_server;
struct replace_server;
struct revoke_server;
struct revoke_servers;
struct suspend;
struct add_usage;
struct add_token;
struct cap_tokens;
struct drop_tokens;
struct drop_token;
struct use_oauth_client;
struct add_authorization;
struct rotate_refresh;
struct revoke_authorization;
struct claim_alarms;
struct fire_alarms;
struct postpone_alarm;
struct release_alarms;
struct arm_missing_alarms;
struct log_change;
struct open_log;
struct renew_log;
struct trim_log;
struct put_instance;
struct remove_instance;
struct begin_receipt;
struct retake_receipt;
struct finish_receipt;
struct settle_receipt;
struct claim_receipts;
struct release_receipts;
struct add_approval;
struct vote_approval;
struct end_approval;
struct claim_approvals;
struct postpone_approval;
struct release_approvals;
struct purge_approvals;
struct arm_retention;
struct claim_retention;
struct rearm_retention;
struct remove_audit;
struct remove_receipts;
struct add_audit;
struct integrate_audit;
struct sign_audit;
struct put_policy;
struct add_policy_change;
struct decide_policy_change;
struct add_webhook;
struct remove_webhook;
struct claim_webhook_delivery;
struct finish_webhook_delivery;
struct repeat_webhook_delivery;
struct purge_webhook_deliveries;
struct hold_delivery;
struct drop_delivery;
struct advance_delivery;
struct fail_delivery;
struct rewind_delivery;
struct add_person;
struct patch_person;
struct remove_person;
struct invite_person;
struct accept_invitation;
struct put_password;
struct put_totp;
struct confirm_totp;
struct remove_totp;
struct use_totp;
struct use_recovery_code;
struct add_session;
struct touch_session;
struct end_sessions;
struct purge_sessions;
struct import_orders;
struct add_refund_flag;
struct claim_refund_deliveries;
struct finish_refund_delivery;
struct purge_orders;
struct take_attempts;
struct return_attempts;
struct put_declarations;
struct purge_hourly_counts;
struct add_identity;
struct add_sign_in_link;
struct use_sign_in_link;
struct note_clients;
struct note_key_uses;
struct arm_key_checks;
struct claim_key_check;
struct finish_key_check;
struct note_key_check;

template <typename... Kinds>
struct change_kinds {
    template <typename Kind>
    static constexpr bool has = (std::same_as<Kind, Kinds> || ...);

    // The index of `Kind` in the list, from 0.
    template <typename Kind>
    static constexpr std::uint8_t place_of() {
        std::uint8_t place = 0;
        (void)((std::same_as<Kind, Kinds> || (++place, false)) || ...);
        return place;
    }
};

// Every kind of change. Any other struct does not convert to a `change`, and a kind that the
// databases cannot write does not compile (storage/sql/apply.cpp).
using all_changes = change_kinds<
    put_setting, add_setting, add_replay, purge_expired, add_team, freeze_team, add_api_key,
    remove_api_key, add_account, replace_account, reject_credential, remove_account, add_server,
    replace_server, revoke_server, revoke_servers, suspend, add_usage, add_token, cap_tokens,
    drop_tokens, drop_token, use_oauth_client, add_authorization, rotate_refresh,
    revoke_authorization, claim_alarms, fire_alarms, postpone_alarm, release_alarms,
    arm_missing_alarms, log_change, open_log, renew_log, trim_log, put_instance, remove_instance,
    begin_receipt, retake_receipt, finish_receipt, settle_receipt, claim_receipts, release_receipts,
    add_approval, vote_approval, end_approval, claim_approvals, postpone_approval,
    release_approvals, purge_approvals, add_audit, integrate_audit, sign_audit, put_policy,
    patch_team, arm_retention, claim_retention, rearm_retention, remove_audit, remove_receipts,
    hold_delivery, drop_delivery, advance_delivery, fail_delivery, rewind_delivery, add_person,
    patch_person, remove_person, invite_person, accept_invitation, put_password, put_totp,
    confirm_totp, remove_totp, use_totp, use_recovery_code, add_session, touch_session,
    end_sessions, purge_sessions, add_webhook, remove_webhook, claim_webhook_delivery,
    finish_webhook_delivery, repeat_webhook_delivery, purge_webhook_deliveries, import_orders,
    add_refund_flag, claim_refund_deliveries, finish_refund_delivery, purge_orders,
    add_policy_change, decide_policy_change, take_attempts, return_attempts, put_declarations,
    purge_hourly_counts, add_identity, add_sign_in_link, use_sign_in_link, note_clients,
    note_key_uses, arm_key_checks, claim_key_check, finish_key_check, note_key_check>;

// Copies share their content, which never changes. Not a std::variant: with this many kinds, each
// file that uses one takes seconds longer to compile.
class change {
public:
    // Converts implicitly from any kind, so that a list of changes can be written without casts.
    template <typename Kind>
        requires(all_changes::has<Kind>)
    change(Kind what)  // NOLINT(google-explicit-constructor)
        : kind_(all_changes::place_of<Kind>()),
          what_(std::make_shared<const Kind>(std::move(what))) {}

    // The change if it is of this kind, otherwise null. Lives as long as the `change`.
    template <typename Kind>
        requires(all_changes::has<Kind>)
    const Kind* as() const {
        const bool same = kind_ == all_changes::place_of<Kind>();
        return same ? static_cast<const Kind*>(what_.get()) : nullptr;
    }

private:
    std::uint8_t kind_;
    std::shared_ptr<const void> what_;
};

}  // namespace tollgate::storage
