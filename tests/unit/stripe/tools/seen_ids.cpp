#include "stripe/tools/seen_ids.hpp"

#include <catch2/catch.hpp>

#include <thread>

#include "stripe/catalog/main_objects.hpp"

namespace seen_ids_test {

using namespace tollgate::stripe;
namespace base = tollgate::base;
namespace tenancy = tollgate::tenancy;

namespace {

tenancy::grant grant_of(const std::string& server = "mcp_1", const std::string& team = "team_1") {
    auto account = std::make_shared<tenancy::account_access>();
    tenancy::grant out;
    out.server_id = server;
    out.team_id = team;
    out.account = account;
    return out;
}

const base::timestamp start = base::from_unix_ms(1'800'000'000'000);

// A page of `count` customers from cus_<first> on.
struct page {
    page(const std::string& prefix, int first, int count) {
        std::string text = R"({"object":"list","data":[)";
        for (int i = first; i < first + count; ++i) {
            if (i != first) text += ',';
            text += R"({"id":")" + prefix + std::to_string(i) + R"(","object":"customer"})";
        }
        text += "]}";
        rows = parser.parse(text);
    }
    simdjson::dom::parser parser;
    simdjson::dom::element rows;
};

const main_object& customer = *find_main_object("customer");

}  // namespace

TEST_CASE("content seen_ids: an MCP server's own, the last first, for ten minutes",
          "[stripe][content]") {
    seen_ids seen;
    const auto mine = grant_of();
    const page older{"cus_", 1, 3};
    const page newer{"cus_", 3, 2};
    seen.note(mine, "customer", older.rows, start);
    seen.note(mine, "customer", newer.rows, start + std::chrono::minutes{1});
    const auto all = [&](base::timestamp now) { return seen.find(mine, customer, "", 100, now); };
    CHECK(all(start + std::chrono::minutes{2}) ==
          std::vector<std::string>{"cus_3", "cus_4", "cus_1", "cus_2"});
    CHECK(seen.find(mine, customer, "cus_4", 100, start) == std::vector<std::string>{"cus_4"});
    CHECK(seen.find(mine, customer, "", 2, start).size() == 2);
    CHECK(seen.find(mine, *find_main_object("charge"), "", 100, start).empty());
    CHECK(seen.find(grant_of("mcp_2"), customer, "", 100, start).empty());
    CHECK(seen.find(grant_of("mcp_1", "team_2"), customer, "", 100, start).empty());
    CHECK(all(start + seen_ids::kept) == std::vector<std::string>{"cus_3", "cus_4"});
    CHECK(all(start + seen_ids::kept + std::chrono::minutes{1}).empty());
    seen.sweep(start + seen_ids::kept + std::chrono::minutes{1});
    CHECK(seen.servers() == 0);
}

TEST_CASE("content seen_ids: bounded, and forgotten with the server", "[stripe][content]") {
    seen_ids seen;
    const auto mine = grant_of();
    const page many{"cus_", 0, 100};
    seen.note(mine, "customer", many.rows, start);
    CHECK(seen.find(mine, customer, "", 1000, start).size() == seen_ids::per_page_max);
    seen.note(mine, "balance_transaction", many.rows, start);
    for (int i = 0; i < 10; ++i) {
        const page each{"cus_n" + std::to_string(i) + "_", 0, 100};
        seen.note(mine, "customer", each.rows, start);
    }
    CHECK(seen.find(mine, customer, "", 1000, start).size() ==
          seen_ids::per_page_max * seen_ids::pages_max);
    const page one{"cus_", 0, 1};
    for (int i = 0; i < 1000; ++i)
        seen.note(grant_of("mcp_x" + std::to_string(i)), "customer", one.rows, start);
    CHECK(seen.servers() == seen_ids::servers_max);
    CHECK(seen.find(grant_of("mcp_x999"), customer, "", 1, start).size() == 1);
    seen.note(mine, "customer", many.rows, start);
    seen.forget("mcp_1");
    CHECK(seen.find(mine, customer, "", 1, start).empty());
    seen.note(mine, "customer", many.rows, start);
    seen.forget_all();
    CHECK(seen.servers() == 0);
    const page long_id{"cus_" + std::string(200, 'a'), 0, 1};
    seen.note(mine, "customer", long_id.rows, start);
    CHECK(seen.servers() == 0);
}

TEST_CASE("content seen_ids: loops share it", "[stripe][content]") {
    seen_ids seen;
    std::vector<std::thread> loops;
    for (int loop = 0; loop < 4; ++loop)
        loops.emplace_back([&seen, loop] {
            const auto mine = grant_of("mcp_" + std::to_string(loop % 2));
            const page each{"cus_" + std::to_string(loop), 0, 20};
            for (int i = 0; i < 500; ++i) {
                seen.note(mine, "customer", each.rows, start + std::chrono::seconds{i});
                seen.find(mine, customer, "cus_", 100, start);
                if (i % 100 == 0) seen.forget("mcp_0");
            }
        });
    for (auto& one : loops) one.join();
    // Nobody forgot this one.
    CHECK_FALSE(
        seen.find(grant_of("mcp_1"), customer, "", 100, start + std::chrono::seconds{500}).empty());
}

}  // namespace seen_ids_test
