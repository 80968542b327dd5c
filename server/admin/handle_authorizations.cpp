#include <utility>

#include "server/admin/handlers.hpp"
#include "server/admin/paging.hpp"
#include "server/admin/response_codec.hpp"

namespace tollgate::admin {

answer list_authorizations(const call& in) {
    const auto query = parse_query(in.request.query, {"limit", "cursor"});
    if (!query) co_return query.error();
    const cursor_scope scope{in.tenancy.secrets(), in.by->team_id, in.request.path};
    const auto where = page_of(scope, *query);
    if (!where) co_return where.error();
    const auto server = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!server) co_return server.error();
    auto rows = co_await in.tenancy.authorizations().list(in.by->team_id, in.id(1), *where);
    if (!rows) co_return rows.error();
    std::string next;
    if (cut_page(*rows, *where))
        next = make_cursor(scope, rows->back().created_at, rows->back().id);
    std::vector<std::string> items;
    for (const auto& row : *rows) items.push_back(encode(row));
    co_return json_response(200, encode_list(items, next));
}

answer delete_authorization(const call& in) {
    const auto server = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!server) co_return server.error();
    auto revoked = co_await in.tenancy.authorizations().revoke(in.by->team_id, in.id(1), in.id(2));
    if (!revoked) co_return revoked.error();
    co_return no_content();
}

}  // namespace tollgate::admin
