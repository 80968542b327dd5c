// Rules that can never do what they say, and amounts in a base currency.
#include "tenancy/policy/possible_rules.hpp"

#include <catch2/catch.hpp>

#include <limits>

#include "tenancy/policy/base_amount.hpp"
#include "tests/unit/tenancy/policy_world.hpp"

namespace tollgate::policy_test {

TEST_CASE("policy: one amount in a base currency is exact in every other, and no more than it") {
    constexpr auto most =
        R"([{"id":"r","max_value":{"argument":"items.price.unit_amount","base":{"currency":"usd",
           "value":1000,"rates":{"eur":"1.0842","jpy":"0.67"},"until":"2026-12-01T00:00:00Z"}}}])";
    const auto fits = [&](std::string_view rules, std::int64_t amount, std::string_view currency,
                          std::string_view now = "2026-11-30T10:00:00Z") {
        return allowed(rules,
                       R"({"items":[{"price":{"unit_amount":)" + std::to_string(amount) +
                           R"(,"currency":")" + std::string(currency) + R"("}}]})",
                       {"finalize_a_stripe_invoice_by_id", method::custom, now});
    };
    CHECK(fits(most, 1000, "usd"));
    CHECK_FALSE(fits(most, 1001, "usd"));
    CHECK(fits(most, 922, "eur"));        // 999.63
    CHECK_FALSE(fits(most, 923, "eur"));  // 1000.72
    CHECK(fits(most, 1492, "jpy"));       // 999.64
    CHECK_FALSE(fits(most, 1493, "jpy"));
    CHECK_FALSE(fits(most, 1, "gbp"));  // no rate
    CHECK(fits(most, 1000, "usd", "2026-12-01T00:00:00Z"));
    CHECK_FALSE(fits(most, 1, "eur", "2026-12-01T00:00:00Z"));  // the rates have ended
    constexpr auto least =
        R"([{"id":"r","min_value":{"argument":"items.price.unit_amount","base":{"currency":"usd",
           "value":1000,"rates":{"eur":"1.0842"},"until":"2026-12-01T00:00:00Z"}}}])";
    CHECK_FALSE(fits(least, 922, "eur"));
    CHECK(fits(least, 923, "eur"));
    // Of a refund the currency is not known: the strictest holds, and nothing after the end.
    constexpr auto refunds =
        R"([{"id":"r","max_value":{"argument":"amount","base":{"currency":"usd","value":1000,
           "rates":{"eur":"1.0842"},"until":"2026-12-01T00:00:00Z"}}}])";
    CHECK(allowed(refunds, R"({"amount":922})"));
    CHECK_FALSE(allowed(refunds, R"({"amount":923})"));
    CHECK_FALSE(
        allowed(refunds, R"({"amount":1})", {refund, method::create, "2026-12-01T00:00:00Z"}));
}

TEST_CASE("policy: a cap in a base currency sums what every amount is worth, rounded up") {
    constexpr auto cap =
        R"([{"id":"r","cap":{"arguments":["items.price.unit_amount"],"seconds":3600,"base":{"currency":"usd",
           "value":5000,"rates":{"eur":"1.0842","jpy":"0.67"},"until":"2026-12-01T00:00:00Z"}}}])";
    const asked_call invoice{.tool = "finalize_a_stripe_invoice_by_id", .kind = method::custom};
    const auto sum = claims(
        cap,
        R"({"items":[{"price":{"unit_amount":100,"currency":"eur"}},{"price":{"unit_amount":1,"currency":"jpy"}},{"price":{"unit_amount":7,"currency":"usd"}}]})",
        invoice);
    REQUIRE(sum.size() == 1);
    CHECK(sum.front().currency == "usd");
    CHECK(sum.front().amount == 109 + 1 + 7);
    CHECK(sum.front().limit == 5000);
    // Without a currency it is counted as the one that is worth the most.
    const auto unnamed = claims(cap, R"({"items":[{"price":{"unit_amount":100}}]})", invoice);
    REQUIRE(unnamed.size() == 1);
    CHECK(unnamed.front().amount == 109);
    CHECK_FALSE(
        allowed(cap, R"({"items":[{"price":{"unit_amount":1,"currency":"gbp"}}]})", invoice));
}

