// Pages of lists: a limit, and a cursor that is valid for one team and one list only.
#pragma once
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "server/admin/query.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::admin {

constexpr std::size_t page_limit_default = 20;
constexpr std::size_t page_limit_max = 100;

// What a cursor is bound to. It owns its texts, because a handler moves its team's id before the
// next cursor is made.
struct cursor_scope {
    cursor_scope(const tenancy::vault& of, std::string_view team, std::string_view list)
        : secrets(of), team_id(team), path(list) {}

    const tenancy::vault& secrets;
    std::string team_id;
    std::string path;
};

// The cursor that continues after the row (created_at, id): opaque, URL-safe, with an HMAC over
// scope and position.
std::string make_cursor(const cursor_scope& scope, base::timestamp created_at, std::string_view id);

// Asks for one row more than the page shows, so that the caller knows whether there is another
// page. Failures: "invalid_limit" (not 1 to 100), "invalid_cursor" (modified, for another list or
// team, or made with an older master key).
base::result<storage::page> page_of(const cursor_scope& scope, const query_values& query);

// Removes the extra row from `rows`; true if there is another page.
template <typename Rows>
bool cut_page(Rows& rows, const storage::page& where) {
    if (rows.size() < where.limit) return false;
    rows.resize(where.limit - 1);
    return true;
}

}  // namespace tollgate::admin
