#include "server/admin/list_page.hpp"

#include <utility>

#include "tenancy/secrets/vault.hpp"

namespace tollgate::admin {

base::result<list_page> read_page(cursor_scope scope, const query_values& query) {
    auto where = page_of(scope, query);
    if (!where) return where.error();
    return list_page{std::move(scope), std::move(*where)};
}

base::result<list_page> read_page(const call& in, std::string_view team_id) {
    const auto query = parse_query(in.request.query, {"limit", "cursor"});
    if (!query) return query.error();
    return read_page(cursor_scope{in.tenancy.secrets(), team_id, in.request.path}, *query);
}

}  // namespace tollgate::admin
