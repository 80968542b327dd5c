// The arguments the gateway adds: which tool has which, and the bytes of one list, search and get.
#include "stripe/generator/gateway_arguments.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>

#include "stripe/catalog/catalog.hpp"
#include "tests/support/source_dir.hpp"

namespace gateway_arguments_test {

using namespace tollgate::stripe;
using nlohmann::ordered_json;

namespace {

ordered_json shown(const operation& of) {
    return ordered_json::parse(of.tool_json())["inputSchema"]["properties"];
}

}  // namespace

TEST_CASE("stripe gateway_arguments: reads take fields, pages a size, lists totals", "[stripe]") {
    std::size_t lists = 0;
    for (const auto& each : operations()) {
        if (!each.exposed()) continue;
        INFO(each.tool_name());
        const auto properties = shown(each);
        const auto response = each.response();
        const bool search = response == response_kind::search;
        const bool list = response == response_kind::list || response == response_kind::v2_list;
        const bool binary = response == response_kind::binary;
        CHECK(properties.contains("fields") == (each.method() == http_method::get && !binary));
        CHECK(properties.contains("max_tokens") == (list || search));
        CHECK(properties.contains("aggregate") == (list && each.cursor() != cursor_kind::none));
        CHECK(properties.contains("where") == search);
        CHECK(properties.contains("match") == search);
        CHECK(properties.contains("next_cursor") == (each.cursor() != cursor_kind::none));
        CHECK(properties.contains("operation_key") == each.takes_operation_key());
        CHECK(properties.contains("filename") == (each.encoding() == encoding::multipart));
        lists += list ? 1U : 0U;
    }
    CHECK(lists > 60);
}

// Conditions stand for the query, and name what the object is searched by.
TEST_CASE("stripe gateway_arguments: a search takes where instead of a query", "[stripe]") {
    std::size_t searches = 0;
    for (const auto& each : operations()) {
        if (each.response() != response_kind::search) continue;
        ++searches;
        INFO(each.tool_name());
        const auto schema = ordered_json::parse(each.tool_json())["inputSchema"];
        CHECK_FALSE(schema.contains("required"));
        CHECK(schema["properties"].contains("query"));
        const auto text = schema["properties"]["where"]["description"].get<std::string>();
        for (const auto& field : search_fields(each.response_objects()[0]))
            CHECK(text.find(std::string(field.name)) != std::string::npos);
        CHECK(text.find("metadata") != std::string::npos);
    }
    CHECK(searches > 5);
}

// What a model reads, to the byte: a change of it is seen in review.
TEST_CASE("stripe gateway_arguments: a list, a search and a get tool are as recorded", "[stripe]") {
    for (const auto* name : {"list_all_stripe_disputes", "search_all_stripe_customers",
                             "get_single_stripe_refund_by_id"}) {
        INFO(name);
        std::ifstream file(tollgate::test::source_file("tests/unit/stripe/golden/") + name +
                           ".json");
        REQUIRE(file.good());
        const auto recorded = ordered_json::parse(file);
        const auto* tool = find_tool(name);
        REQUIRE(tool != nullptr);
        CHECK(tool->tool_json() == recorded.dump());
    }
}

TEST_CASE("stripe gateway_arguments: no operation of Stripe's has an argument of that name",
          "[stripe]") {
    for (const auto& each : operations())
        for (const auto& parameter : each.parameters())
            CHECK_FALSE(generator::is_gateway_argument(parameter.name()));
}

}  // namespace gateway_arguments_test
