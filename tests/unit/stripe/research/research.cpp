// From words to searches, and when the two tools are shown.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "stripe/listing/research_tools.hpp"
#include "stripe/listing/tool_list.hpp"
#include "stripe/research/research_plan.hpp"

namespace research_test {

using namespace tollgate::stripe;
using nlohmann::json;
namespace tenancy = tollgate::tenancy;

namespace {

bool any(const main_object&) {
    return true;
}

// "customer: …" lines of what would be searched for.
std::vector<std::string> searches(std::string_view query, const object_rule& rule = any) {
    std::vector<std::string> out;
    for (const auto& one : plan_research(query, rule).searches) {
        const auto members = json::parse('{' + one.members + '}');
        std::string line = std::string(one.object->name) + ':';
        if (members.contains("query")) line += ' ' + members["query"].get<std::string>();
        for (const auto& clause : members.value("where", json::array()))
            line += ' ' + clause["field"].get<std::string>() + clause["op"].get<std::string>() +
                    clause["value"].dump();
        if (members.value("match", "any") == "all") line += " (all)";
        out.push_back(line);
    }
    return out;
}

using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("research_plan: an id and an address are known at once", "[stripe][research]") {
    CHECK(plan_research("  ch_1 ", any).id == "ch_1");
    CHECK(plan_research("du_1", any).by_id->name == "dispute");
    CHECK(plan_research("ch_1", any).searches.empty());
    CHECK(plan_research("Sarah@example.com\n", any).email == "Sarah@example.com");
    CHECK(plan_research("", any).searches.empty());
    CHECK(plan_research(" \t ", any).searches.empty());
}

TEST_CASE("research_plan: words become clauses", "[stripe][research]") {
    CHECK(searches("failed payments") == lines{R"(charge: status="failed")"});
    CHECK(searches("subscriptions that are past due") ==
          lines{R"(subscription: status="past_due")"});
    CHECK(searches("disputed charges of 49.00") ==
          lines{R"(charge: disputed="true" amount=4900 (all))"});
    CHECK(searches("Show me the latest invoices") == lines{"invoice: created>0"});
    CHECK(searches("products") == lines{R"(product: active="true")"});
    CHECK(searches("customer Sarah Jones") ==
          lines{R"(customer: name~"sarah jones" name~"sarah" email~"sarah" name~"jones" )"
                R"(email~"jones")"});
    CHECK(searches("invoice ABC-0001") == lines{R"(invoice: number~"abc-0001")"});
    CHECK(searches("acme") == lines{R"(customer: name~"acme" email~"acme")",
                                    R"(product: name~"acme" description~"acme")"});
    CHECK(searches("unpaid") ==
          lines{R"(invoice: status="open")", R"(subscription: status="unpaid")"});
    CHECK(searches("payment intents") == lines{"payment_intent: created>0"});
    for (const char* nothing : {"the", "of by", "x", "?!", "\"\"", "ab"})
        CHECK(searches(nothing).empty());
}

TEST_CASE("research_plan: Stripe's own language is passed on to what it fits",
          "[stripe][research]") {
    CHECK(searches(R"(email~"example.com" AND -name:"x: y")") ==
          lines{R"(customer: email~"example.com" AND -name:"x: y")"});
    CHECK(searches("total>=100") == lines{"invoice: total>=100"});
    CHECK(searches(R"(metadata["order"]:"7")").size() == research_searches_max);
    // No field of any object: plain words, and quoted as such.
    CHECK(searches(R"(nothing:"x" acme)").front().starts_with("customer: name~"));
    CHECK(searches(R"(acme" OR name~"b)").front().find("OR name") == std::string::npos);
}

TEST_CASE("research_plan: only what may be searched, and never more than four",
          "[stripe][research]") {
    const auto no_charges = [](const main_object& one) { return one.name != "charge"; };
    CHECK(searches("payments", no_charges) == lines{"payment_intent: created>0"});
    CHECK(searches("failed acme overdue draft active canceled", any).size() <=
          research_searches_max);
    CHECK(searches("created>0").size() == research_searches_max);
    CHECK(searches("customers invoices", [](const main_object&) { return false; }).empty());
    const std::string many = [] {
        std::string out;
        for (int i = 0; i < 200; ++i) out += "word" + std::to_string(i) + ' ';
        return out;
    }();
    const auto plan = plan_research(many, any);
    for (const auto& one : plan.searches)
        CHECK(json::parse('{' + one.members + '}')["where"].size() <= 10);
}

TEST_CASE("research_tools: both or none, and they count", "[stripe][research][listing]") {
    tenancy::tool_filter filter;
    tenancy::listing_rules rules;
    constexpr auto test_mode = tenancy::account_mode::test;
    CHECK(research_tools(filter, rules, test_mode).empty());
    rules.deep_research = true;
    REQUIRE(research_tools(filter, rules, test_mode).size() == 2);
    for (const auto& one : research_tools(filter, rules, test_mode)) {
        const auto tool = json::parse(one.json);
        CHECK(tool["name"] == one.name);
        CHECK(tool["inputSchema"]["required"].size() == 1);
        CHECK(tool["annotations"]["readOnlyHint"] == true);
        CHECK(tool["annotations"]["openWorldHint"] == false);
    }
    filter.allow = {"get_single_stripe_customer_by_id", "search_all_stripe_customers"};
    CHECK(research_tools(filter, rules, test_mode).size() == 2);
    const auto with = list_tools(filter, rules, test_mode);
    rules.deep_research = false;
    const auto without = list_tools(filter, rules, test_mode);
    CHECK(with.operations == without.operations);
    CHECK(with.bytes > without.bytes + 800);
    CHECK(with.tokens.claude > without.tokens.claude);
    rules.deep_research = true;
    filter.allow = {"search_all_stripe_customers"};
    CHECK(research_tools(filter, rules, test_mode).empty());
}

}  // namespace research_test
