// The addresses of the admin API. Each root is defined here and nowhere else in the gateway.
#pragma once
#include <algorithm>
#include <array>
#include <string_view>

#include "base/joined_text.hpp"
#include "tenancy/rules/gateway_paths.hpp"

namespace tollgate::admin::addresses {

// One address from its parts: at<teams, freeze> is "/team/freeze".
template <const std::string_view&... Parts>
inline constexpr std::string_view at = base::joined_text<Parts...>;

inline constexpr std::string_view accept_invitation = "/accept-invitation";
inline constexpr std::string_view accounts = "/integrated-account";
using tenancy::gateway_paths::api_keys;
inline constexpr std::string_view approvals = "/approval";
inline constexpr std::string_view audit = "/audit";
inline constexpr std::string_view events = "/event";
inline constexpr std::string_view document = "/openapi.yaml";
using tenancy::gateway_paths::people;
inline constexpr std::string_view policy_changes = "/policy-change";
inline constexpr std::string_view presets = "/preset";
inline constexpr std::string_view receipts = "/receipt";
using tenancy::gateway_paths::revoke;
using tenancy::gateway_paths::sessions;
inline constexpr std::string_view teams = "/team";
inline constexpr std::string_view webhooks = "/webhook";

// For MCP servers. GET here is the admin API's search; all other requests, and all addresses below
// it except find_server, belong to MCP.
using tenancy::gateway_paths::mcp;
inline constexpr std::string_view below = "/";
inline constexpr std::string_view below_mcp = at<mcp, below>;
inline constexpr std::string_view find = "/find";
inline constexpr std::string_view find_server = at<mcp, find>;

// These, and everything below them, belong to the admin API.
inline constexpr auto roots =
    std::to_array<std::string_view>({accounts, api_keys, approvals, audit, teams, receipts, presets,
                                     people, sessions, webhooks, policy_changes, events, document});
// These belong to the admin API too, but nothing below them does.
inline constexpr std::array<std::string_view, 2> leaves{find_server, revoke};

// True for a root and for anything below one.
constexpr bool under_root(std::string_view path) {
    return std::any_of(roots.begin(), roots.end(), [path](std::string_view root) {
        return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
    });
}

// True for a leaf.
constexpr bool is_leaf(std::string_view path) {
    return std::find(leaves.begin(), leaves.end(), path) != leaves.end();
}

}  // namespace tollgate::admin::addresses
