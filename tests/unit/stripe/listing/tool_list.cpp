// Listing modes: which tools a filter shows, the search tools, and calls through them.
#include "stripe/listing/tool_list.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <set>

#include "stripe/listing/description.hpp"
#include "stripe/listing/list_cache.hpp"
#include "stripe/listing/search_calls.hpp"
#include "stripe/listing/visibility.hpp"

namespace listing_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;
using tenancy::account_mode;
using tenancy::listing_mode;

namespace {

tenancy::listing_rules rules_of(listing_mode mode) {
    tenancy::listing_rules out;
    out.mode = mode;
    return out;
}

tenancy::tool_filter reads() {
    tenancy::tool_filter out;
    out.methods = *tenancy::parse_method_word("read");
    return out;
}

std::uint64_t dearest(const tool_list& list) {
    return std::max(list.tokens.openai, list.tokens.claude);
}

bool everything(const operation&) {
    return true;
}

// Keeps the parsed text alive beside its view.
struct arguments {
    explicit arguments(const std::string& text) : json(text) {
        view = parser.parse(json).get_object().value();
    }
    simdjson::padded_string json;
    simdjson::dom::parser parser;
    simdjson::dom::object view;
};

std::string code_of(search_tool through, const std::string& text,
                    const visible_rule& visible = everything) {
    const arguments given{text};
    const auto out = unwrap(through, given.view, visible);
    return out ? std::string(out->called->tool_name()) : out.error().code;
}

std::string whole_tool(const operation& one) {
    return std::string(one.tool_json());
}

json described(const std::string& text) {
    const arguments given{text};
    simdjson::dom::parser parser;
    const auto out = answer_describe(given.view, everything, whole_tool, parser);
    return out ? json::parse(*out) : json(out.error().code);
}

}  // namespace

