#include "server/admin/routes.hpp"

#include <algorithm>

#include "server/admin/addresses.hpp"
#include "tenancy/audit/audit_event.hpp"
#include "tenancy/rules/gateway_paths.hpp"

namespace tollgate::admin {

namespace {

using tenancy::role;

namespace to = addresses;
using to::at;

// The part of an address after its root.
constexpr std::string_view account_id = "/{account_id}";
constexpr std::string_view approval_id = "/{approval_id}";
constexpr std::string_view authorization_id = "/{authorization_id}";
constexpr std::string_view key_id = "/{key_id}";
constexpr std::string_view person_id = "/{person_id}";
constexpr std::string_view policy_change_id = "/{policy_change_id}";
constexpr std::string_view receipt_id = "/{receipt_id}";
constexpr std::string_view session_id = "/{session_id}";
constexpr std::string_view server_id = "/{server_id}";
constexpr std::string_view team_id = "/{team_id}";
constexpr std::string_view tile_path = "/{tile_path}";
using to::accept_invitation;
constexpr std::string_view anchors_root = "/anchors";
constexpr std::string_view approve = "/approve";
constexpr std::string_view authorization = "/authorization";
using tenancy::gateway_paths::callback;
constexpr std::string_view caps = "/caps";
constexpr std::string_view checkpoint = "/checkpoint";
constexpr std::string_view confirm = "/confirm";
constexpr std::string_view current = "/current";
constexpr std::string_view declarations = "/declarations";
constexpr std::string_view delivery = "/delivery";
constexpr std::string_view delivery_id = "/{delivery_id}";
using tenancy::gateway_paths::deny;
constexpr std::string_view destination = "/{destination}";
constexpr std::string_view end = "/end";
constexpr std::string_view exception = "/exception";
constexpr std::string_view exception_id = "/{exception_id}";
constexpr std::string_view explain = "/explain";
constexpr std::string_view forwarding_root = "/forwarding";
constexpr std::string_view export_root = "/export";
using tenancy::gateway_paths::freeze;
constexpr std::string_view import_root = "/import";
constexpr std::string_view invitation = "/invitation";
using tenancy::gateway_paths::link;
constexpr std::string_view log_key = "/key";
constexpr std::string_view log_root = "/log";
using tenancy::gateway_paths::oidc;
constexpr std::string_view object = "/object";
constexpr std::string_view order_customers = "/customers";
constexpr std::string_view orders_root = "/orders";
constexpr std::string_view password = "/password";
constexpr std::string_view policy = "/policy";
constexpr std::string_view clients = "/clients";
constexpr std::string_view proof = "/proof";
constexpr std::string_view refuse = "/refuse";
constexpr std::string_view outcome = "/outcome";
constexpr std::string_view reconcile = "/reconcile";
constexpr std::string_view retention = "/retention";
constexpr std::string_view refunds = "/refunds";
constexpr std::string_view repeat = "/repeat";
constexpr std::string_view replay = "/replay";
constexpr std::string_view rotate = "/rotate";
constexpr std::string_view open_sessions = "/sessions";
constexpr std::string_view open_session_id = "/{open_session_id}";
constexpr std::string_view sign_in_link = "/sign-in-link";
using tenancy::gateway_paths::suspend;
constexpr std::string_view state = "/state";
constexpr std::string_view sync_root = "/sync";
constexpr std::string_view test = "/test";
constexpr std::string_view tile = "/tile";
constexpr std::string_view totp = "/totp";
constexpr std::string_view tools = "/tools";
constexpr std::string_view tool_name = "/{tool_name}";
constexpr std::string_view usage = "/usage";
constexpr std::string_view verify = "/verify";
constexpr std::string_view versions = "/versions";
constexpr std::string_view ways = "/ways";
constexpr std::string_view check = "/check";
constexpr std::string_view webhook_id = "/{webhook_id}";

constexpr std::string_view team = at<to::teams, team_id>;
constexpr std::string_view account = at<to::accounts, account_id>;
constexpr std::string_view key = at<to::api_keys, key_id>;
constexpr std::string_view approval = at<to::approvals, approval_id>;
constexpr std::string_view policy_change = at<to::policy_changes, policy_change_id>;
constexpr std::string_view receipt = at<to::receipts, receipt_id>;
constexpr std::string_view webhook = at<to::webhooks, webhook_id>;
constexpr std::string_view log = at<to::audit, log_root, team_id>;
constexpr std::string_view person = at<to::people, person_id>;
constexpr std::string_view servers = at<account, to::mcp>;
constexpr std::string_view server = at<servers, server_id>;
constexpr std::string_view authorizations = at<server, authorization>;

constexpr route table[] = {
    {"GET", to::document, get_openapi, {}},
    {"POST", to::teams, create_team, role::admin},
    {"GET", to::teams, list_teams, role::viewer},
    {"PATCH", to::teams, patch_team, role::admin},
    // An operator may freeze and suspend; only an admin may undo that.
    {"POST", at<to::teams, freeze>, freeze_team, role::operator_},
    {"DELETE", at<to::teams, freeze>, unfreeze_team, role::admin},
    {"POST", at<to::teams, suspend>, suspend_team, role::operator_},
    {"DELETE", at<to::teams, suspend>, resume_team, role::admin},
    {"GET", at<to::teams, to::revoke>, show_team_servers_to_end, role::viewer},
    {"POST", at<to::teams, to::revoke>, revoke_team_servers, role::operator_},
    {"GET", at<to::teams, to::people, to::revoke>, show_person_servers, role::viewer},
    {"POST", at<to::teams, to::people, to::revoke>, revoke_person_servers, role::operator_},
    {"POST", at<to::teams, to::people, suspend>, suspend_person_servers, role::operator_},
    // The same for a team by its id: an instance owner may name any team.
    {"GET", team, get_team, role::viewer},
    {"PATCH", team, patch_team, role::admin},
    {"POST", at<team, freeze>, freeze_team, role::operator_},
    {"DELETE", at<team, freeze>, unfreeze_team, role::admin},
    {"POST", at<team, suspend>, suspend_team, role::operator_},
    {"DELETE", at<team, suspend>, resume_team, role::admin},
    {"GET", at<team, to::revoke>, show_team_servers_to_end, role::viewer},
    {"POST", at<team, to::revoke>, revoke_team_servers, role::operator_},
    {"POST", at<team, to::api_keys>, create_team_key, role::admin},
    {"GET", to::mcp, find_servers, role::viewer},
    {"POST", to::find_server, find_servers_by_body, role::viewer, true},
    // Anyone who holds a secret may end it, because its holder could do worse with it.
    {"POST", to::revoke, revoke_token, role::operator_},
    {"POST", to::api_keys, create_api_key, role::admin},
    {"GET", to::api_keys, list_api_keys, role::admin},
    {"GET", key, get_api_key, role::admin},
    {"DELETE", key, delete_api_key, role::admin},
    {"POST", to::people, invite_person, role::admin},
    {"GET", to::people, list_people, role::admin},
    {"POST", at<to::people, accept_invitation>, accept_invitation_of_person, {}, true},
    {"GET", person, get_person, role::admin},
    {"PATCH", person, patch_person, role::admin},
    {"DELETE", person, delete_person, role::admin},
    {"POST", at<person, invitation>, invite_person_again, role::admin},
    {"POST", at<person, sign_in_link>, make_sign_in_link, role::admin},
    {"DELETE", at<person, to::sessions>, sign_out_person, role::admin},
    {"DELETE", at<person, totp>, reset_person_totp, role::admin},
    {"POST", to::sessions, sign_in, {}, true},
    {"POST", at<to::sessions, link>, sign_in_by_link, {}, true},
    {"GET", at<to::sessions, ways>, list_sign_in_ways, {}},
    {"GET", at<to::sessions, oidc>, begin_single_sign_on, {}},
    {"GET", at<to::sessions, oidc, callback>, finish_single_sign_on, {}},
    {"GET", at<to::sessions, oidc, end>, leave_single_sign_on, {}},
    // The remaining calls are for people themselves, whatever their role; an API key has no
    // session.
    {"GET", to::sessions, list_sessions, role::viewer},
    {"DELETE", to::sessions, sign_out_everywhere, role::viewer},
    {"GET", at<to::sessions, current>, get_current_session, role::viewer},
    {"DELETE", at<to::sessions, current>, sign_out, role::viewer},
    {"PUT", at<to::sessions, password>, change_own_password, role::viewer},
    {"POST", at<to::sessions, totp>, start_totp, role::viewer},
    {"POST", at<to::sessions, totp, confirm>, confirm_totp, role::viewer},
    {"POST", at<to::sessions, totp, end>, end_totp, role::viewer},
    {"DELETE", at<to::sessions, session_id>, delete_session, role::viewer},
    {"POST", to::accounts, create_account, role::admin},
    {"GET", to::accounts, list_accounts, role::viewer},
    {"GET", account, get_account, role::viewer},
    {"PATCH", account, patch_account, role::admin},
    {"DELETE", account, delete_account, role::admin},
    {"POST", at<account, freeze>, freeze_account, role::operator_},
    {"DELETE", at<account, freeze>, unfreeze_account, role::admin},
    {"POST", at<account, suspend>, suspend_account, role::operator_},
    {"DELETE", at<account, suspend>, resume_account, role::admin},
    {"GET", at<account, to::revoke>, show_account_servers_to_end, role::viewer},
    {"POST", at<account, to::revoke>, revoke_account_servers, role::operator_},
    {"POST", at<account, verify>, verify_account, role::operator_, true, false, false, true},
    {"GET", at<account, tools>, list_tools, role::viewer},
    {"POST", at<account, orders_root, import_root>, import_orders, role::operator_, false, false,
     true},
    {"POST", at<account, orders_root, sync_root>, sync_orders, role::operator_},
    {"GET", at<account, orders_root>, list_orders, role::viewer},
    {"GET", at<account, orders_root, order_customers>, list_order_customers, role::viewer},
    {"GET", at<account, orders_root, refunds>, list_order_refunds, role::viewer},
    {"POST", servers, create_server, role::operator_},
    {"GET", servers, list_servers, role::viewer},
    {"POST", at<servers, check>, check_server, role::viewer, true},
    {"POST", at<server, check>, check_server_change, role::viewer, true},
    {"GET", server, get_server, role::viewer},
    {"PATCH", server, patch_server, role::operator_},
    {"DELETE", server, delete_server, role::operator_},
    {"POST", at<server, suspend>, suspend_server, role::operator_},
    {"DELETE", at<server, suspend>, resume_server, role::operator_},
    {"POST", at<server, rotate>, rotate_server, role::operator_},
    {"GET", authorizations, list_authorizations, role::viewer},
    {"DELETE", at<authorizations, authorization_id>, delete_authorization, role::operator_},
    {"GET", at<server, tools>, list_server_tools, role::viewer},
    {"GET", at<server, tools, tool_name>, get_server_tool, role::viewer},
    {"POST", at<server, explain>, explain_call, role::viewer, true},
    {"GET", at<server, caps>, list_caps, role::viewer},
    {"GET", at<server, clients>, list_clients, role::viewer},
    {"GET", at<server, open_sessions>, list_open, role::viewer},
    {"DELETE", at<server, open_sessions, open_session_id>, end_open_session, role::operator_},
    {"POST", at<server, exception>, open_exception, role::admin},
    {"GET", at<server, exception>, list_exceptions, role::viewer},
    {"DELETE", at<server, exception, exception_id>, end_exception, role::admin},
    {"GET", at<to::teams, usage>, get_team_usage, role::viewer},
    {"GET", at<team, usage>, get_team_usage, role::viewer},
    {"GET", at<account, usage>, get_account_usage, role::viewer},
    {"GET", at<server, usage>, get_server_usage, role::viewer},
    {"GET", to::presets, list_presets, role::viewer},
    {"GET", to::receipts, list_receipts, role::viewer},
    {"GET", receipt, get_receipt, role::viewer},
    {"POST", at<receipt, reconcile>, reconcile_receipt, role::operator_},
    {"POST", at<receipt, outcome>, state_outcome, role::admin},
    {"GET", at<to::teams, policy>, get_policy, role::viewer},
    {"PUT", at<to::teams, policy>, put_policy, role::admin},
    {"POST", at<to::teams, policy, check>, check_policy, role::viewer, true},
    {"POST", at<to::teams, policy, replay>, replay_policy, role::viewer, true},
    {"GET", at<to::teams, policy, versions>, list_policy_versions, role::viewer},
    {"GET", at<team, policy>, get_policy, role::viewer},
    {"PUT", at<team, policy>, put_policy, role::admin},
    {"GET", at<account, policy>, get_policy, role::viewer},
    {"PUT", at<account, policy>, put_policy, role::admin},
    {"GET", at<account, policy, versions>, list_policy_versions, role::viewer},
    {"GET", at<account, declarations>, get_declarations, role::viewer},
    {"PUT", at<account, declarations>, put_declarations, role::admin},
    {"DELETE", at<account, declarations>, delete_declarations, role::admin},
    {"GET", to::policy_changes, list_policy_changes, role::viewer},
    {"GET", policy_change, get_policy_change, role::viewer},
    {"POST", at<policy_change, confirm>, confirm_policy_change, role::admin},
    {"POST", at<policy_change, refuse>, refuse_policy_change, role::admin},
    {"GET", to::approvals, list_approvals, role::viewer},
    {"GET", approval, get_approval, role::viewer},
    {"GET", at<approval, object>, get_approval_object, role::viewer, true, false, false, true},
    {"POST", at<approval, approve>, approve_call, role::operator_, false, true},
    {"POST", at<approval, deny>, deny_call, role::operator_, false, true},
    {"POST", to::webhooks, create_webhook, role::admin},
    {"GET", to::webhooks, list_webhooks, role::viewer},
    {"GET", webhook, get_webhook, role::viewer},
    {"DELETE", webhook, delete_webhook, role::admin},
    {"POST", at<webhook, test>, test_webhook, role::operator_},
    {"GET", at<webhook, delivery>, list_webhook_deliveries, role::viewer},
    {"POST", at<webhook, delivery, delivery_id, repeat>, repeat_webhook_delivery, role::operator_},
    {"GET", to::events, follow_events, role::viewer},
    {"GET", to::audit, list_audit, role::viewer},
    {"GET", at<to::audit, export_root>, export_audit, role::viewer},
    {"GET", at<to::audit, anchors_root>, get_audit_anchors, role::viewer},
    {"GET", at<to::audit, forwarding_root>, get_audit_forwarding, role::viewer},
    {"POST", at<to::audit, forwarding_root, destination, replay>, replay_audit_records,
     role::admin},
    {"GET", at<receipt, proof>, get_receipt_proof, role::viewer},
    {"GET", at<log, checkpoint>, get_log_checkpoint, role::viewer},
    {"GET", at<log, log_key>, get_log_key, role::viewer},
    {"GET", at<log, retention>, get_log_retention, role::viewer},
    {"GET", at<log, state>, get_log_state, role::viewer},
    {"GET", at<log, tile, tile_path>, get_log_tile, role::viewer},
};

constexpr std::size_t id_characters_max = 64;

bool is_id_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

bool is_id(std::string_view segment) {
    return !segment.empty() && segment.size() <= id_characters_max &&
           std::all_of(segment.begin(), segment.end(), is_id_character);
}

bool is_tool_name(std::string_view segment) {
    return !segment.empty() && segment.size() <= id_characters_max &&
           std::all_of(segment.begin(), segment.end(),
                       [](char c) { return is_id_character(c) || c == '-'; });
}

constexpr std::size_t tile_path_characters_max = 128;

bool is_tile_path(std::string_view rest) {
    return !rest.empty() && rest.size() <= tile_path_characters_max &&
           std::all_of(rest.begin(), rest.end(),
                       [](char c) { return is_id_character(c) || c == '.' || c == '/'; });
}

// Removes the next segment from "/a/b".
std::string_view take_segment(std::string_view& rest) {
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    return segment;
}

bool fits(std::string_view pattern, std::string_view path, path_ids& ids) {
    const bool of_log = pattern.starts_with(log);
    std::size_t place = 0;
    while (!pattern.empty() && !path.empty()) {
        if (pattern == tile_path) {
            ids.at(place) = path.substr(1);
            return is_tile_path(ids.at(place));
        }
        const std::string_view wanted = take_segment(pattern);
        const std::string_view given = take_segment(path);
        if (!wanted.starts_with('{')) {
            if (wanted != given) return false;
            continue;
        }
        // So that /team/freeze is never taken for a team's id.
        if (wanted == "{team_id}" && !given.starts_with("team_") &&
            !(of_log && given == tenancy::installation_log))
            return false;
        if (wanted == "{person_id}" && !given.starts_with("per_")) return false;
        if (wanted == "{session_id}" && !given.starts_with("ses_")) return false;
        if (wanted == "{tool_name}" ? !is_tool_name(given) : !is_id(given)) return false;
        ids.at(place++) = given;
    }
    return pattern.empty() && path.empty();
}

}  // namespace

std::span<const route> routes() {
    return table;
}

route_match match_route(std::string_view verb, std::string_view path) {
    route_match out;
    if (!path.starts_with('/')) return out;
    for (const route& candidate : table) {
        path_ids ids;
        if (!fits(candidate.pattern, path, ids)) continue;
        if (candidate.verb == verb) {
            out.found = &candidate;
            out.ids = ids;
        }
        if (!out.allowed.empty()) out.allowed += ", ";
        out.allowed += candidate.verb;
    }
    return out;
}

}  // namespace tollgate::admin
