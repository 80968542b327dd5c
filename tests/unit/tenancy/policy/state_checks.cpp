// Rules about Stripe's state: what must be read first, and what is decided by what was read.
#include <catch2/catch.hpp>

#include <algorithm>
#include <utility>

#include "tenancy/policy/decide.hpp"
#include "tenancy/policy/rule_reader.hpp"
#include "tests/support/tool_directory.hpp"

namespace tollgate::policy_state_test {

using namespace tollgate::tenancy;

const test::small_directory known_tools;
constexpr auto today = "2026-11-30T10:00:00Z";

struct verdict {
    decision decided;
    call_charges charges;
};

std::shared_ptr<const policy> made_of(std::string_view rules) {
    auto read = read_rules(rules, "rules");
    INFO((read ? std::string{} : read.error().field + ": " + read.error().message));
    REQUIRE(read.has_value());
    auto made = make_policy(std::move(*read), layer::server, 7, "mcp_1", known_tools, "rules");
    INFO((made ? std::string{} : made.error().code));
    REQUIRE(made.has_value());
    return *made;
}

std::string mistake(std::string_view rules) {
    auto read = read_rules(rules, "rules");
    if (!read) return read.error().code + ' ' + read.error().field;
    const auto made =
        make_policy(std::move(*read), layer::server, 1, "mcp_1", known_tools, "rules");
    return made ? "none" : made.error().code + ' ' + made.error().field;
}

// The verdict on a refund; the charges name rules, which outlive it.
verdict ask(const std::shared_ptr<const policy>& rules, std::string_view arguments,
            const state_facts* state = nullptr, std::string_view server = "mcp_1") {
    const call_policies all{.tools = &known_tools, .team = {}, .account = {}, .server = rules};
    simdjson::dom::parser parser;
    const simdjson::padded_string padded{arguments};
    simdjson::dom::object object;
    REQUIRE(parser.parse(padded).get(object) == simdjson::SUCCESS);
    verdict out;
    out.decided = decide(all,
                         {.tool = "create_a_stripe_refund",
                          .kind = method::create,
                          .arguments = object,
                          .now = base::parse_timestamp(today).value(),
                          .server_id = server,
                          .account_id = "ia_1",
                          .team_id = "team_1",
                          .state = state},
                         out.charges);
    return out;
}

state_facts payment(std::int64_t remaining, std::int64_t total = 5000) {
    state_facts out;
    out.currency = "usd";
    out.total = total;
    out.remaining = remaining;
    out.created = base::parse_timestamp("2026-11-01T10:00:00Z").value();
    out.open_dispute = false;
    out.capturable = true;
    return out;
}

TEST_CASE(
    "state rules: nothing is decided before the state is known, and nothing is read in vain") {
    const auto rules = made_of(
        R"([{"id":"small","max_value":{"argument":"amount","value":500}},)"
        R"({"id":"rest","refund_within_remaining":true},{"id":"young","max_age_days":{"value":30}},)"
        R"({"id":"calm","no_open_dispute":true}])");
    const auto first = ask(rules, R"({"charge":"ch_1","amount":400})");
    CHECK(first.decided.outcome == effect::allow);
    CHECK(first.charges.needs.kinds ==
          (bit(state_kind::remaining) | bit(state_kind::age) | bit(state_kind::dispute)));
    // Denied by its arguments: whatever the state is.
    CHECK(ask(rules, R"({"charge":"ch_1","amount":501})").decided.rule == "small");
    const auto facts = payment(400);
    const auto second = ask(rules, R"({"charge":"ch_1","amount":400})", &facts);
    CHECK(second.decided.outcome == effect::allow);
    CHECK_FALSE(second.charges.needs.any());
    CHECK_FALSE(ask(made_of(R"([{"id":"small","max_value":{"argument":"amount","value":500}}])"),
                    R"({"charge":"ch_1","amount":1})")
                    .charges.needs.any());
}

TEST_CASE("state rules: a refund is at most what remains, and all of it without an amount") {
    const auto rules = made_of(R"([{"id":"rest","refund_within_remaining":true}])");
    const auto some = payment(2999);
    CHECK(ask(rules, R"({"amount":2999})", &some).decided.outcome == effect::allow);
    CHECK(ask(rules, R"({"amount":"2999"})", &some).decided.outcome == effect::allow);
    CHECK(ask(rules, R"({})", &some).decided.outcome == effect::allow);
    for (const auto given : {"3000", "\"3000\"", "2999.5", "9999999999999999999", "true", "[1]"}) {
        CAPTURE(given);
        CHECK(ask(rules, "{\"amount\":" + std::string(given) + "}", &some).decided.outcome ==
              effect::deny);
    }
    const auto over = ask(rules, R"({"amount":3000})", &some).decided;
    CHECK(over.reason == "'amount' is 3000, and 2999 usd of the payment remain to be refunded.");
    CHECK(over.remedy ==
          "At most 2999 usd (in the smallest unit of the currency) can be refunded.");
    const auto none = payment(0);
    CHECK(ask(rules, R"({})", &none).decided.reason ==
          "Nothing of the payment remains to be refunded.");
}

TEST_CASE("state rules: age, disputes and captures") {
    const auto facts = payment(1);
    const auto decides = [&](std::string_view rules, const state_facts& by) {
        return ask(made_of(rules), R"({"charge":"ch_1"})", &by).decided.outcome;
    };
    // Created 29 days ago.
    CHECK(decides(R"([{"id":"a","max_age_days":{"value":29}}])", facts) == effect::allow);
    CHECK(decides(R"([{"id":"a","max_age_days":{"value":28}}])", facts) == effect::deny);
    auto disputed = facts;
    disputed.open_dispute = true;
    CHECK(decides(R"([{"id":"a","no_open_dispute":true}])", facts) == effect::allow);
    CHECK(decides(R"([{"id":"a","no_open_dispute":true}])", disputed) == effect::deny);
    CHECK(decides(R"([{"id":"a","no_open_dispute":true,"then":"needs_approval"}])", disputed) ==
          effect::needs_approval);
    auto captured = facts;
    captured.capturable = false;
    CHECK(decides(R"([{"id":"a","capturable":true}])", facts) == effect::allow);
    CHECK(decides(R"([{"id":"a","capturable":true}])", captured) == effect::deny);
}

TEST_CASE("state rules: what could not be read is refused, and nobody can approve it") {
    for (const auto condition : {R"("refund_within_remaining":true)", R"("no_open_dispute":true)",
                                 R"("max_age_days":{"value":9})", R"("capturable":true)"}) {
        CAPTURE(condition);
        const auto rules =
            made_of("[{\"id\":\"a\",\"then\":\"needs_approval\"," + std::string(condition) + "}]");
        state_facts silent;  // the answer did not say it
        CHECK(ask(rules, R"({"charge":"ch_1"})", &silent).decided.outcome == effect::deny);
        state_facts failed = payment(100);
        failed.open_dispute.reset();
        failed.unreadable = failed.disputes_unreadable = "Stripe answered with status 500.";
        const auto decided = ask(rules, R"({"charge":"ch_1"})", &failed).decided;
        CHECK(decided.outcome == effect::deny);
        CHECK(decided.reason ==
              "A rule must know the present state at Stripe, and it could not be read: Stripe "
              "answered with status 500.");
        const auto observing =
            made_of("[{\"id\":\"a\",\"mode\":\"observe\"," + std::string(condition) + "}]");
        const auto seen = ask(observing, R"({"charge":"ch_1"})", &failed).decided;
        CHECK(seen.outcome == effect::allow);
        CHECK(seen.observed.size() == 1);
    }
}

TEST_CASE("state rules: a write repeats another with the same amount that names the same objects") {
    const auto rules =
        made_of(R"([{"id":"twice","repeat_within_minutes":{"value":60},"then":"needs_approval"}])");
    const auto name_of = [&](std::string_view arguments, std::string_view server = "mcp_1") {
        const auto asked = ask(rules, arguments, nullptr, server);
        REQUIRE(asked.charges.needs.repeats.size() == 1);
        return asked.charges.needs.repeats.front().name;
    };
    const auto one = name_of(R"({"charge":"ch_1","amount":500,"currency":"usd"})");
    CHECK(one == name_of(R"({"currency":"USD","amount":"500","charge":"ch_1","reason":"x"})"));
    CHECK(one == name_of(R"({"charge":"ch_1","amount":500,"currency":"usd"})", "mcp_2"));
    CHECK(one != name_of(R"({"charge":"ch_2","amount":500,"currency":"usd"})"));
    CHECK(one != name_of(R"({"charge":"ch_1","amount":501,"currency":"usd"})"));
    CHECK(one != name_of(R"({"charge":"ch_1","currency":"usd"})"));
    CHECK(one == name_of(R"({"charge_id":"ch_1","amount":500,"currency":"usd"})"));
    const auto named = [&](const std::string& name, const std::string& value) {
        return name_of("{\"" + name + "\":\"" + value + R"(","amount":500})");
    };
    for (const auto name :
         {"card", "confirmation_token", "connected_account", "destination_payment_method",
          "financial_account", "source", "source_transaction"}) {
        CAPTURE(name);
        CHECK(named(name, "a_1") != named(name, "a_2"));
        CHECK(named(name, "a_1") != named("charge", "a_1"));
    }