TEST_CASE("stripe listing: every tag's default list is within the budget", "[stripe][listing]") {
    std::set<std::string> tags;
    for (const auto& one : operations())
        for (const auto tag : one.tags()) tags.emplace(tag);
    REQUIRE(tags.size() > 8);
    for (const auto& tag : tags)
        for (const auto* word : {"read", "write", "list", "get", "custom"}) {
            INFO(tag << ' ' << word);
            tenancy::tool_filter filter;
            filter.tags = {tag};
            filter.methods = *tenancy::parse_method_word(word);
            const auto list = list_tools(filter, {}, account_mode::test);
            CHECK(dearest(list) <= 16'000);
        }
    const auto all = list_tools({}, {}, account_mode::test);
    CHECK(all.searching);
    CHECK(dearest(all) <= 16'000);
    CHECK(all.operations.size() >= 10);
}

TEST_CASE("stripe listing: the whole API is reachable in 1,500 tokens of list",
          "[stripe][listing]") {
    auto rules = rules_of(listing_mode::search);
    rules.pinned = std::vector<std::string>{};
    const auto list = list_tools({}, rules, account_mode::test);
    CHECK(list.operations.empty());
    CHECK(list.search_tools.size() == 5);
    std::size_t exposed = 0;
    for (const auto& one : operations()) exposed += one.exposed() ? 1U : 0U;
    CHECK(list.reachable == exposed);
    std::cout << "listing: search tools alone are " << list.bytes << " bytes, " << dearest(list)
              << " tokens, for " << list.reachable << " operations\n";
    CHECK(dearest(list) <= 1'500);
}

TEST_CASE("stripe listing: a small filter is listed in full, and mode full lists all",
          "[stripe][listing]") {
    tenancy::tool_filter small;
    small.allow = {"create_a_stripe_refund", "list_all_stripe_disputes"};
    const auto listed = list_tools(small, {}, account_mode::test);
    CHECK_FALSE(listed.searching);
    CHECK(listed.operations.size() == 2);
    const auto full = list_tools({}, rules_of(listing_mode::full), account_mode::test);
    CHECK_FALSE(full.searching);
    CHECK(full.operations.size() == full.reachable);
    CHECK(full.operations.size() > 250);
}

TEST_CASE("stripe listing: a filter of reads shows no tool that writes or deletes",
          "[stripe][listing]") {
    const auto list = list_tools(reads(), rules_of(listing_mode::search), account_mode::test);
    std::set<std::string> names;
    for (const auto* tool : list.search_tools) names.emplace(tool->name);
    CHECK(names == std::set<std::string>{"find_stripe_operations", "describe_stripe_operation",
                                         "read_stripe"});
    for (const auto* one : list.operations) CHECK(one->read_only());
}

TEST_CASE("stripe listing: chosen pins are shown as far as the filter passes them",
          "[stripe][listing]") {
    auto rules = rules_of(listing_mode::search);
    rules.pinned = std::vector<std::string>{"list_all_stripe_disputes", "create_a_stripe_refund",
                                            "list_all_stripe_disputes"};
    const auto list = list_tools(reads(), rules, account_mode::test);
    REQUIRE(list.operations.size() == 1);
    CHECK(list.operations[0]->tool_name() == "list_all_stripe_disputes");
}

TEST_CASE("stripe listing: what is pinned by default lists refunds and invoices",
          "[stripe][listing]") {
    const auto list = list_tools({}, rules_of(listing_mode::search), account_mode::test);
    std::set<std::string_view> names;
    for (const auto* one : list.operations) names.insert(one->tool_name());
    CHECK(names.contains("list_all_stripe_refunds"));
    CHECK(names.contains("list_all_stripe_invoices"));
    CHECK(list.search_tools.size() + list.operations.size() == 21);
}

TEST_CASE("stripe listing: the usual pins exist", "[stripe][listing]") {
    REQUIRE(usual_pins().size() > 10);
    for (const auto name : usual_pins()) {
        INFO(name);
        CHECK(find_tool(name) != nullptr);
    }
}

TEST_CASE("stripe listing: search tools are tools with every hint", "[stripe][listing]") {
    REQUIRE_FALSE(search_tools().empty());
    for (const auto& one : search_tools()) {
        const auto tool = json::parse(one.json);
        CHECK(tool["name"] == std::string(one.name));
        CHECK(tool["description"].get<std::string>().size() <= 300);
        CHECK(tool["inputSchema"]["type"] == "object");
        CHECK(tool["annotations"].size() == 4);
        const bool reads_only =
            one.which != search_tool::write && one.which != search_tool::delete_;
        CHECK(tool["annotations"]["readOnlyHint"] == reads_only);
        CHECK(tool["annotations"]["destructiveHint"] == !reads_only);
    }
}

TEST_CASE("stripe listing: an operation is called through the tool of its class only",
          "[stripe][listing]") {
    CHECK(code_of(search_tool::write, R"({"operation":"create_a_stripe_refund","arguments":{}})") ==
          "create_a_stripe_refund");
    CHECK(code_of(search_tool::read, R"({"operation":"create_a_stripe_refund"})") ==
          "wrong_caller");
    CHECK(code_of(search_tool::read, R"({"operation":"delete_a_stripe_customer_by_id"})") ==
          "wrong_caller");
    CHECK(code_of(search_tool::write, R"({"operation":"list_all_stripe_charges"})") ==
          "wrong_caller");
    CHECK(code_of(search_tool::delete_, R"({"operation":"delete_a_stripe_customer_by_id"})") ==
          "delete_a_stripe_customer_by_id");
    CHECK(code_of(search_tool::delete_,
                  R"({"operation":"cancel_a_stripe_payment_intent_by_id"})") == "wrong_caller");
    for (const auto& one : operations()) {
        const auto caller = caller_of(one);
        CHECK((caller == search_tool::read) == (one.method() == http_method::get));
        if (caller == search_tool::read) CHECK(one.read_only());
    }
}

TEST_CASE("stripe listing: a call that is packed wrongly is refused with what is wrong",
          "[stripe][listing]") {
    CHECK(code_of(search_tool::read, "{}") == "missing_argument");
    CHECK(code_of(search_tool::read, R"({"operation":7})") == "wrong_type");
    CHECK(code_of(search_tool::read, R"({"operation":"balance"})") == "unknown_operation");
    CHECK(code_of(search_tool::read, R"({"operation":"list_all_stripe_charges","arguments":[]})") ==
          "wrong_type");
    CHECK(code_of(search_tool::read, R"({"operation":"list_all_stripe_charges","args":{}})") ==
          "unknown_argument");
    const auto none = [](const operation&) { return false; };
    CHECK(code_of(search_tool::read, R"({"operation":"list_all_stripe_charges"})", none) ==
          "operation_not_exposed");
    const arguments typo{R"({"operation":"list_all_stripe_chargs"})"};
    const auto refused = unwrap(search_tool::read, typo.view, everything);
    REQUIRE(refused.has_error());
    CHECK(refused.error().message.find("'list_all_stripe_charges'") != std::string::npos);
}

TEST_CASE("stripe listing: every value of a long enum can be described", "[stripe][listing]") {
    const auto type =
        described(R"({"operation":"create_a_stripe_payment_method","argument":"type"})");
    REQUIRE(type.contains("values"));
    CHECK(type["values"].size() > 40);
    CHECK(std::ranges::count(type["values"], "sepa_debit") == 1);
    const auto events = described(
        R"({"operation":"create_a_stripe_webhook_endpoint","argument":"enabled_events"})");
    CHECK(std::ranges::count(events["values"], "charge.refunded") == 1);
    const auto whole = described(R"({"operation":"create_a_stripe_webhook_endpoint"})");
    CHECK(whole["note"].get<std::string>().find("every value of: ") != std::string::npos);
    CHECK(whole["note"].get<std::string>().find("enabled_events") != std::string::npos);
    // A short one stands in the schema.
    CHECK_FALSE(described(R"({"operation":"create_a_stripe_refund","argument":"reason"})")
                    .contains("values"));
}

TEST_CASE("stripe listing: hidden operations are neither found nor described",
          "[stripe][listing]") {
    const operation_finder finder;
    const visible_rule read_only = [](const operation& one) { return one.read_only(); };
    const arguments query{R"({"query":"refund a payment","limit":20})"};
    simdjson::dom::parser parser;
    const auto found = answer_find(query.view, finder, read_only, parser);
    REQUIRE(found.has_value());
    const auto rows = json::parse(*found)["operations"];
    CHECK(rows.size() == 20);
    for (const auto& row : rows) CHECK(row["call_with"] == "read_stripe");
    const arguments hidden{R"({"operation":"create_a_stripe_refund"})"};
    const auto refused = answer_describe(hidden.view, read_only, whole_tool, parser);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "operation_not_exposed");
}

TEST_CASE("stripe listing: a find answer names caller, sentence and required arguments",
          "[stripe][listing]") {
    const operation_finder finder;
    simdjson::dom::parser parser;
    const arguments query{R"({"query":"change the email address of a customer","limit":1})"};
    const auto found = answer_find(query.view, finder, everything, parser);
    REQUIRE(found.has_value());
    const auto row = json::parse(*found)["operations"][0];
    CHECK(row["operation"] == "update_a_stripe_customer_by_id");
    CHECK(row["call_with"] == "write_stripe");
    CHECK(row["required"] == json::array({"id"}));
    CHECK_FALSE(row["description"].get<std::string>().empty());
    // A search takes `where` in place of `query`.
    const arguments search{R"({"query":"search charges by last4","limit":3})"};
    const auto searched = answer_find(search.view, finder, everything, parser);
    REQUIRE(searched.has_value());
    const auto rows = json::parse(*searched)["operations"];
    for (const auto& one : rows)
        if (one["operation"] == "search_all_stripe_charges") CHECK_FALSE(one.contains("required"));
    for (const auto* bad : {"0", "21", "\"5\"", "1.5", "null"}) {
        const arguments limited{std::string(R"({"query":"x","limit":)") + bad + "}"};
        CHECK(answer_find(limited.view, finder, everything, parser).has_error());
    }
}

TEST_CASE("stripe listing: a long schema is told with less depth, its parts on demand",
          "[stripe][listing]") {
    const auto small = described(R"({"operation":"get_single_stripe_charge_by_id"})");
    CHECK(small["input_schema"]["properties"]["id"]["type"] == "string");
    CHECK_FALSE(small.contains("note"));
    const auto large = described(R"({"operation":"create_a_stripe_checkout_session"})");
    CHECK(large.dump().size() < 16'000);
    CHECK(large.contains("note"));
    const auto& items = large["input_schema"]["properties"]["line_items"];
    CHECK(items["parts"].get<std::string>().find("price_data") != std::string::npos);
    const auto part = described(
        R"({"operation":"create_a_stripe_checkout_session","argument":"line_items.price_data"})");
    CHECK(part["schema"]["properties"].contains("unit_amount"));
    CHECK(
        described(
            R"({"operation":"create_a_stripe_checkout_session","argument":"line_items.prize"})") ==
        "unknown_argument");
    CHECK(described(R"({"operation":"get_single_stripe_charge_by_id","argument":"id.x.y"})") ==
          "unknown_argument");
    for (const auto& one : operations()) {
        if (!one.exposed()) continue;
        INFO(one.tool_name());
        CHECK(described(R"({"operation":")" + std::string(one.tool_name()) + R"("})").is_object());
    }
}

TEST_CASE("stripe listing: the list is byte-stable and made once", "[stripe][listing]") {
    tenancy::grant grant;
    auto account = std::make_shared<tenancy::account_access>();
    grant.account = account;
    grant.listing_key = "{}";
    list_cache cache;
    const std::string first{cache.tools(grant)};
    std::string fresh;
    append_tool_list(grant, fresh);
    CHECK(first == fresh);
    CHECK(cache.tools(grant).data() == cache.tools(grant).data());
    CHECK(json::parse("[" + first + "]").size() > 5);
    for (int i = 0; i < 200; ++i) {
        grant.listing_key = std::to_string(i);
        CHECK(cache.tools(grant).size() == first.size());
    }
}

}  // namespace listing_test
