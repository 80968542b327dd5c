// One function for each call of the admin API. Authentication, role and replay are handled before
// it runs (admin_api.cpp).
#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/http_message.hpp"
#include "base/result.hpp"
#include "server/admin/admin_api.hpp"
#include "server/admin/response_codec.hpp"
#include "server/admin/services.hpp"
#include "tenancy/admin/accounts.hpp"
#include "tenancy/admin/replays.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/grants/account_tools.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/people/sessions.hpp"

namespace tollgate::admin {

class open_now;

// The values in place of a path's braces, in order.
using path_ids = std::array<std::string_view, 3>;

// What a call has changed, for the log: JSON objects of the members that differ, before and after.
// Of a read at Stripe: the object that was read, and Stripe's id of the request.
struct change_note {
    std::string from;
    std::string to;
    std::string object_id{};
    std::string stripe_request{};
};

// An authenticated call. Views and references live until the handler's awaitable completes.
struct call {
    const base::http_request& request;
    request_facts facts;
    const services& tenancy;
    // The caller: an API key, or a person represented as one (session). Null for calls open to
    // everyone.
    std::shared_ptr<const tenancy::api_key> by;
    std::shared_ptr<const tenancy::signed_in> session;   // null for API keys
    path_ids ids;                                        // of the path, in order
    std::string_view pattern;                            // of the path, as in openapi.yaml
    std::optional<tenancy::idempotent_request> once;     // of a POST with an Idempotency-Key
    const tenancy::call_explainer* explainer = nullptr;  // may be null
    open_now* open = nullptr;                            // may be null
    change_note* note = nullptr;  // where a handler records what it changed or read at Stripe