    const auto arguments = R"({"charge":"ch_1","amount":500,"currency":"usd"})";
    state_facts facts;
    facts.looked_up = {one};
    const auto fresh = ask(rules, arguments, &facts);
    CHECK(fresh.decided.outcome == effect::allow);
    REQUIRE(fresh.charges.caps.size() == 1);
    CHECK(fresh.charges.caps.front().claim.limit == 1);  // of two at once, one is refused
    CHECK(refused_by(fresh.charges.caps.front(), "x").outcome == effect::deny);
    facts.repeated = {one};
    const auto repeated = ask(rules, arguments, &facts);
    CHECK(repeated.decided.outcome == effect::needs_approval);
    CHECK(repeated.decided.reason ==
          "An equal write (amount, currency and the objects it names; of a service, all arguments) "
          "was made, or may have been, "
          "in the last 60 minutes.");
    // Once approved it is counted too, without a limit.
    REQUIRE(repeated.charges.caps.size() == 1);
    CHECK(repeated.charges.caps.front().claim.limit > 1'000'000);
}

// Instances that reserve the same caps in another order would wait for each other.
TEST_CASE("policy: what a call takes of caps is sorted by name, whatever the order of the rules") {
    const auto rules_of = [](std::string_view layer_cap) {
        std::string out = "[";
        for (const std::string id : {"b", "a_b", "a", "a-b"})
            out += R"({"id":")" + id + R"(","cap":{"argument":"amount",)" + std::string(layer_cap) +
                   R"("amounts":{"usd":900,"eur":900},"seconds":60}},)";
        return out + R"({"id":"ab","repeat_within_minutes":{"value":60}}])";
    };
    const auto made = [&](layer where, std::string scope, std::string_view cap) {
        auto read = read_rules(rules_of(cap), "rules");
        REQUIRE(read.has_value());
        auto out = make_policy(std::move(*read), where, 1, std::move(scope), known_tools, "rules");
        INFO((out ? std::string{} : out.error().field + ": " + out.error().message));
        REQUIRE(out.has_value());
        return *out;
    };
    const auto declared = made(layer::declaration, "dcl_1", {});
    const call_policies all{.tools = &known_tools,
                            .team = made(layer::team, "team_1", R"("per":"team",)"),
                            .account = made(layer::account, "ia_1", R"("per":"account",)"),
                            .server = made(layer::server, "mcp_1", {})};
    simdjson::dom::parser parser;
    const simdjson::padded_string padded{std::string_view{R"({"charge":"ch_1","amount":5})"}};
    simdjson::dom::object object;
    REQUIRE(parser.parse(padded).get(object) == simdjson::SUCCESS);
    const auto ask_with = [&](const state_facts* state, call_charges& charges) {
        return decide(all,
                      {.tool = "create_a_stripe_refund",
                       .kind = method::create,
                       .arguments = object,
                       .now = base::parse_timestamp(today).value(),
                       .server_id = "mcp_1",
                       .account_id = "ia_1",
                       .team_id = "team_1",
                       .state = state,
                       .declared = declared.get()},
                      charges);
    };
    call_charges asked;
    ask_with(nullptr, asked);
    REQUIRE(asked.needs.repeats.size() == 4);
    state_facts facts;
    for (const auto& one : asked.needs.repeats) facts.looked_up.push_back(one.name);
    call_charges charges;
    REQUIRE(ask_with(&facts, charges).outcome == effect::allow);
    // Of each of four layers: four caps in two currencies, and the equal writes.
    std::vector<std::pair<std::string, std::string>> names;
    for (const auto& one : charges.caps) names.emplace_back(one.claim.cap, one.claim.currency);
    CHECK(names.size() == 4 * (4 * 2 + 1));
    CHECK(std::ranges::is_sorted(names));
    CHECK(std::ranges::adjacent_find(names) == names.end());
}

