// One page of a list: the requested page, and the answer.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "server/admin/handlers.hpp"
#include "server/admin/paging.hpp"
#include "server/admin/response_codec.hpp"

namespace tollgate::admin {

// The requested page, and the scope of its cursors.
struct list_page {
    cursor_scope scope;
    storage::page where;
};

// The page that `query` asks for. Fails as page_of() does.
base::result<list_page> read_page(cursor_scope scope, const query_values& query);

// The page that the call requests, bound to its own path and the team. Only limit and cursor are
// allowed. Fails as parse_query() and page_of() do.
base::result<list_page> read_page(const call& in, std::string_view team_id);

// Removes the extra row from `rows` and returns the cursor of the next page; empty after the last
// page.
template <typename Rows>
std::string next_cursor(const list_page& page, Rows& rows) {
    if (!cut_page(rows, page.where)) return {};
    return make_cursor(page.scope, rows.back().created_at, rows.back().id);
}

// 200 with the page; `shown` writes a row as a JSON object.
template <typename Rows, typename Shown>
base::http_response list_response(const list_page& page, Rows rows, const Shown& shown) {
    const std::string next = next_cursor(page, rows);
    std::vector<std::string> items;
    for (const auto& row : rows) items.push_back(shown(row));
    return json_response(200, encode_list(items, next));
}

// The same with rows written by encode().
template <typename Rows>
base::http_response list_response(const list_page& page, Rows rows) {
    return list_response(page, std::move(rows), [](const auto& row) { return encode(row); });
}

}  // namespace tollgate::admin
