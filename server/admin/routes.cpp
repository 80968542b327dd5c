#include "server/admin/routes.hpp"

#include <algorithm>

namespace tollgate::admin {

namespace {

using tenancy::role;

constexpr std::string_view team = "/team/{team_id}";
constexpr std::string_view account = "/integrated-account/{account_id}";
constexpr std::string_view server = "/integrated-account/{account_id}/mcp/{server_id}";

constexpr std::array<route, 48> table{{
    {"GET", "/openapi.yaml", get_openapi, {}},
    {"POST", "/team", create_team, role::admin},
    {"GET", "/team", list_teams, role::viewer},
    // An operator may freeze and suspend; only an admin ends that.
    {"POST", "/team/freeze", freeze_team, role::operator_},
    {"DELETE", "/team/freeze", unfreeze_team, role::admin},
    {"POST", "/team/suspend", suspend_team, role::operator_},
    {"DELETE", "/team/suspend", resume_team, role::admin},
    {"GET", "/team/revoke", show_team_servers_to_end, role::viewer},
    {"POST", "/team/revoke", revoke_team_servers, role::operator_},
    // The same for a team by its id: for an instance owner, any.
    {"GET", team, get_team, role::viewer},
    {"POST", "/team/{team_id}/freeze", freeze_team, role::operator_},
    {"DELETE", "/team/{team_id}/freeze", unfreeze_team, role::admin},
    {"POST", "/team/{team_id}/suspend", suspend_team, role::operator_},
    {"DELETE", "/team/{team_id}/suspend", resume_team, role::admin},
    {"GET", "/team/{team_id}/revoke", show_team_servers_to_end, role::viewer},
    {"POST", "/team/{team_id}/revoke", revoke_team_servers, role::operator_},
    {"POST", "/team/{team_id}/api-key", create_team_key, role::admin},
    {"GET", "/mcp", find_servers, role::viewer},
    {"POST", "/mcp/find", find_servers_by_body, role::viewer, true},
    // Whoever holds a secret may end it: it could be used for worse.
    {"POST", "/revoke", revoke_token, role::operator_},
    {"POST", "/api-key", create_api_key, role::admin},
    {"GET", "/api-key", list_api_keys, role::admin},
    {"GET", "/api-key/{key_id}", get_api_key, role::admin},
    {"DELETE", "/api-key/{key_id}", delete_api_key, role::admin},
    {"POST", "/integrated-account", create_account, role::admin},
    {"GET", "/integrated-account", list_accounts, role::viewer},
    {"GET", account, get_account, role::viewer},
    {"PATCH", account, patch_account, role::admin},
    {"DELETE", account, delete_account, role::admin},
    {"POST", "/integrated-account/{account_id}/freeze", freeze_account, role::operator_},
    {"DELETE", "/integrated-account/{account_id}/freeze", unfreeze_account, role::admin},
    {"POST", "/integrated-account/{account_id}/suspend", suspend_account, role::operator_},
    {"DELETE", "/integrated-account/{account_id}/suspend", resume_account, role::admin},
    {"GET", "/integrated-account/{account_id}/revoke", show_account_servers_to_end, role::viewer},
    {"POST", "/integrated-account/{account_id}/revoke", revoke_account_servers, role::operator_},
    {"POST", "/integrated-account/{account_id}/verify", verify_account, role::operator_, true},
    {"GET", "/integrated-account/{account_id}/tools", list_tools, role::viewer},
    {"POST", "/integrated-account/{account_id}/mcp", create_server, role::operator_},
    {"GET", "/integrated-account/{account_id}/mcp", list_servers, role::viewer},
    {"GET", server, get_server, role::viewer},
    {"PATCH", server, patch_server, role::operator_},
    {"DELETE", server, delete_server, role::operator_},
    {"POST", "/integrated-account/{account_id}/mcp/{server_id}/suspend", suspend_server,
     role::operator_},
    {"DELETE", "/integrated-account/{account_id}/mcp/{server_id}/suspend", resume_server,
     role::operator_},
    {"POST", "/integrated-account/{account_id}/mcp/{server_id}/rotate", rotate_server,
     role::operator_},
    {"GET", "/integrated-account/{account_id}/mcp/{server_id}/authorization", list_authorizations,
     role::viewer},
    {"DELETE", "/integrated-account/{account_id}/mcp/{server_id}/authorization/{authorization_id}",
     delete_authorization, role::operator_},
    {"POST", "/integrated-account/{account_id}/mcp/{server_id}/explain", explain_call, role::viewer,
     true},
}};

constexpr std::size_t id_characters_max = 64;

bool is_id(std::string_view segment) {
    return !segment.empty() && segment.size() <= id_characters_max &&
           std::all_of(segment.begin(), segment.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      c == '_';
           });
}

// Cuts the next segment off "/a/b".
std::string_view take_segment(std::string_view& rest) {
    rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    return segment;
}

bool fits(std::string_view pattern, std::string_view path, path_ids& ids) {
    std::size_t place = 0;
    while (!pattern.empty() && !path.empty()) {
        const std::string_view wanted = take_segment(pattern);
        const std::string_view given = take_segment(path);
        if (!wanted.starts_with('{')) {
            if (wanted != given) return false;
            continue;
        }
        // So that /team/freeze is never a team of that name.
        if (wanted == "{team_id}" && !given.starts_with("team_")) return false;
        if (!is_id(given)) return false;
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
