#include "stripe/request/id_kinds.hpp"

#include <catch2/catch.hpp>

namespace id_kinds_test {

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

std::string id_refused(std::string_view tool, const std::string& arguments) {
    const given call{arguments};
    const auto why = id_of_another_kind(given_arguments{*find_tool(tool), call.view});
    return why ? why->message : std::string{};
}

}  // namespace

TEST_CASE("stripe argument_rules: an id of another kind is refused with the argument it is for",
          "[stripe]") {
    CHECK(id_refused("create_a_stripe_refund", R"({"charge":"pi_3N"})") ==
          "'charge' takes the id of a charge, and 'pi_3N' is the id of a payment intent; give it "
          "as 'payment_intent'");
    CHECK(id_refused("create_a_stripe_refund", R"({"charge":"ch_1"})").empty());
    CHECK(id_refused("create_a_stripe_refund", R"({"charge":"py_1"})").empty());
    CHECK(id_refused("create_a_stripe_refund", R"({"charge":"something"})").empty());
    CHECK(id_refused("get_single_stripe_charge_by_id", R"({"id":"pi_3N"})")
              .find("read that object") != std::string::npos);
    CHECK(id_refused("get_single_stripe_charge_by_id", R"({"id":"ch_3N"})").empty());
    // Merchants choose the ids of products.
    CHECK(id_refused("get_single_stripe_product_by_id", R"({"id":"pi_3N"})").empty());
}

}  // namespace id_kinds_test
