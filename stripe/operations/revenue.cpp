// revenue_summary: the company's orders of a range of days, by currency.
#include "stripe/content/days.hpp"
#include "stripe/operations/operation_calls.hpp"
#include "stripe/operations/order_customers.hpp"
#include "tenancy/policy/time_zone.hpp"

namespace tollgate::stripe {

namespace {

constexpr int days_max = 3'660;

struct day_range {
    std::chrono::sys_days first;
    std::chrono::sys_days last;
};

base::result<std::chrono::sys_days> day_in(const operation_arguments& given, const char* name) {
    const auto text = given.text(name);
    if (const auto day = parse_day(text)) return *day;
    return base::invalid("invalid_value", "'" + text + "' is not a day: give it as 2026-01-31.",
                         name);
}

base::result<day_range> range_in(const operation_arguments& given) {
    const auto first = day_in(given, "from");
    if (!first) return first.error();
    const auto last = day_in(given, "to");
    if (!last) return last.error();
    if (*last < *first) return base::invalid("invalid_value", "to is before from.", "to");
    if (*last - *first > std::chrono::days{days_max})
        return base::invalid("invalid_value", "The range must be at most ten years long.", "to");
    return day_range{*first, *last};
}

std::string revenue_json(const storage::currency_revenue& one) {
    std::string out = "{";
    base::json_members members{out};
    members.text("currency", one.currency).number("orders", one.orders);
    write_money(members, "amount", one.amount, one.currency);
    write_money(members, "refunded", one.refunded, one.currency);
    return out + '}';
}

}  // namespace

base::awaitable<mcp::tool_result> revenue_summary(const operation_context& in) {
    const auto days = range_in(in.given);
    if (!days) co_return refused_result(in, "arguments", days.error());
    auto zone = in.given.text("time_zone");
    if (zone.empty()) zone = "UTC";
    const auto from = tenancy::start_of_day(zone, days->first);
    const auto to = tenancy::start_of_day(zone, days->last + std::chrono::days{1});
    if (!from || !to)
        co_return refused_result(
            in, "arguments",
            base::invalid("invalid_value",
                          "There is no time zone with that name: give one of the IANA database, "
                          "such as Europe/Berlin.",
                          "time_zone"));
    if (gate_of(in).any())
        co_return refused_result(
            in, "scope",
            base::fail(base::errc::forbidden, "outside_scope",
                       "The rules of this MCP server limit which customers and payments it may "
                       "see; sums over all orders are outside."));
    const auto sums = co_await in.desk.revenue(in.grant, *from, *to);
    if (!sums) co_return refused_result(in, sums.error().code, sums.error());
    std::string list;
    for (const auto& one : *sums) list += (list.empty() ? "" : ",") + revenue_json(one);
    operation_answer answer{in};
    answer.members()
        .text("from", base::format_timestamp(*from))
        .text("to", base::format_timestamp(*to))
        .text("time_zone", zone)
        .text("meaning",
              "Orders created from `from` on and before `to`: amount is what was paid, refunded "
              "is what was given back of it since.")
        .raw("by_currency", '[' + list + ']');
    co_return answer.result();
}

}  // namespace tollgate::stripe