TEST_CASE("exceptions: a rule only observes for one MCP server, until the millisecond of its end") {
    const auto end = base::parse_timestamp(today).value();
    call_policies all{
        .tools = &known_tools,
        .team = {},
        .account = {},
        .server = made_of(
            R"([{"id":"small","max_value":{"argument":"amount","value":500}},)"
            R"({"id":"calm","max_calls":{"calls":1,"seconds":60}},)"
            R"({"id":"data","scope":{"customers":["cus_1"]}},)"
            R"({"id":"sum","cap":{"argument":"amount","amounts":{"usd":600},"seconds":60}}])")};
    simdjson::dom::parser parser;
    const simdjson::padded_string padded{std::string_view{R"({"amount":501})"}};
    simdjson::dom::object object;
    REQUIRE(parser.parse(padded).get(object) == simdjson::SUCCESS);
    const auto decided_at = [&](base::timestamp now, call_charges& charges) {
        const call_facts call{.tool = "create_a_stripe_refund",
                              .kind = method::create,
                              .arguments = object,
                              .now = now};
        return decide(all, call, charges);
    };
    for (const auto id : {"small", "calm", "data", "sum"})
        all.exceptions.push_back({"exc_1", layer::server, id, "why", "key_1", {}, end});
    all.exceptions.push_back({"exc_2", layer::team, "small", "why", "key_1", {}, end});
    call_charges before;
    const auto open = decided_at(end - std::chrono::milliseconds{1}, before);
    CHECK(open.outcome == effect::allow);
    REQUIRE(open.observed.size() == 1);
    CHECK(open.observed.front().id == "small");
    CHECK(open.excepted.size() == 4);
    CHECK(before.counts.empty());
    CHECK(before.scopes.empty());
    REQUIRE(before.caps.size() == 1);  // counted, and never refused
    CHECK(before.caps.front().claim.limit > 1'000'000);
    call_charges after;
    const auto ended = decided_at(end, after);
    CHECK(ended.outcome == effect::deny);
    CHECK(ended.rule == "small");
    CHECK(ended.excepted.empty());
    // Of another layer, it is another rule.
    all.exceptions = {{"exc_2", layer::team, "small", "why", "key_1", {}, end}};
    call_charges other;
    CHECK(decided_at(end - std::chrono::hours{1}, other).outcome == effect::deny);
    const auto again = decode_exceptions(encode_exceptions(all.exceptions));
    REQUIRE(again.has_value());
    CHECK(again->front().rule == "small");
    CHECK(again->front().ends_at == end);
    for (const auto damaged : {"{}", "[{}]", R"([{"id":"exc_1","layer":"frozen"}])", "["})
        CHECK(decode_exceptions(damaged).has_error());
}

