// The receipts of writes: listed, shown, their outcome looked for.
#include <charconv>
#include <optional>
#include <utility>

#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/response_codec.hpp"
#include "tenancy/receipts/receipt_text.hpp"

namespace tollgate::admin {

namespace {

using base::result;
using storage::receipt_row;

std::string shown(const receipt_row& row) {
    return tenancy::receipt_json(row, tenancy::receipt_view::full);
}

// Reads the parameters of a search one after the other; keeps the first failure.
class search_reader {
public:
    explicit search_reader(const query_values& query) : query_(query) {}

    void text(std::string_view name, std::string& out) const {
        if (const auto* value = find(name)) out = *value;
    }
    void time(std::string_view name, std::optional<base::timestamp>& out) {
        const auto* value = find(name);
        if (value == nullptr) return;
        out = base::parse_timestamp(*value);
        if (!out)
            fail("invalid_time", name,
                 " must be a time with an offset, as 2026-12-31T23:59:59Z; a + is written %2B");
    }
    void number(std::string_view name, std::optional<std::int64_t>& out) {
        const auto* value = find(name);
        if (value == nullptr) return;
        std::int64_t number = 0;
        const auto [end, error] =
            std::from_chars(value->data(), value->data() + value->size(), number);
        if (error != std::errc{} || end != value->data() + value->size())
            return fail("invalid_amount", name,
                        " must be a whole number, in the smallest unit of the currency");
        out = number;
    }
    void state(std::optional<storage::receipt_state>& out) {
        const auto* value = find("state");
        if (value == nullptr) return;
        out = tenancy::receipt_state_named(*value);
        if (!out) fail("invalid_state", "state", " must be intended, succeeded, failed or unknown");
    }
    const std::optional<base::failure>& failure() const { return failure_; }

private:
    const std::string* find(std::string_view name) const {
        const auto found = query_.find(name);
        return found == query_.end() || found->second.empty() ? nullptr : &found->second;
    }
    void fail(const char* code, std::string_view name, std::string_view rule) {
        std::string field{name};
        if (!failure_) failure_ = base::invalid(code, field + std::string{rule}, field);
    }

    const query_values& query_;
    std::optional<base::failure> failure_;
};

result<storage::receipt_search> search_of(const query_values& query) {
    storage::receipt_search out;
    search_reader read{query};
    read.text("integrated_account_id", out.account_id);
    read.text("mcp_server_id", out.server_id);
    read.text("tool", out.tool);
    read.state(out.state);
    read.text("object_id", out.object_id);
    read.text("operation_key", out.operation_key);
    read.time("created_from", out.from);
    read.time("created_before", out.before);
    read.number("amount_min", out.amount_min);
    read.number("amount_max", out.amount_max);
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

}  // namespace tollgate::admin
