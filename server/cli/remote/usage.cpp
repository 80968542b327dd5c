#include "server/cli/remote/usage.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include "base/url.hpp"
#include "server/cli/remote/targets.hpp"
#include "server/cli/text/table.hpp"

namespace tollgate::server {

namespace {

using base::result;
namespace dom = simdjson::dom;

// "12 calls, 3 refused, 1 failed", and how long they took.
void print_usage_sums(dom::object usage) {
    dom::object total;
    if (usage["total"].get(total) == simdjson::SUCCESS)
        std::cout << shown_member(total, "calls") << " calls, " << shown_member(total, "refused")
                  << " refused, " << shown_member(total, "failed") << " failed\n";
    dom::object latency;
    if (usage["latency_ms"].get(latency) == simdjson::SUCCESS)
        std::cout << "half took at most " << shown_member(latency, "p50") << " ms, 95 % at most "
                  << shown_member(latency, "p95") << " ms\n";
    dom::array amounts;
    if (usage["amounts"].get(amounts) != simdjson::SUCCESS) return;
    for (const dom::element one : amounts) {
        dom::object sum;
        if (one.get(sum) != simdjson::SUCCESS) continue;
        std::cout << without_controls(shown_member(sum, "currency")) << ' '
                  << shown_member(sum, "amount") << " in the smallest unit, "
                  << shown_member(sum, "writes") << " writes\n";
    }
}

// The hours in which something happened.
void print_usage_hours(dom::object usage) {
    text_table table{{"HOUR", "CALLS", "REFUSED", "FAILED"}, {}};
    dom::array hours;
    if (usage["hours"].get(hours) != simdjson::SUCCESS) return;
    for (const dom::element one : hours) {
        dom::object hour;
        if (one.get(hour) != simdjson::SUCCESS) continue;
        const auto calls = shown_member(hour, "calls");
        const auto refused = shown_member(hour, "refused");
        if (calls == "0" && refused == "0") continue;
        table.rows.push_back({without_controls(shown_member(hour, "at")), calls, refused,
                              shown_member(hour, "failed")});
    }
    print_table(table);
}

}  // namespace

void usage_commands::add(CLI::App& app) {
    auto* const command =
        group_.add(app, "usage", "How much the team, an account or an MCP server was used",
                   [this](const admin_client& gateway) { return run(gateway); });
    command->add_option("SERVER", server_,
                        "An MCP server: its name, mcp_…, or the first characters of its token; "
                        "default: the whole team");
    command->add_option("--account", account_, "Of this account: ia_… or its name")
        ->excludes("SERVER");
    command->add_flag("--week", week_, "Of seven days, in place of 24 hours");
}

result<int> usage_commands::run(const admin_client& gateway) const {
    std::string path = "/team";
    if (!server_.empty()) {
        const auto found = find_one_server(gateway, server_);
        if (!found) return found.error();
        path = found->path();
    } else if (!account_.empty()) {
        const auto id = account_id_named(gateway, account_);
        if (!id) return id.error();
        path = path_below("/integrated-account", *id);
    }
    path += "/usage";
    base::append_query(path, "period", week_ ? "week" : "day");
    const auto body = gateway.call("GET", path);
    if (!body) return body.error();
    if (group_.json()) {
        const auto shown = group_.show(*body);
        if (!shown) return shown.error();
        return gateway_done;
    }
    dom::parser parser;
    dom::object usage;
    if (parser.parse(*body).get(usage) != simdjson::SUCCESS) return unreadable_answer();
    print_usage_sums(usage);
    print_usage_hours(usage);
    return gateway_done;
}

}  // namespace tollgate::server
