// The usage of a team, an account or an MCP server.
#include <utility>

#include "base/json_text.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/query.hpp"
#include "server/admin/search_query.hpp"
#include "tenancy/admin/accounts.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/audit/usage.hpp"

namespace tollgate::admin {

namespace {

using base::result;
using tenancy::usage_report;

constexpr std::int64_t hours_of_day = 24;
constexpr std::int64_t hours_of_week = 7 * hours_of_day;

struct usage_period {
    std::string name = "day";
    std::int64_t hours = hours_of_day;
};

result<usage_period> period_of(const call& in) {
    const auto query = parse_query(in.request.query, {"period"});
    if (!query) return query.error();
    usage_period out;
    search_query{*query}.text("period", out.name);
    if (out.name == "week") out.hours = hours_of_week;
    if (out.name == "day" || out.name == "week") return out;
    return base::invalid("unknown_value", "period is day or week", "period");
}

void write_counts(base::json_members& members, const tenancy::usage_counts& counts) {
    members.number("calls", counts.calls)
        .number("refused", counts.refused)
        .number("failed", counts.failed);
}

std::string hours_json(const usage_report& report) {
    std::string out = "[";
    for (const auto& hour : report.hours) {
        if (out.size() > 1) out += ',';
        out += '{';
        base::json_members members{out};
        members.text("at", base::format_timestamp(hour.at));
        write_counts(members, hour.counts);
        out += '}';
    }
    return out + "]";
}

std::string amounts_json(const usage_report& report) {
    std::string out = "[";
    for (const auto& one : report.amounts) {
        if (out.size() > 1) out += ',';
        out += '{';
        base::json_members{out}
            .text("currency", one.currency)
            .number("amount", one.amount)
            .number("writes", one.writes);
        out += '}';
    }
    return out + "]";
}

std::string usage_json(const usage_report& report, std::string_view period) {
    std::string total = "{";
    base::json_members total_members{total};
    write_counts(total_members, report.total);
    total += '}';
    std::string latency = "null";
    if (report.p50_ms && report.p95_ms) {
        latency = "{";
        base::json_members{latency}.number("p50", *report.p50_ms).number("p95", *report.p95_ms);
        latency += '}';
    }
    std::string out = "{";
    base::json_members{out}
        .text("period", period)
        .text("from", base::format_timestamp(report.from))
        .text("to", base::format_timestamp(report.to))
        .raw("total", total)
        .raw("latency_ms", latency)
        .raw("amounts", amounts_json(report))
        .raw("hours", hours_json(report));
    return out + "}";
}

answer show_usage(const call& in, std::string team_id, std::string scope_id) {
    const auto period = period_of(in);
    if (!period) co_return period.error();
    const auto report =
        co_await in.tenancy.usage(std::move(team_id), std::move(scope_id), period->hours);
    if (!report) co_return report.error();
    co_return json_response(200, usage_json(*report, period->name));
}

}  // namespace

answer get_team_usage(const call& in) {
    auto team = team_of(in);
    if (!team) co_return team.error();
    co_return co_await show_usage(in, *team, *team);
}

answer get_account_usage(const call& in) {
    const auto account = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!account) co_return account.error();
    co_return co_await show_usage(in, in.by->team_id, account->id);
}

answer get_server_usage(const call& in) {
    const auto server = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!server) co_return server.error();
    co_return co_await show_usage(in, in.by->team_id, server->id);
}

}  // namespace tollgate::admin
