// Rules on calls: how they are read, to what they apply, and what they decide.
#include "tenancy/policy/policy.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/tenancy/policy_world.hpp"

namespace tollgate::policy_test {

TEST_CASE("policy: max_value refuses a larger number in every form in which it can be sent") {
    constexpr auto rules = R"([{"id":"r","max_value":{"argument":"amount","value":500}}])";
    CHECK(allowed(rules, R"({"amount":500})"));
    CHECK(allowed(rules, R"({"amount":"500"})"));
    CHECK(allowed(rules, R"({"amount":500.0})"));
    for (const auto given : {"501", "\"501\"", "501.0", "5e3", "9999999999999999999", "true",
                             "\"five\"", "[1]", "{}", "500.01", "\"500.01\""}) {
        CAPTURE(given);
        CHECK_FALSE(allowed(rules, "{\"amount\":" + std::string(given) + "}"));
    }
}

TEST_CASE("policy: without its amount, a write is refused where Stripe would choose the amount") {
    constexpr auto rules = R"([{"id":"r","max_value":{"argument":"amount","value":500}}])";
    CHECK_FALSE(allowed(rules, R"({"charge":"ch_1"})"));
    CHECK_FALSE(allowed(rules, R"({"charge":"ch_1","amount":null})"));
    CHECK(allowed(rules, R"({"charge":"ch_1"})", {.kind = method::update}));
    CHECK(
        allowed(R"([{"id":"r","max_value":{"argument":"amount","value":500,"if_absent":"allow"}}])",
                R"({"charge":"ch_1"})"));
    // The same by a name at any depth.
    CHECK_FALSE(allowed(R"([{"id":"r","max_value":{"argument":"**.amount","value":500}}])",
                        R"({"charge":"ch_1"})"));
    // Tools that have no such argument are not concerned.
    CHECK(allowed(rules, "{}", {.tool = "create_a_stripe_customer"}));
}

TEST_CASE("policy: limits per currency, and the strictest one without a known currency") {
    const asked_call invoice{.tool = "finalize_a_stripe_invoice_by_id", .kind = method::custom};
    constexpr auto rules =
        R"([{"id":"r","max_value":{"argument":"**.unit_amount","amounts":{"usd":5000,"eur":4000}}}])";
    CHECK(allowed(rules, R"({"unit_amount":5000,"currency":"usd"})", invoice));
    CHECK(allowed(rules, R"({"unit_amount":5000,"currency":"USD"})", invoice));
    CHECK_FALSE(allowed(rules, R"({"unit_amount":5000,"currency":"eur"})", invoice));
    CHECK_FALSE(allowed(rules, R"({"unit_amount":1,"currency":"jpy"})", invoice));
    CHECK(allowed(rules, R"({"unit_amount":4000})", invoice));
    CHECK_FALSE(allowed(rules, R"({"unit_amount":4001})", invoice));
    CHECK_FALSE(
        allowed(rules, R"({"items":[{"price":{"unit_amount":4500,"currency":"eur"}}]})", invoice));
}

TEST_CASE("policy: an amount elsewhere does not stand for the one that is missing") {
    constexpr auto anywhere = R"([{"id":"r","max_value":{"argument":"**.amount","value":500}}])";
    CHECK_FALSE(allowed(anywhere, R"({"charge":"ch_1","metadata":{"amount":"1"}})"));
    CHECK(allowed(anywhere, R"({"charge":"ch_1","amount":1,"metadata":{"amount":"1"}})"));
    CHECK_FALSE(allowed(anywhere, R"({"charge":"ch_1","amount":1,"metadata":{"amount":"501"}})"));
    constexpr auto cap =
        R"([{"id":"r","cap":{"argument":"**.amount","amounts":{"usd":500},"seconds":60}}])";
    CHECK_FALSE(allowed(cap, R"({"charge":"ch_1","metadata":{"amount":"1"}})"));
    // The whole amount is missed although another argument of the rule is given.
    constexpr auto two =
        R"([{"id":"r","max_value":{"arguments":["amount","reason"],"value":500}}])";
    CHECK_FALSE(allowed(two, R"({"charge":"ch_1","reason":"1"})"));
}

TEST_CASE("policy: if_absent says what happens without a value, at any place") {
    const asked_call invoice{.tool = "finalize_a_stripe_invoice_by_id", .kind = method::custom};
    constexpr auto deny =
        R"([{"id":"r","max_value":{"argument":"items[].price.unit_amount","value":50,"if_absent":"deny"}}])";
    CHECK(allowed(deny, R"({"items":[{"price":{"unit_amount":10}}]})", invoice));
    CHECK_FALSE(allowed(deny, R"({"items":[{"price":{"unit_amount":10}},{"price":{}}]})", invoice));
    CHECK_FALSE(allowed(deny, R"({"items":[]})", invoice));
    CHECK_FALSE(allowed(deny, "{}", invoice));
}

TEST_CASE("policy: a list on the way is searched without brackets too, and null is a value") {
    const asked_call invoice{.tool = "finalize_a_stripe_invoice_by_id", .kind = method::custom};
    CHECK_FALSE(
        allowed(R"([{"id":"r","max_value":{"argument":"items.price.unit_amount","value":50}}])",
                R"({"items":[{"price":{"unit_amount":90}}]})", invoice));
    CHECK_FALSE(
        allowed(R"([{"id":"r","forbidden_arguments":["metadata"]}])", R"({"metadata":null})"));
    CHECK_FALSE(
        allowed(R"([{"id":"r","allowed_values":{"argument":"reason","values":["duplicate"]}}])",
                R"({"reason":null})"));
}

TEST_CASE("policy: a refund has the currency of its payment, whatever the call says") {
    constexpr auto rules =
        R"([{"id":"r","max_value":{"argument":"amount","amounts":{"usd":5000,"jpy":500000}}}])";
    CHECK_FALSE(allowed(rules, R"({"amount":400000,"currency":"jpy"})"));
    CHECK(allowed(rules, R"({"amount":5000,"currency":"jpy"})"));
}

TEST_CASE(
    "policy: what a call takes of a cap: in each currency it may be, and a credit as a charge") {
    constexpr auto cap =
        R"([{"id":"r","cap":{"argument":"amount","amounts":{"usd":500,"eur":400},"seconds":3600}}])";
    const auto both = claims(cap, R"({"amount":120})");
    REQUIRE(both.size() == 2);
    CHECK(both[0].currency == "eur");
    CHECK(both[0].limit == 400);
    CHECK(both[1].currency == "usd");
    CHECK(both[1].amount == 120);
    CHECK(claims(cap, R"({"amount":-120})").front().amount == 120);
    const auto count = claims(R"([{"id":"r","cap":{"count":3,"seconds":3600}}])", "{}");
    REQUIRE(count.size() == 1);
    CHECK(count.front().amount == 1);
    CHECK(claims(R"([{"id":"r","cap":{"count":3,"seconds":3600}}])", "{}",
                 {.tool = "list_all_stripe_charges", .kind = method::list})
              .empty());
}

TEST_CASE("policy: a sliding window counts a slice until it is over, a period begins at midnight") {
    const auto at = [](const cap_window& window, std::string_view now) {
        return window.at(base::parse_timestamp(now).value());
    };
    const auto hour = cap_window::sliding(3600);
    const auto first = at(hour, "2026-11-30T10:00:59Z");
    CHECK(first.slice == at(hour, "2026-11-30T10:00:00Z").slice);
    CHECK(at(hour, "2026-11-30T11:00:58Z").from <= first.slice);  // 59:59 later it counts
    CHECK(at(hour, "2026-11-30T11:02:00Z").from > first.slice);
    const auto day = cap_window::calendar("day", "Europe/Berlin", "x").value();
    CHECK(at(day, "2026-11-29T23:00:00Z").slice == at(day, "2026-11-30T22:59:59Z").slice);
    CHECK(at(day, "2026-11-29T22:59:59Z").slice != at(day, "2026-11-29T23:00:00Z").slice);
    // The day on which summer time ends has 25 hours.
    CHECK(at(day, "2026-10-24T22:00:00Z").slice == at(day, "2026-10-25T22:59:59Z").slice);
    const auto week = cap_window::calendar("week", "UTC", "x").value();
    CHECK(at(week, "2026-11-30T00:00:00Z").slice == at(week, "2026-12-06T23:59:59Z").slice);
    CHECK(at(week, "2026-11-29T23:59:59Z").slice != at(week, "2026-11-30T00:00:00Z").slice);
    const auto month = cap_window::calendar("month", "UTC", "x").value();
    CHECK(at(month, "2026-11-01T00:00:00Z").slice == at(month, "2026-11-30T23:59:59Z").slice);
}

TEST_CASE("policy: paths reach into lists and objects, by place or at any depth") {
    const asked_call invoice{.tool = "finalize_a_stripe_invoice_by_id", .kind = method::custom};
    constexpr auto items =
        R"({"items":[{"price":{"unit_amount":10}},{"price":{"unit_amount":90}}]})";
    CHECK_FALSE(
        allowed(R"([{"id":"r","max_value":{"argument":"items[].price.unit_amount","value":50}}])",
                items, invoice));
    CHECK_FALSE(allowed(R"([{"id":"r","max_value":{"argument":"**.unit_amount","value":50}}])",
                        items, invoice));
    CHECK(allowed(R"([{"id":"r","max_value":{"argument":"**.unit_amount","value":90}}])", items,
                  invoice));
}

TEST_CASE("policy: values, prefixes, patterns, lengths") {
    CHECK(allowed(R"([{"id":"r","allowed_values":{"argument":"reason","values":["duplicate"]}}])",
                  R"({"reason":"duplicate"})"));
    CHECK_FALSE(
        allowed(R"([{"id":"r","allowed_values":{"argument":"reason","values":["duplicate"]}}])",
                R"({"reason":"Duplicate"})"));
    CHECK_FALSE(
        allowed(R"([{"id":"r","denied_values":{"argument":"reason","values":["fraudulent"]}}])",
                R"({"reason":"fraudulent"})"));
    CHECK_FALSE(allowed(R"([{"id":"r","currencies":["usd"]}])", R"({"currency":"eur"})"));
    CHECK(allowed(R"([{"id":"r","currencies":["usd"]}])", R"({"currency":"USD"})"));
    CHECK_FALSE(allowed(R"([{"id":"r","prefix":{"argument":"charge","values":["ch_"]}}])",
                        R"({"charge":"py_1"})"));
    CHECK_FALSE(allowed(R"([{"id":"r","pattern":{"argument":"charge","value":"ch_[0-9]+"}}])",
                        R"({"charge":"ch_1x"})"));
    CHECK(allowed(R"([{"id":"r","pattern":{"argument":"charge","value":"ch_[0-9]+"}}])",
                  R"({"charge":"ch_12"})"));
    CHECK(allowed(R"([{"id":"r","max_length":{"argument":"reason","value":3}}])",
                  "{\"reason\":\"\xC3\xA4\xC3\xB6\xC3\xBC\"}"));
    CHECK_FALSE(allowed(R"([{"id":"r","max_length":{"argument":"reason","value":3}}])",
                        R"({"reason":"abcd"})"));
}

TEST_CASE("policy: required and forbidden arguments") {
    constexpr auto ticket =
        R"([{"id":"r","tools":["create_a_stripe_refund"],"metadata":["ticket"]}])";
    CHECK_FALSE(allowed(ticket, R"({"charge":"ch_1"})"));
    CHECK_FALSE(allowed(ticket, R"({"metadata":{"ticket":""}})"));
    CHECK(allowed(ticket, R"({"metadata":{"ticket":"T-1"}})"));
    constexpr auto both =
        R"([{"id":"r","requires_field":{"argument":"amount","fields":["reason"]}}])";
    CHECK(allowed(both, R"({"charge":"ch_1"})"));
    CHECK_FALSE(allowed(both, R"({"amount":1})"));
    CHECK_FALSE(allowed(R"([{"id":"r","forbidden_arguments":["charge"]}])", R"({"charge":"c"})"));
}

TEST_CASE("policy: hours of a week follow the clock of their time zone, also when it changes") {
    constexpr auto office =
        R"([{"id":"r","hours":{"time_zone":"Europe/Berlin","days":["mon"],"from":"09:00","to":"17:00"}}])";
    CHECK(allowed(office, "{}", {.now = "2026-11-30T08:00:00Z"}));
    CHECK_FALSE(allowed(office, "{}", {.now = "2026-11-30T07:59:59Z"}));
    CHECK_FALSE(allowed(office, "{}", {.now = "2026-11-30T16:00:00Z"}));
    CHECK_FALSE(allowed(office, "{}", {.now = "2026-12-01T10:00:00Z"}));
    CHECK(allowed(office, "{}", {.now = "2026-06-29T07:00:00Z"}));  // summer time
    constexpr auto night =
        R"([{"id":"r","hours":{"time_zone":"UTC","days":["sun"],"from":"22:00","to":"02:00"}}])";
    CHECK(allowed(night, "{}", {.now = "2026-11-30T01:59:00Z"}));
    CHECK_FALSE(allowed(night, "{}", {.now = "2026-11-30T22:30:00Z"}));
    constexpr auto dates = R"([{"id":"r","dates":{"until":"2026-12-01T00:00:00Z"}}])";
    CHECK(allowed(dates, "{}"));
    CHECK_FALSE(allowed(dates, "{}", {.now = "2026-12-01T00:00:00Z"}));
}

TEST_CASE("policy: the first layer that denies decides, and a denial wins over an approval") {
    constexpr auto approval =
        R"([{"id":"ask","then":"needs_approval","max_value":{"argument":"amount","value":100}}])";
    constexpr auto denial = R"([{"id":"no","max_value":{"argument":"amount","value":1000}}])";
    call_policies all{.tools = &directory,
                      .team = policy_of(approval, layer::team),
                      .account = policy_of(denial, layer::account),
                      .server = policy_of(denial)};
    const auto small = decision_on(all, R"({"amount":100})");
    CHECK(small.outcome == effect::allow);
    const auto middle = decision_on(all, R"({"amount":500})");
    CHECK(middle.outcome == effect::needs_approval);
    CHECK(middle.rule == "ask");
    CHECK(middle.where == layer::team);
    CHECK(middle.policy_version == 7);
    const auto large = decision_on(all, R"({"amount":1001})");
    CHECK(large.outcome == effect::deny);
    CHECK(large.rule == "no");
    CHECK(large.where == layer::account);
}

TEST_CASE("policy: a rule without a condition says what it asks for, or that it refuses") {
    CHECK(decision_on(R"([{"id":"ask","then":"needs_approval"}])", "{}").reason ==
          "Every call of this tool needs approval.");
    CHECK(decision_on(R"([{"id":"no"}])", "{}").reason == "No call of this tool is allowed.");
}

TEST_CASE("policy: a rule that is observed decides nothing until its time, and says so") {
    constexpr auto rules =
        R"([{"id":"r","mode":"observe","observe_until":"2026-12-01T00:00:00Z","max_value":{"argument":"amount","value":5}}])";
    const auto before = decision_on(rules, R"({"amount":6})");
    CHECK(before.outcome == effect::allow);
    REQUIRE(before.observed.size() == 1);
    CHECK(before.observed.front().id == "r");
    CHECK_FALSE(allowed(rules, R"({"amount":6})", {.now = "2026-12-01T00:00:00Z"}));
}

TEST_CASE("policy: only a tool that no argument could make allowed is never allowed") {
    const auto never = [](std::string_view rules, std::string_view tool, method kind) {
        const call_policies all{
            .tools = &directory, .team = {}, .account = {}, .server = policy_of(rules)};
        return always_refused(all, tool, kind).has_value();
    };
    constexpr auto deletes = R"([{"id":"r","methods":["delete"]}])";
    CHECK(never(deletes, "delete_a_stripe_customer_by_id", method::delete_));
    CHECK_FALSE(never(deletes, refund, method::create));
    CHECK_FALSE(never(R"([{"id":"r","then":"needs_approval"}])", refund, method::create));
    CHECK_FALSE(never(R"([{"id":"r","mode":"observe"}])", refund, method::create));
    const call_policies live{
        .tools = &directory, .live_writes_refused = true, .team = {}, .account = {}, .server = {}};
    CHECK(always_refused(live, refund, method::create)->where == layer::live_writes);
    CHECK_FALSE(always_refused(live, "list_all_stripe_charges", method::list));
    CHECK(decision_on(live, "{}").where == layer::live_writes);
}

TEST_CASE("policy: a limit on calls is left to the caller, which counts") {
    const auto rules =
        policy_of(R"([{"id":"r","tags":["refunds"],"max_calls":{"calls":2,"seconds":60}}])");
    const call_policies all{.tools = &directory, .team = {}, .account = {}, .server = rules};
    simdjson::dom::parser parser;
    const simdjson::padded_string padded{std::string_view{"{}"}};
    simdjson::dom::object object;
    REQUIRE(parser.parse(padded).get(object) == simdjson::SUCCESS);
    call_charges charges;
    CHECK(decide(all, {refund, method::create, object, {}}, charges).outcome == effect::allow);
    REQUIRE(charges.counts.size() == 1);
    CHECK(charges.counts.front().limit->rate.calls == 2);
    CHECK(refused_by(charges.counts.front()).rule == "r");
}

TEST_CASE("policy: mistakes are named by their place") {
    const auto says = [](std::string_view rules, std::string_view code, std::string_view field) {
        const auto why = mistake_in(rules);
        CAPTURE(rules, why.message);
        CHECK(why.code == code);
        CHECK(why.field == field);
    };
    says(R"({})", "wrong_type", "rules");
    says(R"([{"id":"A"}])", "invalid_id", "rules[0].id");
    says(R"([{"id":"a"},{"id":"a"}])", "duplicate_id", "rules[1].id");
    says(R"([{"id":"a","tols":["x"]}])", "unknown_field", "rules[0].tols");
    says(R"([{"id":"a","tools":["create_a_stripe_refnd"]}])", "unknown_tool", "rules[0].tools[0]");
    says(R"([{"id":"a","tags":["refund"]}])", "unknown_tag", "rules[0].tags[0]");
    says(R"([{"id":"a","tools":["issue_refund"]}])", "composite_tool", "rules[0].tools[0]");
    says(R"([{"id":"a","tags":["operations"]}])", "composite_tool", "rules[0].tags[0]");
    says(R"([{"id":"a","tools":["create_a_stripe_refund"],"methods":["list"]}])", "matches_no_tool",
         "rules[0]");
    says(R"([{"id":"a","max_value":{"argument":"amuont","value":1}}])", "no_such_argument",
         "rules[0]");
    says(R"([{"id":"a","max_value":{"argument":"a..b","value":1}}])", "bad_path",
         "rules[0].max_value.argument");
    says(R"([{"id":"a","max_value":{"argument":"amount"}}])", "missing_field",
         "rules[0].max_value.value");
    says(R"([{"id":"a","max_value":{"argument":"amount","amounts":{"USD":1}}}])", "wrong_type",
         "rules[0].max_value.amounts");
    says(R"([{"id":"a","pattern":{"argument":"charge","value":"("}}])", "bad_pattern",
         "rules[0].pattern.value");
    says(R"([{"id":"a","hours":{"time_zone":"Mars/Base","from":"09:00","to":"10:00"}}])",
         "bad_hours", "rules[0].hours.time_zone");
    says(R"([{"id":"a","currencies":["usd"],"metadata":["x"]}])", "several_conditions",
         "rules[0].metadata");
    says(R"([{"id":"a","then":"allow"}])", "unknown_value", "rules[0].then");
    says(R"([{"id":"a","then":"needs_approval","max_calls":{"calls":1,"seconds":1}}])",
         "conflicting_fields", "rules[0].then");
    says(R"([{"id":"a","observe_until":"2026-12-01T00:00:00Z"}])", "conflicting_fields",
         "rules[0].observe_until");
}

}  // namespace tollgate::policy_test