    std::string id(std::size_t place) const { return std::string{ids.at(place)}; }
};

using answer = base::awaitable<base::result<base::http_response>>;
using handler = answer (*)(const call&);

answer get_openapi(const call& in);

answer create_team(const call& in);
answer list_teams(const call& in);
answer freeze_team(const call& in);
answer unfreeze_team(const call& in);
answer get_team(const call& in);
answer patch_team(const call& in);
answer create_team_key(const call& in);
answer suspend_team(const call& in);
answer resume_team(const call& in);
answer show_team_servers_to_end(const call& in);
answer revoke_team_servers(const call& in);

answer show_person_servers(const call& in);
answer suspend_person_servers(const call& in);
answer revoke_person_servers(const call& in);

answer find_servers(const call& in);
answer find_servers_by_body(const call& in);
answer revoke_token(const call& in);

answer create_api_key(const call& in);
answer list_api_keys(const call& in);
answer get_api_key(const call& in);
answer delete_api_key(const call& in);

answer invite_person(const call& in);
answer list_people(const call& in);
answer accept_invitation_of_person(const call& in);
answer get_person(const call& in);
answer patch_person(const call& in);
answer delete_person(const call& in);
answer invite_person_again(const call& in);
answer sign_out_person(const call& in);
answer reset_person_totp(const call& in);

answer sign_in(const call& in);
answer make_sign_in_link(const call& in);
answer sign_in_by_link(const call& in);
answer list_sign_in_ways(const call& in);
answer begin_single_sign_on(const call& in);
answer finish_single_sign_on(const call& in);
answer leave_single_sign_on(const call& in);
answer list_sessions(const call& in);
answer sign_out_everywhere(const call& in);
answer get_current_session(const call& in);
answer sign_out(const call& in);
answer change_own_password(const call& in);
answer start_totp(const call& in);
answer confirm_totp(const call& in);
answer end_totp(const call& in);
answer delete_session(const call& in);

answer create_account(const call& in);
answer list_accounts(const call& in);
answer get_account(const call& in);
answer patch_account(const call& in);
answer delete_account(const call& in);
answer freeze_account(const call& in);
answer unfreeze_account(const call& in);
answer suspend_account(const call& in);
answer resume_account(const call& in);
answer show_account_servers_to_end(const call& in);
answer revoke_account_servers(const call& in);
answer verify_account(const call& in);

answer import_orders(const call& in);
answer sync_orders(const call& in);
answer list_orders(const call& in);
answer list_order_customers(const call& in);
answer list_order_refunds(const call& in);

answer create_server(const call& in);
answer check_server(const call& in);
answer check_server_change(const call& in);
answer list_servers(const call& in);
answer get_server(const call& in);
answer patch_server(const call& in);
answer rotate_server(const call& in);
answer suspend_server(const call& in);
answer resume_server(const call& in);
answer open_exception(const call& in);
answer list_exceptions(const call& in);
answer end_exception(const call& in);
answer delete_server(const call& in);
answer list_authorizations(const call& in);
answer delete_authorization(const call& in);
answer list_tools(const call& in);
answer list_server_tools(const call& in);
answer explain_call(const call& in);
answer get_server_tool(const call& in);

answer list_clients(const call& in);
answer list_open(const call& in);
answer end_open_session(const call& in);
answer get_team_usage(const call& in);
answer get_account_usage(const call& in);
answer get_server_usage(const call& in);

answer list_receipts(const call& in);
answer get_receipt(const call& in);
answer reconcile_receipt(const call& in);
answer state_outcome(const call& in);

answer get_declarations(const call& in);
answer put_declarations(const call& in);
answer delete_declarations(const call& in);

answer get_policy(const call& in);
answer put_policy(const call& in);
answer list_policy_changes(const call& in);
answer get_policy_change(const call& in);
answer confirm_policy_change(const call& in);
answer refuse_policy_change(const call& in);
answer check_policy(const call& in);
answer replay_policy(const call& in);
answer list_policy_versions(const call& in);
answer list_caps(const call& in);
answer list_presets(const call& in);

answer list_approvals(const call& in);
answer get_approval(const call& in);
answer get_approval_object(const call& in);
answer approve_call(const call& in);
answer deny_call(const call& in);

answer create_webhook(const call& in);
answer list_webhooks(const call& in);
answer get_webhook(const call& in);
answer delete_webhook(const call& in);
answer test_webhook(const call& in);
answer list_webhook_deliveries(const call& in);
answer repeat_webhook_delivery(const call& in);

answer follow_events(const call& in);

answer list_audit(const call& in);
answer export_audit(const call& in);
answer get_audit_anchors(const call& in);
answer get_audit_forwarding(const call& in);
answer replay_audit_records(const call& in);
answer get_receipt_proof(const call& in);
answer get_log_checkpoint(const call& in);
answer get_log_key(const call& in);
answer get_log_retention(const call& in);
answer get_log_state(const call& in);
answer get_log_tile(const call& in);

// The team of a call: the one in its path, otherwise the caller's own. Fails with not_found for
// another team, unless the caller is an instance owner.
base::result<std::string> team_of(const call& in);

// An account of the caller's team, and the tools that it has.
struct listing_place {
    tenancy::integrated_account account;
    tenancy::account_tools tools;
};
// Fails with not_found for an account that the team does not have.
base::awaitable<base::result<listing_place>> listing_of_account(const call& in, std::string team_id,
                                                                std::string account_id);

// What tools/list of the server, which is of that account, shows.
server_list list_of(const tenancy::mcp_server& server, const listing_place& at);

// MCP server rows as JSON objects. Reads each account once, and leaves out the rows of an account
// that has just been removed.
base::awaitable<base::result<std::vector<std::string>>> encode_rows(
    const call& in, std::vector<tenancy::mcp_server> rows);

// Records in the call's note which members of a JSON object differ.
void note_change(const call& in, std::string_view before, std::string_view after);

// A policy change for a second person to confirm; `now` decides whether it has expired.
std::string policy_change_json(const storage::policy_change_row& row, base::timestamp now);

// 200 or 201 with a JSON body; 204 without.
base::http_response json_response(unsigned status, std::string body);
base::http_response no_content();

// Stores `body` as the answer to the call's Idempotency-Key, if it has one; otherwise returns an
// empty writer.
template <typename Created, typename Encode>
tenancy::answer_writer<Created> answer_once(const call& in, unsigned status, Encode encode) {
    if (!in.once) return {};
    return [&in, status, encode](const Created& made) {
        return in.tenancy.replays().row(*in.once, status, encode(made));
    };
}

}  // namespace tollgate::admin
