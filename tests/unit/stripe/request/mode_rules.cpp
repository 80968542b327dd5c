#include "stripe/request/mode_rules.hpp"

#include <catch2/catch.hpp>

namespace mode_rules_test {

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

std::string missing(const std::string& arguments) {
    const given call{arguments};
    const auto* const session = find_tool("create_a_stripe_checkout_session");
    const auto why = missing_for_mode(given_arguments{*session, call.view});
    return why ? why->message : std::string{};
}

}  // namespace

TEST_CASE("stripe argument_rules: checkout says what its mode needs", "[stripe]") {
    CHECK(missing(R"({"mode":"payment"})").find("'line_items', 'success_url'") !=
          std::string::npos);
    CHECK(missing(R"({"mode":"subscription","success_url":"https://a.example"})")
              .find("'line_items'") != std::string::npos);
    CHECK(missing(R"({"mode":"setup","success_url":"https://a.example"})").empty());
    CHECK(missing(R"({"mode":"setup","ui_mode":"embedded_page"})").empty());
    CHECK(
        missing(R"({"mode":"payment","line_items":[],"success_url":"https://a.example"})").empty());
    CHECK(missing(R"({})").empty());
}

}  // namespace mode_rules_test
