#include "server/admin/paging.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/crypto.hpp"
#include "base/encoding.hpp"

namespace tollgate::admin {

namespace {

constexpr std::size_t mac_bytes = 16;

std::string mac_of(const cursor_scope& scope, std::string_view position) {
    std::string text{scope.team_id};
    text += '\n';
    text += scope.path;
    text += '\n';
    text += position;
    const auto key = scope.secrets.derive("admin list cursor");
    return std::string{base::as_view(base::hmac_sha256(key.reveal(), text)).substr(0, mac_bytes)};
}

template <typename Integer>
std::optional<Integer> to_integer(std::string_view text) {
    Integer value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

base::failure invalid_cursor() {
    return base::invalid(
        "invalid_cursor",
        "this cursor is not of this list: send the next_cursor of the page before, "
        "unchanged, or none for the first page",
        "cursor");
}

// Sets the position of a page from a cursor made for this scope.
base::result<> read_cursor(const cursor_scope& scope, const std::string& cursor,
                           storage::page& out) {
    const auto bytes = base::from_base64url(cursor);
    if (!bytes || bytes->size() <= mac_bytes) return invalid_cursor();
    const std::string_view position = std::string_view{*bytes}.substr(mac_bytes);
    if (!base::equal_constant_time(mac_of(scope, position),
                                   std::string_view{*bytes}.substr(0, mac_bytes)))
        return invalid_cursor();
    const std::size_t colon = position.find(':');
    if (colon == std::string_view::npos) return invalid_cursor();
    const auto ms = to_integer<std::int64_t>(position.substr(0, colon));
    if (!ms) return invalid_cursor();
    out.before = base::from_unix_ms(*ms);
    out.before_id = position.substr(colon + 1);
    return {};
}

}  // namespace

std::string make_cursor(const cursor_scope& scope, base::timestamp created_at,
                        std::string_view id) {
    std::string position = std::to_string(base::to_unix_ms(created_at)) + ":" + std::string{id};
    return base::base64url(mac_of(scope, position) + position);
}

base::result<storage::page> page_of(const cursor_scope& scope, const query_values& query) {
    storage::page out;
    out.limit = page_limit_default + 1;
    if (const auto limit = query.find("limit"); limit != query.end()) {
        const auto value = to_integer<std::size_t>(limit->second);
        if (!value || *value < 1 || *value > page_limit_max)
            return base::invalid("invalid_limit", "limit must be a whole number from 1 to 100",
                                 "limit");
        out.limit = *value + 1;
    }
    const auto cursor = query.find("cursor");
    if (cursor == query.end() || cursor->second.empty()) return out;
    auto good = read_cursor(scope, cursor->second, out);
    if (!good) return good.error();
    return out;
}

}  // namespace tollgate::admin
