// What an object's state means for a call that waits for approval.
#include "stripe/tools/object_remarks.hpp"

#include <catch2/catch.hpp>

namespace object_remarks_test {

using namespace tollgate;
using namespace tollgate::stripe;

namespace {

std::vector<std::string> remarks(std::string_view tool, std::string_view arguments,
                                 const tenancy::state_facts& state, std::string_view shown = "{}") {
    simdjson::dom::parser of_call;
    simdjson::dom::parser of_object;
    const simdjson::padded_string call{arguments};
    const simdjson::padded_string object{shown};
    simdjson::dom::object given;
    simdjson::dom::object seen;
    REQUIRE(of_call.parse(call).get(given) == simdjson::SUCCESS);
    REQUIRE(of_object.parse(object).get(seen) == simdjson::SUCCESS);
    return object_remarks(given_arguments{*find_tool(tool), given}, state, seen);
}

tenancy::state_facts left(std::int64_t remaining) {
    tenancy::state_facts out;
    out.currency = "eur";
    out.total = 2'000;
    out.remaining = remaining;
    return out;
}

constexpr std::string_view refund = "create_a_stripe_refund";
using said = std::vector<std::string>;

}  // namespace

TEST_CASE("object remarks: a refund is compared with what can still be refunded") {
    CHECK(
        remarks(refund, R"({"charge":"ch_1","amount":1201})", left(1'200)) ==
        said{"The call refunds 12.01 EUR, but only 12.00 EUR of 20.00 EUR can still be refunded."});
    CHECK(remarks(refund, R"({"charge":"ch_1","amount":1200})", left(1'200)) ==
          said{"The call refunds 12.00 EUR; 12.00 EUR of 20.00 EUR can still be refunded."});
    CHECK(remarks(refund, R"({"charge":"ch_1"})", left(1'200)) ==
          said{"The call refunds all that is left: 12.00 EUR of 20.00 EUR."});
    CHECK(remarks(refund, R"({"charge":"ch_1"})", left(0)) ==
          said{"Nothing of it can be refunded any more."});
    CHECK(remarks(refund, R"({"charge":"ch_1"})", {}).empty());
}

TEST_CASE("object remarks: what an update replaces is named as it is shown, with secrets masked") {
    CHECK(remarks("update_a_stripe_customer_by_id", R"({"id":"cus_1","name":"B","phone":"1"})", {},
                  R"({"id":"cus_1","name":"rk_live_abcdefghijklmnop","phone":"[redacted]"})") ==
          said{R"(name is "rk_live_***" now.)", R"(phone is "[redacted]" now.)"});
    CHECK(
        remarks(refund, R"({"charge":"ch_1","amount":5})", {}, R"({"amount":9,"disputed":true})") ==
        said{"Its customer disputes this payment at the bank."});
}

}  // namespace object_remarks_test
