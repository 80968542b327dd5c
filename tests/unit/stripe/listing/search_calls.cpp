#include "stripe/listing/search_calls.hpp"

#include <catch2/catch.hpp>

namespace search_calls_test {

using namespace tollgate;
using namespace tollgate::stripe;

namespace {

struct given {
    explicit given(const std::string& text) : json(text) {
        view = parser.parse(json).get_object().value();
    }
    simdjson::padded_string json;
    simdjson::dom::parser parser;
    simdjson::dom::object view;
};

}  // namespace

TEST_CASE("stripe argument_rules: an argument beside operation is told where it goes", "[stripe]") {
    const given call{R"({"operation":"list_all_stripe_charges","limit":3})"};
    const auto everything = [](const operation&) { return true; };
    const auto out = unwrap(search_tool::read, call.view, everything);
    REQUIRE_FALSE(out.has_value());
    CHECK(out.error().field == "limit");
    CHECK(out.error().message ==
          "'limit' belongs to the operation: put it into arguments, as {\"operation\": "
          "\"list_all_stripe_charges\", \"arguments\": {\"limit\": ...}}.");
}

}  // namespace search_calls_test
