// The addresses of the admin API: each root is spelled here, and nowhere else in the gateway.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace tollgate::admin::addresses {

// Texts of static storage, put together when this is compiled.
template <const std::string_view&... Parts>
struct joined {
    static constexpr auto characters = [] {
        std::array<char, (Parts.size() + ... + 0)> out{};
        auto* end = out.data();
        ((end = std::copy(Parts.begin(), Parts.end(), end)), ...);
        return out;
    }();
    static constexpr std::string_view text{characters.data(), characters.size()};
};

// One address from its parts: at<teams, freeze> is "/team/freeze".
template <const std::string_view&... Parts>
inline constexpr std::string_view at = joined<Parts...>::text;

inline constexpr std::string_view accounts = "/integrated-account";
inline constexpr std::string_view api_keys = "/api-key";
inline constexpr std::string_view document = "/openapi.yaml";
inline constexpr std::string_view revoke = "/revoke";
inline constexpr std::string_view teams = "/team";

// Of MCP servers: a search here is the admin API's, all else is MCP's, as is every address below
// but for find_server.
inline constexpr std::string_view mcp = "/mcp";
inline constexpr std::string_view below = "/";
inline constexpr std::string_view below_mcp = at<mcp, below>;
inline constexpr std::string_view find = "/find";
inline constexpr std::string_view find_server = at<mcp, find>;

// These and everything below them is the admin API's.
inline constexpr std::array<std::string_view, 4> roots{accounts, api_keys, teams, document};
// The admin API's, too, and nothing below them is.
inline constexpr std::array<std::string_view, 2> leaves{find_server, revoke};

// True of a root and of what is below one.
constexpr bool under_root(std::string_view path) {
    return std::any_of(roots.begin(), roots.end(), [path](std::string_view root) {
        return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
    });
}

// True of a leaf.
constexpr bool is_leaf(std::string_view path) {
    return std::find(leaves.begin(), leaves.end(), path) != leaves.end();
}

}  // namespace tollgate::admin::addresses
