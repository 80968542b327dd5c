// The MCP servers of one person, counted, suspended and revoked together.
#include <utility>

#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/response_codec.hpp"
#include "tenancy/admin/person_servers.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::admin {

namespace {

tenancy::person_action action_of_person(const call& in, person_input input) {
    return {{in.by->team_id, std::move(input.holder), std::move(input.created_by)},
            input.expect,
            std::move(input.reason)};
}

std::string text_in(const query_values& query, std::string_view name) {
    const auto found = query.find(name);
    return found == query.end() ? std::string{} : found->second;
}

}  // namespace

answer show_person_servers(const call& in) {
    const auto query = parse_query(in.request.query, {"holder", "created_by", "limit", "cursor"});
    if (!query) co_return query.error();
    tenancy::server_person person{in.by->team_id, text_in(*query, "holder"),
                                  text_in(*query, "created_by")};
    const auto count = co_await in.tenancy.person_servers().count(person);
    if (!count) co_return count.error();
    const auto page =
        read_page(cursor_scope{in.tenancy.secrets(), in.by->team_id, in.request.path}, *query);
    if (!page) co_return page.error();
    auto what = person.search();
    auto rows = co_await in.tenancy.servers().search(in.by->team_id, std::move(what), page->where);
    if (!rows) co_return rows.error();
    const std::string next = next_cursor(*page, *rows);
    // The search finds a part of a text; a page may so have fewer rows than its limit.
    std::erase_if(*rows, [&person](const tenancy::mcp_server& row) {
        return !person.includes(row.holder, row.created_by);
    });
    const auto items = co_await encode_rows(in, std::move(*rows));
    if (!items) co_return items.error();
    co_return json_response(200, encode_would_end(*count, *items, next));
}

answer suspend_person_servers(const call& in) {
    auto input = decode_person_action(in.request.body);
    if (!input) co_return input.error();
    auto what = action_of_person(in, std::move(*input));
    const auto count = co_await in.tenancy.person_servers().suspend(*in.by, std::move(what));
    if (!count) co_return count.error();
    co_return json_response(200, encode_suspended(*count));
}

answer revoke_person_servers(const call& in) {
    auto input = decode_person_action(in.request.body);
    if (!input) co_return input.error();
    auto what = action_of_person(in, std::move(*input));
    const auto count = co_await in.tenancy.person_servers().revoke(*in.by, std::move(what));
    if (!count) co_return count.error();
    co_return json_response(200, encode_revoked(*count));
}

}  // namespace tollgate::admin
