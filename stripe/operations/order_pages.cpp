#include "stripe/operations/order_pages.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace tollgate::stripe {

namespace {

constexpr std::string_view history_tool = "get_order_history";

cursor_binding binding_of(const operation_context& in, const customer_query& customer) {
    cursor_binding out;
    out.team = in.grant.team_id;
    out.account = in.grant.account->id + "|orders";
    out.tool = history_tool;
    out.arguments = customer.email + '|' + customer.id;
    return out;
}

bool is_newer(const storage::order_row& one, const storage::order_row& other) {
    return std::tie(one.created_at, one.id) > std::tie(other.created_at, other.id);
}

}  // namespace

base::awaitable<base::result<found_orders>> read_orders(
    const operation_context& in, const std::vector<storage::order_customer_row>& customers,
    tenancy::order_page where) {
    found_orders out;
    const auto limit = static_cast<std::size_t>(where.limit);
    ++where.limit;  // to know whether there are more
    for (const auto& one : customers) {
        auto id = one.id;
        auto page = where;
        auto rows = co_await in.desk.orders_of(in.grant, std::move(id), std::move(page));
        if (!rows) co_return rows.error();
        for (auto& row : *rows) out.rows.push_back(std::move(row));
    }
    std::ranges::sort(out.rows, is_newer);
    out.more = out.rows.size() > limit;
    if (out.more) out.rows.resize(limit);
    co_return out;
}

base::result<tenancy::order_page> page_in(const operation_context& in,
                                          const customer_query& customer) {
    tenancy::order_page out;
    out.limit = in.given.number("limit").value_or(operation_rows_default);
    const auto cursor = in.given.text("next_cursor");
    if (cursor.empty()) return out;
    const auto page = in.shared.cursors.open(cursor, binding_of(in, customer));
    if (!page) return page.error();
    const std::string_view token{page->token};
    const auto bar = std::min(token.find('|'), token.size());
    std::int64_t ms = 0;
    std::from_chars(token.data(), token.data() + bar, ms);
    out.before = base::from_unix_ms(ms);
    out.before_id = token.substr(std::min(bar + 1, token.size()));
    return out;
}

std::string cursor_after(const operation_context& in, const customer_query& customer,
                         const storage::order_row& last) {
    const page_cursor where{std::to_string(base::to_unix_ms(last.created_at)) + '|' + last.id, 0};
    return in.shared.cursors.seal(where, binding_of(in, customer));
}

}  // namespace tollgate::stripe