TEST_CASE("policy: a rate is an exact decimal number above zero") {
    for (const auto* const text : {"1", "0.67", "149.333333333", "999999999.999999999"}) {
        CAPTURE(text);
        CHECK(parse_rate("eur", text).has_value());
    }
    for (const auto* const text :
         {"", "0", "0.0", "-1", "1.", ".5", "1e3", "1,5", " 1", "1234567890", "1.0000000001"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_rate("eur", text).has_value());
    }
    const auto tiny = parse_rate("eur", "0.000000001").value();
    CHECK(largest_within(tiny, 9'000'000'000) == 9'000'000'000'000'000'000);
    CHECK(largest_within(tiny, 10'000'000'000) == std::numeric_limits<std::int64_t>::max());
    CHECK(smallest_reaching(parse_rate("eur", "3").value(), -10) == -3);
    CHECK(largest_within(parse_rate("eur", "3").value(), -10) == -4);
}

TEST_CASE("policy: a rule that can never do what it says is a mistake, by its phase") {
    const auto says = [](std::string_view rules, std::string_view code, std::string_view field) {
        const auto why = mistake_in(rules);
        CAPTURE(rules, why.message);
        CHECK(why.code == code);
        CHECK(why.field == field);
    };
    // When tools are listed: nothing is selected.
    says(R"([{"id":"a","tags":["invoices"],"methods":["search"]}])", "matches_no_tool", "rules[0]");
    // When a call is decided: its arguments cannot be what the rule is about.
    says(R"([{"id":"a","denied_values":{"argument":"reason","values":["duplicat"]}}])",
         "no_such_value", "rules[0].denied_values.values");
    says(R"([{"id":"a","allowed_values":{"argument":"reason","values":["duplicate","other"]}}])",
         "no_such_value", "rules[0].allowed_values.values");
    says(R"([{"id":"a","prefix":{"argument":"reason","values":["x"]}}])", "matches_no_value",
         "rules[0].prefix.values");
    says(R"([{"id":"a","pattern":{"argument":"reason","value":"[0-9]+"}}])", "matches_no_value",
         "rules[0].pattern.value");
    says(R"([{"id":"a","max_value":{"argument":"reason","value":1}}])", "not_a_number",
         "rules[0].max_value");
    says(R"([{"id":"a","cap":{"argument":"reason","amounts":{"usd":1},"seconds":60}}])",
         "not_a_number", "rules[0].cap");
    says(R"([{"id":"a","currencies":["usd","usb"]}])", "no_such_currency", "rules[0].currencies");
    says(R"([{"id":"a","max_value":{"argument":"amount","amounts":{"usb":1}}}])",
         "no_such_currency", "rules[0].max_value");
    says(R"([{"id":"a","requires_field":{"argument":"nothing","fields":["metadata"]}}])",
         "no_such_argument", "rules[0].requires_field.argument");
    says(R"([{"id":"a","max_value":{"argument":"amount","value":500}},
             {"id":"b","min_value":{"argument":"amount","value":501}}])",
         "no_value_left", "rules[1]");
    says(R"([{"id":"a","min_value":{"argument":"amount","amounts":{"usd":9}}},
             {"id":"b","max_value":{"argument":"amount","amounts":{"usd":5}}}])",
         "no_value_left", "rules[1]");
    // When the answer comes, or people are asked: there is nothing to count or to approve.
    says(R"([{"id":"a","methods":["read"],"then":"needs_approval"}])", "only_reads",
         "rules[0].then");
    says(R"([{"id":"a","methods":["read"],"cap":{"count":1,"seconds":60}}])", "only_reads",
         "rules[0].cap");
    says(R"([{"id":"a","tags":["customers"],"refund_within_remaining":true}])", "no_such_state",
         "rules[0]");
    // Times of which nothing is left.
    says(R"([{"id":"a","dates":{"from":"2026-12-02T00:00:00Z","until":"2026-12-01T00:00:00Z"}}])",
         "out_of_range", "rules[0].dates.until");
    says(R"([{"id":"a","hours":{"time_zone":"UTC","from":"10:00","to":"10:00"}}])", "bad_hours",
         "rules[0].hours.to");
    // There is room: these are right.
    policy_of(R"([{"id":"a","max_value":{"argument":"amount","value":500}},
                  {"id":"b","min_value":{"argument":"amount","value":500}},
                  {"id":"c","min_value":{"argument":"amount","value":900},"then":"needs_approval"},
                  {"id":"d","min_value":{"argument":"amount","amounts":{"usd":9}},"mode":"observe"},
                  {"id":"e","pattern":{"argument":"reason","value":"dup.*"}},
                  {"id":"f","prefix":{"argument":"charge","values":["ch_"]}}])");
}

}  // namespace tollgate::policy_test