TEST_CASE(
    "state rules: a rule that no selected tool can answer, or that is written wrongly, is "
    "refused") {
    CHECK(mistake(R"([{"id":"a","methods":["read"],"no_open_dispute":true}])") ==
          "no_such_state rules[0]");
    CHECK(mistake(
              R"([{"id":"a","tools":["create_a_stripe_customer"],"max_age_days":{"value":1}}])") ==
          "no_such_state rules[0]");
    CHECK(mistake(R"([{"id":"a","no_open_dispute":false}])") ==
          "out_of_range rules[0].no_open_dispute");
    CHECK(mistake(R"([{"id":"a","no_open_dispute":{}}])") == "wrong_type rules[0].no_open_dispute");
    CHECK(mistake(R"([{"id":"a","max_age_days":{"value":0}}])") ==
          "out_of_range rules[0].max_age_days.value");
    CHECK(mistake(R"([{"id":"a","repeat_within_minutes":{"value":44641}}])") ==
          "out_of_range rules[0].repeat_within_minutes.value");
    CHECK(mistake(R"([{"id":"a","repeat_within_minutes":{"value":1,"per":"person"}}])") ==
          "unknown_value rules[0].repeat_within_minutes.per");
    CHECK(mistake(R"([{"id":"a","then":"needs_approval","scope":{"customers":["cus_1"]}}])") ==
          "conflicting_fields rules[0].then");
    CHECK(mistake(R"([{"id":"a","scope":{"max_age_days":36501}}])") ==
          "out_of_range rules[0].scope.max_age_days");
    CHECK(mistake(R"([{"id":"a","capturable":true,"no_open_dispute":true}])") ==
          "several_conditions rules[0].capturable");
}

}  // namespace tollgate::policy_state_test
