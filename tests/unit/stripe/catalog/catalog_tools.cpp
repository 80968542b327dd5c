// The rules every tool keeps, walked over every tool there is.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <regex>
#include <set>

#include "stripe/catalog/catalog.hpp"
#include "stripe/generator/compile.hpp"
#include "stripe/generator/facts.hpp"
#include "stripe/generator/gateway_arguments.hpp"
#include "stripe/generator/report.hpp"
#include "tests/support/source_dir.hpp"

namespace tools_test {

using namespace tollgate::stripe;
using nlohmann::json;

namespace {

std::vector<const operation*> tools() {
    std::vector<const operation*> out;
    for (const auto& each : operations())
        if (each.exposed()) out.push_back(&each);
    return out;
}

bool legal_key(const std::string& key) {
    static const std::regex legal("[a-zA-Z0-9_-]{1,64}");
    return std::regex_match(key, legal);
}

const std::set<std::string>& keywords() {
    static const std::set<std::string> all{
        "type", "description",          "properties", "required", "items",
        "enum", "additionalProperties", "minimum",    "maximum"};
    return all;
}

// A schema node below the root: one type, no combinators, references or boolean schemas, arrays
// with typed items.
void check_node(const json& node) {
    REQUIRE(node.is_object());
    for (const auto& [key, ignored] : node.items()) {
        INFO(key);
        CHECK(keywords().contains(key));
    }
    REQUIRE(node.contains("type"));
    REQUIRE(node["type"].is_string());
    const auto type = node["type"].get<std::string>();
    CHECK(
        std::set<std::string>{"string", "integer", "number", "boolean", "object", "array"}.contains(
            type));
    if (node.contains("description")) CHECK_FALSE(node["description"].get<std::string>().empty());
    if (type == "array") {
        REQUIRE(node.contains("items"));
        check_node(node["items"]);
    }
    if (node.contains("enum")) {
        CHECK(type == "string");
        CHECK_FALSE(node["enum"].empty());
        CHECK(node["enum"].size() <= 41);
        std::set<std::string> values;
        for (const auto& value : node["enum"]) CHECK(values.insert(value).second);
    }
    if (node.contains("additionalProperties") && node["additionalProperties"].is_object())
        check_node(node["additionalProperties"]);
    if (node.contains("properties"))
        for (const auto& [key, child] : node["properties"].items()) {
            INFO(key);
            CHECK(legal_key(key));
            check_node(child);
        }
    if (node.contains("required"))
        for (const auto& key : node["required"]) CHECK(node["properties"].contains(key));
}

void check_root(const json& schema) {
    CHECK(schema["type"] == "object");
    CHECK(schema["additionalProperties"] == false);
    REQUIRE(schema.contains("properties"));
    const std::set<std::string> legal{"type", "properties", "required", "additionalProperties"};
    for (const auto& [key, ignored] : schema.items()) CHECK(legal.contains(key));
    for (const auto* cursor : {"starting_after", "ending_before", "page"})
        CHECK_FALSE(schema["properties"].contains(cursor));
}

}  // namespace

TEST_CASE("stripe tools: every schema keeps the rules clients need", "[stripe]") {
    for (const auto* each : tools()) {
        INFO(each->tool_name());
        const auto tool = json::parse(each->tool_json());
        CHECK(tool["name"] == std::string(each->tool_name()));
        CHECK(each->tool_json().size() <= 14 * 1024);
        check_root(tool["inputSchema"]);
        for (const auto& [key, child] : tool["inputSchema"]["properties"].items()) {
            INFO(key);
            CHECK(legal_key(key));
            CHECK(child.contains("description"));
            check_node(child);
        }
    }
}

TEST_CASE("stripe tools: title, description and all four hints are there", "[stripe]") {
    for (const auto* each : tools()) {
        INFO(each->tool_name());
        const auto tool = json::parse(each->tool_json());
        CHECK(tool["title"] == std::string(each->title()));
        CHECK_FALSE(each->title().empty());
        const auto text = tool["description"].get<std::string>();
        CHECK_FALSE(text.empty());
        CHECK(text.size() <= 300);
        CHECK(text.find('{') == std::string::npos);
        const auto& hints = tool["annotations"];
        CHECK(hints["readOnlyHint"] == each->read_only());
        CHECK(hints["destructiveHint"] == each->destructive());
        CHECK(hints["idempotentHint"] == each->idempotent());
        CHECK(hints["openWorldHint"] == each->open_world());
        CHECK(each->read_only() == (each->method() == http_method::get));
        CHECK_FALSE((each->read_only() && each->destructive()));
    }
}

// What a tool's schema shows is what a call may give, and the other way round; what the gateway
// adds is of no concern here.
TEST_CASE("stripe tools: the schema shows exactly the documented parameters", "[stripe]") {
    for (const auto* each : tools()) {
        INFO(each->tool_name());
        const auto schema = json::parse(each->tool_json())["inputSchema"];
        std::set<std::string> shown;
        for (const auto& [key, ignored] : schema["properties"].items())
            if (!generator::is_gateway_argument(key)) shown.insert(key);
        std::set<std::string> legal;
        std::set<std::string> required;
        for (const auto& parameter : each->parameters()) {
            if (parameter.documented()) legal.emplace(parameter.name());
            const bool replaced =
                each->response() == response_kind::search && parameter.name() == "query";
            if (parameter.required() && !replaced) required.emplace(parameter.name());
        }
        CHECK(shown == legal);
        const auto listed = schema.value("required", std::set<std::string>{});
        CHECK(listed == required);
    }
}

TEST_CASE("stripe tools: what moves money or cannot be undone says so", "[stripe]") {
    for (const auto* name :
         {"create_a_stripe_refund", "create_a_stripe_payout", "cancel_a_stripe_subscription_by_id",
          "capture_a_stripe_payment_intent_by_id", "pay_a_stripe_invoice_by_id",
          "void_a_stripe_invoice_by_id", "close_a_stripe_dispute_by_id",
          "create_a_stripe_charge_refund", "delete_a_stripe_customer_by_id"}) {
        INFO(name);
        REQUIRE(find_tool(name) != nullptr);
        CHECK(find_tool(name)->destructive());
    }
    CHECK(find_tool("create_a_stripe_refund")->open_world());
    CHECK(find_tool("send_a_stripe_invoice_by_id")->open_world());
    CHECK_FALSE(find_tool("create_a_stripe_customer")->destructive());
    CHECK_FALSE(find_tool("create_a_stripe_invoice_preview")->destructive());
    CHECK_FALSE(find_tool("list_all_stripe_charges")->open_world());
}

TEST_CASE("stripe tools: expand offers what the answer can expand", "[stripe]") {
    const auto items = [](std::string_view name) {
        const auto tool = json::parse(find_tool(name)->tool_json());
        return tool["inputSchema"]["properties"]["expand"]["items"]["enum"]
            .get<std::set<std::string>>();
    };
    CHECK(items("get_single_stripe_charge_by_id").contains("payment_intent"));
    CHECK(items("list_all_stripe_charges").contains("data.payment_intent"));
    CHECK_FALSE(items("list_all_stripe_charges").contains("payment_intent"));
    CHECK(items("get_single_stripe_payment_intent_by_id")
              .contains("latest_charge.balance_transaction"));
    for (const auto* each : tools()) {
        const auto* expand = each->find_parameter("expand");
        if (expand == nullptr || !expand->documented()) continue;
        CHECK(items(each->tool_name()).size() <= 12);
    }
}

// The tools of a first day must be there, whatever else changes.
TEST_CASE("stripe tools: the well-known tools are exposed", "[stripe]") {
    for (const auto* name :
         {"get_single_stripe_balance_by_id", "list_all_stripe_charges",
          "get_single_stripe_charge_by_id", "list_all_stripe_charge_refunds",
          "create_a_stripe_charge_refund", "create_a_stripe_refund", "list_all_stripe_disputes",
          "create_a_stripe_checkout_session", "list_all_stripe_payouts",
          "get_single_stripe_payout_by_id", "list_all_stripe_balance_transactions",
          "create_a_stripe_customer", "list_all_stripe_customers",
          "get_single_stripe_customer_by_id", "list_all_stripe_customer_subscriptions",
          "get_single_stripe_payment_intent_by_id"}) {
        INFO(name);
        CHECK(find_tool(name) != nullptr);
    }
}

// All of Stripe's API is there, to the last argument; what hands out a credential is the exception.
TEST_CASE("stripe tools: every operation and every argument is documented", "[stripe]") {
    const auto all = generator::compile_catalog(tollgate::test::source_file("stripe/catalog"));
    const auto counts = generator::count(all);
    generator::print_summary(std::cout, counts);
    for (const auto& each : all.operations) {
        INFO(each.fact.key() << ": " << each.hidden);
        CHECK(each.exposed() == each.not_exposable.empty());
        for (const auto& argument : each.hidden_arguments) FAIL_CHECK(argument);
    }
    CHECK(counts.hidden == 0);
    CHECK(counts.hidden_arguments == 0);
    CHECK(counts.not_exposable ==
          std::map<std::string, std::size_t>{{"hands out a credential", 2}});
    CHECK(counts.tool_bytes < 2'200'000);
}

TEST_CASE("stripe tools: a test helper says that it is one", "[stripe]") {
    std::size_t helpers = 0;
    for (const auto* tool : tools()) {
        if (!tool->test_only()) continue;
        INFO(tool->tool_name());
        CHECK(json::parse(tool->tool_json())["description"].get<std::string>().find(
                  "Test mode only.") != std::string::npos);
        ++helpers;
    }
    CHECK(helpers == 46);
}

// Content of a file travels as text, and has a name beside it.
TEST_CASE("stripe tools: a file is an argument of base64", "[stripe]") {
    const auto tool = json::parse(find_tool("create_a_stripe_file")->tool_json());
    const auto& properties = tool["inputSchema"]["properties"];
    CHECK(properties["file"]["type"] == "string");
    CHECK(properties["file"]["description"].get<std::string>().find("base64") != std::string::npos);
    CHECK(properties["filename"]["type"] == "string");
    CHECK(tool["inputSchema"]["required"] == json{"file", "purpose"});
}

TEST_CASE("stripe tools: lists of the v2 API are paged by next_cursor", "[stripe]") {
    for (const auto* tool : tools()) {
        if (tool->response() != response_kind::v2_list) continue;
        INFO(tool->tool_name());
        const auto properties = json::parse(tool->tool_json())["inputSchema"]["properties"];
        CHECK(properties.contains("next_cursor"));
        CHECK_FALSE(properties.contains("page"));
        CHECK(tool->cursor() == cursor_kind::page);
    }
}

// What is read in rows has a short form; without one a page of it would be a flood.
TEST_CASE("stripe tools: objects of many fields have default fields", "[stripe]") {
    const auto facts = generator::read_facts(tollgate::test::source_file("stripe/catalog"));
    std::size_t large = 0;
    for (const auto* tool : tools()) {
        if (!tool->read_only()) continue;
        for (const auto name : tool->response_objects()) {
            const auto object = facts.objects.find(std::string(name));
            if (object == facts.objects.end() || object->second.fields.size() <= 12) continue;
            INFO(name);
            CHECK_FALSE(default_fields(name).empty());
            CHECK(default_fields(name).size() <= 50);
            ++large;
        }
    }
    CHECK(large > 100);
    CHECK(default_fields("charge").size() < facts.objects.at("charge").fields.size());
}

TEST_CASE("stripe tools: no argument is described with the words of another call", "[stripe]") {
    // What a list filters by, on a call that is none; what a write does, on a list.
    const std::regex of_lists("[Aa]s a filter|filter on lists|[Oo]n lists|list filter");
    const std::regex of_writes(
        "^New |^Changes |[)] to refund|left out, the (default|customer's next)");
    std::string foreign;
    for (const auto* one : tools()) {
        const bool list =
            one->response() != response_kind::object && one->response() != response_kind::binary;
        const auto schema = json::parse(one->tool_json())["inputSchema"]["properties"];
        for (const auto& [name, node] : schema.items()) {
            const auto text = node.value("description", "");
            if (std::regex_search(text, of_lists) || (list && std::regex_search(text, of_writes)))
                foreign += std::string(one->tool_name()) + '.' + name + ": " + text + '\n';
        }
    }
    CHECK(foreign == "");
}

TEST_CASE("stripe tools: amounts say what holds for currencies without decimals", "[stripe]") {
    std::string silent;
    for (const auto* one : tools()) {
        const auto schema = json::parse(one->tool_json())["inputSchema"]["properties"];
        if (!schema.contains("amount") || schema["amount"]["type"] == "string") continue;
        const auto text = schema["amount"].value("description", "");
        if (text.find("minor units") != std::string::npos && text.find("JPY") == std::string::npos)
            silent += std::string(one->tool_name()) + ": " + text + '\n';
    }
    CHECK(silent == "");
}

TEST_CASE("stripe tools: the product of a subscription can be expanded", "[stripe]") {
    const auto paths = [](const char* tool) {
        return json::parse(
            find_tool(tool)->tool_json())["inputSchema"]["properties"]["expand"]["items"]["enum"];
    };
    const auto get = paths("get_single_stripe_subscription_by_id");
    CHECK(std::ranges::count(get, "items.data.price.product") == 1);
    const auto items = paths("list_all_stripe_subscription_items");
    CHECK(std::ranges::count(items, "data.price.product") == 1);
}

}  // namespace tools_test
