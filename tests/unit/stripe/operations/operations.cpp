// The tools of "operations": when they are shown, and what the reads answer.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "stripe/listing/operations_tools.hpp"
#include "stripe/listing/tool_list.hpp"
#include "stripe/operations/explain.hpp"
#include "tenancy/rules/server_config.hpp"
#include "tests/unit/stripe/operations_world.hpp"

namespace operations_reads_test {

using namespace operations_test;
using namespace tollgate::stripe;

namespace {

constexpr auto test_mode = tenancy::account_mode::test;

std::vector<std::string> shown(const tenancy::tool_filter& filter) {
    std::vector<std::string> out;
    for (const auto* one : shown_operations(filter, test_mode)) out.emplace_back(one->facts.name);
    return out;
}

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("stripe operations: absent without orders, all seven with them", "[stripe][operations]") {
    const tenancy::tool_filter all;
    tenancy::listing_rules rules;
    const auto without = list_tools(all, rules, test_mode);
    CHECK(without.operations_tools.empty());
    const auto with = list_tools(all, rules, test_mode, {}, true);
    CHECK(with.operations_tools.size() == 7);
    CHECK(with.operations == without.operations);
    CHECK(with.bytes > without.bytes + 3'000);
    for (const auto& one : operations_tools()) {
        const auto tool = json::parse(one.json);
        CHECK(tool["name"] == one.facts.name);
        CHECK(tool["annotations"]["readOnlyHint"] ==
              ((tenancy::bit(one.facts.kind) & tenancy::read_methods) != 0));
    }
    world in;
    in.account->orders = tenancy::orders_kind::none;
    CHECK(std::holds_alternative<mcp::unknown_tool>(
        in.answer("lookup_customer", {{"email", "sarah@example.com"}})));
    CHECK(in.audit.events.back().rule == "not_exposed");
}

TEST_CASE("stripe operations: a filter hides a tool with what it needs", "[stripe][operations]") {
    tenancy::tool_filter filter;
    filter.tags = {"operations"};
    CHECK(shown(filter) == names{"get_order_history", "revenue_summary", "flag_for_review"});
    filter.methods = tenancy::read_methods;
    CHECK(shown(filter) == names{"get_order_history", "revenue_summary"});
    filter.tags = {};
    CHECK(shown(filter) ==
          names{"lookup_customer", "list_payments", "get_order_history", "revenue_summary"});
    filter = {};
    filter.deny = {"create_a_stripe_refund", "revenue_summary"};
    const auto rest = shown(filter);
    CHECK(std::ranges::find(rest, "issue_refund") == rest.end());
    CHECK(std::ranges::find(rest, "revenue_summary") == rest.end());
    CHECK(rest.size() == 5);
}

TEST_CASE("stripe operations: a config may name their tag and their names, a policy may not",
          "[stripe][operations]") {
    const catalogue_directory directory;
    tenancy::server_config config;
    config.tags = std::vector<std::string>{"operations"};
    CHECK(tenancy::check_config(config, directory).has_value());
    config.tags = {};
    config.deny = std::vector<std::string>{"issue_refund"};
    CHECK(tenancy::check_config(config, directory).has_value());
    auto rule = tenancy::read_rules(R"([{"id":"a","tools":["issue_refund"]}])", "rules");
    REQUIRE(rule.has_value());
    const auto made = tenancy::make_policy(std::move(*rule), tenancy::layer::server, 1, "mcp_1",
                                           directory, "rules");
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().code == "composite_tool");
}

TEST_CASE("stripe operations: a lookup has both halves, and all customers with one address",
          "[stripe][operations]") {
    world in;
    in.desk.customers.push_back({"c_3", " SARAH@example.com", "Sara", "", in.days_ago(9)});
    in.add("o_jpy", "c_1", "pi_jpy", 5000, "jpy", 1);
    in.desk.orders[0].refunded = 1000;
    in.api.objects["/v1/customers/cus_1"] = {
        {"id", "cus_1"}, {"object", "customer"}, {"name", "Sarah"}, {"created", 1'700'000'000}};
    in.desk.customers.back().email = "SARAH@example.com";
    const auto found = in.ask("lookup_customer", {{"email", " sarah@Example.com"}});
    REQUIRE(found["customers"].size() == 2);
    const auto& sarah = found["customers"][0];
    CHECK(sarah["stripe"]["id"] == "cus_1");
    // Amounts of different currencies are never added.
    REQUIRE(sarah["orders"].size() == 2);
    CHECK(sarah["orders"][0]["currency"] == "jpy");
    CHECK(sarah["orders"][0]["amount_formatted"] == "5000 JPY");
    CHECK(sarah["orders"][1]["amount"] == 9998);
    CHECK(sarah["orders"][1]["refunded_formatted"] == "10.00 USD");
    CHECK(found["untrusted_text"] == json::array({"customers.name"}));
    CHECK_FALSE(found.contains("missing"));
}

TEST_CASE("stripe operations: an answer has the half that can be read, and names the other",
          "[stripe][operations]") {
    world in;
    SECTION("Stripe is away") {
        in.api.away = base::fail(base::errc::unavailable, "not_sent", "no connection");
        const auto found = in.ask("lookup_customer", {{"email", "sarah@example.com"}});
        CHECK(found["customers"][0]["id"] == "c_1");
        CHECK(found["missing"][0]["half"] == "stripe");
        const auto paid = in.ask("list_payments", {{"email", "sarah@example.com"}});
        CHECK(paid["missing"][0]["half"] == "stripe");
        CHECK(in.ask("get_order_history", {{"email", "sarah@example.com"}})["orders"].size() == 2);
    }
    SECTION("the orders are away") {
        in.desk.away = base::fail(base::errc::unavailable, "orders_unavailable", "no database");
        in.api.lists["/v1/customers"] = json::array({{{"id", "cus_1"}, {"object", "customer"}}});
        in.api.lists["/v1/charges"] =
            json::array({{{"id", "ch_of_pi_1"}, {"object", "charge"}, {"payment_intent", "pi_1"}}});
        const auto found = in.ask("lookup_customer", {{"email", "sarah@example.com"}});
        CHECK(found["at_stripe"]["data"][0]["id"] == "cus_1");
        CHECK(found["missing"][0]["half"] == "orders");
        const auto paid = in.ask("list_payments", {{"email", "sarah@example.com"}});
        CHECK(paid["customers"][0]["payments"]["data"][0]["id"] == "ch_of_pi_1");
        CHECK(paid["missing"][0]["half"] == "orders");
        CHECK(in.refusal("get_order_history", {{"email", "sarah@example.com"}})["code"] ==
              "orders_unavailable");
        CHECK(
            in.refusal("revenue_summary", {{"from", "2027-01-01"}, {"to", "2027-01-02"}})["code"] ==
            "orders_unavailable");
    }
}

TEST_CASE("stripe operations: payments stand beside the orders that they paid",
          "[stripe][operations]") {
    world in;
    in.api.lists["/v1/charges"] =
        json::array({{{"id", "ch_of_pi_1"}, {"object", "charge"}, {"payment_intent", "pi_1"}}});
    const auto paid = in.ask("list_payments", {{"email", "sarah@example.com"}, {"limit", 5}});
    CHECK(in.api.sent.back().find("customer=cus_1") != std::string::npos);
    CHECK(in.api.sent.back().find("limit=5") != std::string::npos);
    REQUIRE(paid["customers"].size() == 1);
    CHECK(paid["customers"][0]["orders"].size() == 1);
    CHECK(paid["customers"][0]["orders"][0]["id"] == "o_1");
}

TEST_CASE("stripe operations: orders come page by page, of one customer only",
          "[stripe][operations]") {
    world in;
    for (int i = 0; i < 5; ++i)
        in.add("o_p" + std::to_string(i), "c_1", "pi_p" + std::to_string(i), 100, "usd", 10 + i);
    json arguments{{"email", "sarah@example.com"}, {"limit", 3}};
    names seen;
    for (int pages = 0; pages < 5; ++pages) {
        const auto page = in.ask("get_order_history", arguments);
        for (const auto& one : page["orders"]) seen.push_back(one["id"]);
        if (page["next_cursor"].is_null()) break;
        arguments["next_cursor"] = page["next_cursor"];
    }
    CHECK(seen == names{"o_2", "o_1", "o_p0", "o_p1", "o_p2", "o_p3", "o_p4"});
    arguments["email"] = "omar@example.com";
    CHECK(in.refusal("get_order_history", arguments)["code"] == "bad_cursor");
}

TEST_CASE("stripe operations: an answer keeps to the server's token budget",
          "[stripe][operations]") {
    world in;
    in.rules.results.tokens_max = 1'000;
    for (int i = 0; i < 90; ++i)
        in.add("o_p" + std::to_string(i), "c_1", "pi_p" + std::to_string(i), 100, "usd", 10);
    const auto page = in("get_order_history", {{"email", "sarah@example.com"}, {"limit", 100}});
    CHECK(estimate_tokens(page.text) <= 1'000);
    CHECK(json::parse(page.text)["next_cursor"].is_string());
}

TEST_CASE(
    "stripe operations: days are those of the zone, with the last one, and currencies "
    "stay apart",
    "[stripe][operations]") {
    world in;
    in.desk.orders.clear();
    const auto at = [&](const char* id, const char* when, std::int64_t amount, const char* code) {
        in.add(id, "c_1", std::string("pi_") + id, amount, code, 1).created_at =
            *base::parse_timestamp(when);
    };
    at("a", "2026-01-30T23:30:00Z", 1, "usd");  // the 31st in Berlin
    at("b", "2026-01-31T22:59:59Z", 10, "usd");
    at("c", "2026-01-31T23:00:00Z", 100, "usd");  // February in Berlin
    at("d", "2026-01-31T12:00:00Z", 5000, "kwd");
    const auto sums = [&](const json& zone) {
        json days{{"from", "2026-01-31"}, {"to", "2026-01-31"}};
        if (!zone.is_null()) days["time_zone"] = zone;
        return in.ask("revenue_summary", days)["by_currency"];
    };
    const auto utc = sums({});
    REQUIRE(utc.size() == 2);
    CHECK(utc[0]["amount_formatted"] == "5.000 KWD");
    CHECK(utc[1]["amount"] == 110);
    CHECK(sums("Europe/Berlin")[1]["amount"] == 11);
    CHECK(in.refusal("revenue_summary", {{"from", "2026-01-31"}, {"to", "2026-01-30"}})["param"] ==
          "to");
    CHECK(in.refusal("revenue_summary", {{"from", "2026-02-30"}, {"to", "2026-03-01"}})["param"] ==
          "from");
    CHECK(in.refusal("revenue_summary", {{"from", "2026-01-01"},
                                         {"to", "2026-01-02"},
                                         {"time_zone", "../Berlin"}})["param"] == "time_zone");
}

TEST_CASE("stripe operations: the company's own records are redacted like Stripe's",
          "[stripe][operations]") {
    world in;
    in.rules.results.redact = static_cast<tenancy::redaction_set>(tenancy::redaction::email);
    in.desk.customers[0].name = "4242424242424242 sk_test_00000000000000000000 a@b.example";
    const auto out = in("get_order_history", {{"email", "sarah@example.com"}});
    CHECK(out.text.find("sarah@") == std::string::npos);
    CHECK(out.text.find("a@b.example") == std::string::npos);
    CHECK(out.text.find("424242") == std::string::npos);
    CHECK(out.text.find("sk_test_0000") == std::string::npos);
}

TEST_CASE("stripe operations: a scope of data holds for the company's records too",
          "[stripe][operations]") {
    world in;
    in.api.objects["/v1/customers/cus_1"] = {{"id", "cus_1"}, {"object", "customer"}};
    in.api.objects["/v1/customers/cus_2"] = {{"id", "cus_2"}, {"object", "customer"}};
    in.guard(R"([{"id":"ours","scope":{"customers":["cus_2"]}}])");
    const auto theirs = in.ask("get_order_history", {{"email", "sarah@example.com"}});
    CHECK(theirs["customers"].empty());
    CHECK(theirs["orders"].empty());
    const auto omar = in("get_order_history", {{"email", "omar@example.com"}});
    INFO(omar.text);
    CHECK(json::parse(omar.text)["orders"].size() == 1);
    CHECK(in.refused({{"order", "o_1"}}) == "order_owner");
    CHECK(in.refusal("revenue_summary", {{"from", "2027-01-01"}, {"to", "2027-01-02"}})["code"] ==
          "outside_scope");
}

TEST_CASE("stripe operations: a scope of data holds while Stripe refuses the account's key",
          "[stripe][operations]") {
    world in;
    in.guard(R"([{"id":"ours","scope":{"customers":["cus_2"]}}])");
    in.rules.needs_reauth = true;
    const auto theirs = in.ask("get_order_history", {{"email", "sarah@example.com"}});
    CHECK(theirs["customers"].empty());
    CHECK(theirs["orders"].empty());
    CHECK(in.refusal("revenue_summary", {{"from", "2027-01-01"}, {"to", "2027-01-02"}})["code"] ==
          "outside_scope");
    CHECK(in.api.sent.empty());
}

TEST_CASE("stripe operations: a flag is a note among the orders, and changes nothing at Stripe",
          "[stripe][operations]") {
    world in;
    const json arguments{{"payment", "pi_1"},
                         {"note", "looks like a test of sk_test_0000000000000000"}};
    const auto flagged = in.ask("flag_for_review", arguments);
    CHECK(flagged["order"] == "o_1");
    REQUIRE(in.desk.flags.size() == 1);
    CHECK(in.desk.flags[0].id == flagged["flag"].get<std::string>());
    CHECK(in.desk.flags[0].flagged_by == "Support");
    CHECK(in.desk.flags[0].note.find("sk_test_0000") == std::string::npos);
    CHECK(in.api.posts() == 0);
    CHECK(in.refusal("flag_for_review", {{"payment", "pi_none"}, {"note", "x"}})["code"] ==
          "resource_missing");
    in.rules.frozen = true;
    CHECK(in.refusal("flag_for_review", arguments)["code"] == "frozen");
    CHECK(in.desk.flags.size() == 1);
}

TEST_CASE("stripe operations: a payment link is one ordinary write", "[stripe][operations]") {
    world in;
    in.ask("create_payment_link",
           {{"amount", 5000}, {"currency", "JPY"}, {"description", "Workshop"}});
    REQUIRE(in.api.posts() == 1);
    CHECK(in.api.bodies.back().find("[price_data][unit_amount]=5000") != std::string::npos);
    CHECK(in.receipts.begun.size() == 1);
    CHECK(in.refusal("create_payment_link",
                     {{"amount", 0}, {"currency", "usd"}, {"description", "x"}})["param"] ==
          "amount");
    CHECK(in.refusal("create_payment_link",
                     {{"amount", 1}, {"currency", "xxx"}, {"description", "x"}})["param"] ==
          "currency");
}

TEST_CASE("stripe operations: arguments are checked before anything is read",
          "[stripe][operations]") {
    world in;
    const auto param = [&](const char* tool, const json& arguments) {
        return in.refusal(tool, arguments)["param"].get<std::string>();
    };
    CHECK(param("lookup_customer", json::object()) == "email");
    CHECK(param("lookup_customer", {{"email", "no address"}}) == "email");
    CHECK(param("lookup_customer", {{"email", "a@b.example"}, {"limit", 1}}) == "limit");
    CHECK(param("list_payments", json::object()) == "email");
    CHECK(param("list_payments", {{"email", "a@b.example"}, {"customer", "cus_1"}}) == "customer");
    CHECK(param("list_payments", {{"customer", "cus_1"}, {"limit", 101}}) == "limit");
    CHECK(param("flag_for_review", {{"payment", "re_1"}, {"note", "x"}}) == "payment");
    CHECK(param("flag_for_review", {{"payment", "pi_1/../x"}, {"note", "x"}}) == "payment");
    CHECK(param("issue_refund", {{"email", "a@b.example"}, {"confirmed", "yes"}}) == "confirmed");
    CHECK(in.api.sent.empty());
    CHECK(in.audit.events.size() == 9);
    for (const auto& one : in.audit.events) CHECK(one.rule == "arguments");
}

TEST_CASE("stripe operations: every call has an audit record of its own beside those of its calls",
          "[stripe][operations]") {
    world in;
    in.api.objects["/v1/customers/cus_1"] = {{"id", "cus_1"}, {"object", "customer"}};
    in.ask("lookup_customer", {{"email", "sarah@example.com"}});
    REQUIRE(in.audit.events.size() == 2);
    CHECK(in.audit.events[0].tool == "get_single_stripe_customer_by_id");
    CHECK(in.audit.events[1].tool == "lookup_customer");
    CHECK(in.audit.events[1].outcome == "succeeded");
    in.audit.refuse = base::fail(base::errc::unavailable, "audit_full", "full");
    CHECK(in("lookup_customer", {{"email", "sarah@example.com"}}).is_error);
    CHECK(in.api.sent.size() == 1);
}

TEST_CASE("stripe operations: an explanation names the calls and the rules, and reads nothing",
          "[stripe][operations]") {
    world in;
    const operations_explainer explained{in.services, upstream_options{}};
    const auto ask = [&](const json& arguments) {
        const auto text = explained.explain(
            in.rules, json{{"tool", "issue_refund"}, {"arguments", arguments}}.dump());
        REQUIRE(text.has_value());
        return json::parse(*text);
    };
    const auto told = ask({{"email", "sarah@example.com"}, {"payment", "pi_1"}, {"amount", 900}});
    CHECK(told["visible"] == true);
    CHECK(told["allowed"] == true);
    CHECK(told["made_of"] == json::array({"create_a_stripe_refund"}));
    CHECK(told["order_rules"].size() == 6);
    CHECK(told["refund"]["request"]["body"] == "payment_intent=pi_1&amount=900");
    CHECK(ask({{"email", "sarah@example.com"}, {"amount", 0}})["refused_by"]["param"] == "amount");
    in.guard(R"([{"id":"none","tools":["create_a_stripe_refund"],"max_value":)"
             R"({"argument":"amount","value":500}}])");
    const auto refused = ask({{"email", "a@b.example"}, {"payment", "pi_1"}, {"amount", 900}});
    CHECK(refused["allowed"] == false);
    CHECK(refused["refund"]["refused_by"]["rule"] == "none");
    CHECK(ask({{"email", "a@b.example"}})["allowed"].is_null());
    in.rules.frozen = true;
    CHECK(ask({{"email", "a@b.example"}})["refused_by"]["rule"] == "frozen");
    in.rules.needs_reauth = true;
    const auto stopped = ask({{"email", "a@b.example"}});
    CHECK(stopped["allowed"] == false);
    CHECK(stopped["refused_by"]["rule"] == "account");
    in.rules.filter.deny = {"create_a_stripe_refund"};
    CHECK(ask({{"email", "a@b.example"}})["reason"] == "needs create_a_stripe_refund");
    CHECK(in.api.sent.empty());
}

}  // namespace operations_reads_test
