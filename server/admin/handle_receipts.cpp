// The receipts of writes: listed, shown, reconciled.
#include <utility>

#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/response_codec.hpp"
#include "server/admin/search_query.hpp"
#include "tenancy/receipts/receipt_text.hpp"
#include "tenancy/receipts/receipts.hpp"
#include "tenancy/secrets/vault.hpp"
#include "tenancy/work/receipt_resolver.hpp"

namespace tollgate::admin {

namespace {

using base::result;
using storage::receipt_row;

std::string shown(const receipt_row& row) {
    return tenancy::receipt_json(row, tenancy::receipt_view::full);
}

result<storage::receipt_search> search_of(const query_values& query) {
    storage::receipt_search out;
    search_query read{query};
    read.text("integrated_account_id", out.account_id);
    read.text("mcp_server_id", out.server_id);
    read.text("tool", out.tool);
    if (const auto* state = read.find("state")) {
        out.state = tenancy::receipt_state_named(*state);
        if (!out.state)
            read.fail("invalid_state", "state", "must be intended, succeeded, failed or unknown");
    }
    read.text("object_id", out.object_id);
    read.text("operation_key", out.operation_key);
    read.time("created_from", out.from);
    read.time("created_before", out.before);
    read.amount("amount_min", out.amount_min);
    read.amount("amount_max", out.amount_max);
    if (read.failure()) return *read.failure();
    return out;
}

}  // namespace

answer list_receipts(const call& in) {
    const auto query = parse_query(
        in.request.query,
        {"integrated_account_id", "mcp_server_id", "tool", "state", "object_id", "operation_key",
         "created_from", "created_before", "amount_min", "amount_max", "limit", "cursor"});
    if (!query) co_return query.error();
    auto what = search_of(*query);
    if (!what) co_return what.error();
    cursor_scope scope{in.tenancy.secrets(), in.by->team_id, in.request.path};
    const auto page = read_page(std::move(scope), *query);
    if (!page) co_return page.error();
    auto rows = co_await in.tenancy.receipts().list(in.by->team_id, std::move(*what), page->where);
    if (!rows) co_return rows.error();
    co_return list_response(*page, std::move(*rows), shown);
}

answer get_receipt(const call& in) {
    const auto row = co_await in.tenancy.receipts().find(in.by->team_id, in.id(0));
    if (!row) co_return row.error();
    co_return json_response(200, shown(*row));
}

answer reconcile_receipt(const call& in) {
    const auto before = co_await in.tenancy.receipts().find(in.by->team_id, in.id(0));
    if (!before) co_return before.error();
    const auto after = co_await in.tenancy.resolver().reconcile(in.by->team_id, in.id(0));
    if (!after) co_return after.error();
    note_change(in, shown(*before), shown(*after));
    co_return json_response(200, shown(*after));
}

answer state_outcome(const call& in) {
    auto stated = decode_stated_outcome(in.request.body);
    if (!stated) co_return stated.error();
    const auto before = co_await in.tenancy.receipts().find(in.by->team_id, in.id(0));
    if (!before) co_return before.error();
    const auto after = co_await in.tenancy.receipts().settle(*in.by, in.id(0), std::move(*stated));
    if (!after) co_return after.error();
    note_change(in, shown(*before), shown(*after));
    co_return json_response(200, shown(*after));
}

}  // namespace tollgate::admin
