// Calls that a person must agree to.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "stripe/tools/effect_text.hpp"
#include "tests/support/tool_caller.hpp"

namespace confirmation_test {

using namespace tollgate::stripe;
using nlohmann::json;
namespace base = tollgate::base;
namespace mcp = tollgate::mcp;
namespace tenancy = tollgate::tenancy;

namespace {

class counting_upstream final : public upstream {
public:
    base::awaitable<base::result<upstream_response>> send(upstream_request request) override {
        keys.push_back(request.idempotency_key);
        upstream_response out;
        out.status = 200;
        out.body = R"({"id":"re_1","object":"refund"})";
        co_return out;
    }
    std::vector<std::string> keys;
};

struct confirming : tollgate::test::tool_caller<counting_upstream> {
    explicit confirming(tenancy::confirmation rule = tenancy::confirmation::write) {
        rules.confirm = rule;
    }

    mcp::tool_answer ask(const json& capabilities, const std::string& state = {},
                         const json& answers = {}, std::string_view tool = "create_a_stripe_refund",
                         const json& arguments = {{"charge", "ch_1"}, {"amount", 500}}) {
        const std::string text = arguments.dump();
        const std::string can = capabilities.dump();
        const std::string said = answers.dump();
        simdjson::dom::parser parser;
        simdjson::dom::parser can_parser;
        simdjson::dom::parser said_parser;
        mcp::tool_call call;
        call.name = tool;
        call.arguments = parser.parse(text).get_object().value();
        call.deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        if (!capabilities.is_null())
            call.input.capabilities = can_parser.parse(can).get_object().value();
        if (!answers.is_null()) call.input.answers = said_parser.parse(said).get_object().value();
        call.input.state = state;
        return tollgate::test::run_sync(tools.call(rules, call));
    }
};

const json able = {{"elicitation", json::object()}};
const json yes = {{"confirm", {{"action", "accept"}, {"content", {{"agree", true}}}}}};

std::string code_of(const mcp::tool_answer& answer) {
    return json::parse(std::get<mcp::tool_result>(answer).text)["error"]["code"];
}

bool is_question(const mcp::tool_answer& answer) {
    return std::holds_alternative<mcp::tool_question>(answer);
}

mcp::input_need needs_of(const mcp::tool_answer& answer) {
    return std::get<mcp::tool_question>(answer).needs;
}

bool is_error(const mcp::tool_answer& answer) {
    return std::get<mcp::tool_result>(answer).is_error;
}

}  // namespace

TEST_CASE("confirmation: asked, agreed, and sent with the key of the first time",
          "[stripe][confirm]") {
    confirming c;
    const auto first = needs_of(c.ask(able));
    CHECK(first.state.starts_with("confirm rcp_"));
    CHECK(c.api.keys.empty());
    for (int i = 0; i < 2; ++i) CHECK_FALSE(is_error(c.ask(able, first.state, yes)));
    REQUIRE(c.api.keys.size() == 2);
    CHECK(c.api.keys[0] == c.api.keys[1]);
    CHECK("confirm " + c.api.keys[0] == first.state);
    const auto& form = json::parse('{' + first.requests + '}');
    CHECK(form["confirm"]["params"]["requestedSchema"]["properties"]["agree"]["type"] == "boolean");
}

TEST_CASE("confirmation: a key of the caller stays the caller's", "[stripe][confirm]") {
    confirming c;
    const json arguments{{"charge", "ch_1"}, {"idempotency_key", "mine"}};
    const auto first = needs_of(c.ask(able, {}, {}, "create_a_stripe_refund", arguments));
    c.ask(able, first.state, yes, "create_a_stripe_refund", arguments);
    CHECK(c.api.keys == std::vector<std::string>{"mine"});
}

TEST_CASE("confirmation: who cannot ask is refused, who made up an answer is asked",
          "[stripe][confirm]") {
    confirming c;
    CHECK(code_of(c.ask(nullptr)) == "client_cannot_ask");
    CHECK(code_of(c.ask(json::object())) == "client_cannot_ask");
    CHECK(code_of(c.ask({{"elicitation", {{"url", json::object()}}}})) == "client_cannot_ask");
    CHECK(code_of(c.ask({{"elicitation", true}})) == "client_cannot_ask");
    CHECK(is_question(c.ask({{"elicitation", {{"form", json::object()}}}})));
    CHECK(is_question(c.ask(able, {}, yes)));
    CHECK(is_question(c.ask(able, "other state", yes)));
    CHECK(is_question(c.ask(able, "confirm rcp_1", json::object())));
    CHECK(c.api.keys.empty());
}

TEST_CASE("confirmation: anything but a clear yes is a no", "[stripe][confirm]") {
    confirming c;
    const auto state = needs_of(c.ask(able)).state;
    const std::vector<json> answers{{{"action", "decline"}},
                                    {{"action", "cancel"}},
                                    {{"action", "accept"}},
                                    {{"action", "accept"}, {"content", {{"agree", false}}}},
                                    {{"action", "accept"}, {"content", {{"agree", "true"}}}},
                                    {{"action", "accept"}, {"content", {{"agree", 1}}}},
                                    {{"action", "ACCEPT"}, {"content", {{"agree", true}}}},
                                    {{"content", {{"agree", true}}}},
                                    json::object()};
    for (const auto& one : answers) {
        INFO(one.dump());
        CHECK(code_of(c.ask(able, state, {{"confirm", one}})) == "declined");
    }
    CHECK(c.api.keys.empty());
}

TEST_CASE("confirmation: which calls are asked for", "[stripe][confirm]") {
    confirming destructive{tenancy::confirmation::destructive};
    CHECK(is_question(destructive.ask(able)));
    CHECK_FALSE(
        is_question(destructive.ask(able, {}, {}, "create_a_stripe_customer", {{"name", "x"}})));
    confirming none{tenancy::confirmation::none};
    CHECK_FALSE(is_error(none.ask(nullptr)));
    confirming write;
    CHECK(is_question(write.ask(able, {}, {}, "create_a_stripe_customer", {{"name", "x"}})));
    CHECK_FALSE(is_question(write.ask(able, {}, {}, "list_all_stripe_charges", json::object())));
    // Wrong arguments are told first.
    CHECK(code_of(write.ask(able, {}, {}, "create_a_stripe_refund", {{"amuont", 1}})) ==
          "unknown_argument");
}

TEST_CASE("effect_text: what remains is told of refunds only", "[stripe][confirm]") {
    const confirming c;
    tenancy::state_facts state;
    state.currency = "usd";
    state.total = state.remaining = 4999;
    const auto told = [&](std::string_view tool, const json& arguments) {
        simdjson::dom::parser parser;
        const auto text = arguments.dump();
        return effect_text(
            given_arguments{*find_tool(tool), parser.parse(text).get_object().value()}, c.rules,
            &state);
    };
    CHECK(told("create_a_stripe_refund", {{"charge", "ch_1"}, {"amount", 2000}})
              .find("a refund of 20.00 USD, of 49.99 USD that remain") != std::string::npos);
    for (const auto tool : {"capture_a_stripe_payment_intent_by_id",
                            "cancel_a_stripe_payment_intent_by_id", "update_a_stripe_charge_by_id"})
        CHECK(told(tool, {{"id", "pi_1"}}).find("refunded") == std::string::npos);
}

TEST_CASE("effect_text: every value on a line of its own, amounts in words", "[stripe][confirm]") {
    confirming c;
    const auto told = [&](std::string_view tool, const json& arguments) {
        simdjson::dom::parser parser;
        const auto text = arguments.dump();
        return effect_text(
            given_arguments{*find_tool(tool), parser.parse(text).get_object().value()}, c.rules);
    };
    const auto session =
        told("create_a_stripe_checkout_session",
             {{"mode", "payment"},
              {"line_items",
               {{{"quantity", 2}, {"price_data", {{"currency", "jpy"}, {"unit_amount", 1500}}}}}},
              {"fields", {"url"}},
              {"metadata", {{"a\nb", "c\nd"}}}});
    CHECK(session.find("\n- line_items[0].price_data.unit_amount: 1500 (1500 JPY)\n") !=
          std::string::npos);
    CHECK(session.find("\n- line_items[0].quantity: 2\n") != std::string::npos);
    CHECK(session.find(R"(- metadata."a\nb": "c\nd")") != std::string::npos);
    CHECK(session.find("fields") == std::string::npos);
    CHECK(session.find("test mode") != std::string::npos);
    c.account->mode = tenancy::account_mode::live;
    c.account->stripe_account = "acct_9";
    const auto payout = told("create_a_stripe_payout", {{"amount", 1234}, {"currency", "eur"}});
    CHECK(payout.find("LIVE Stripe account, for the connected account acct_9") !=
          std::string::npos);
    CHECK(payout.find("- amount: 1234 (12.34 EUR)") != std::string::npos);
    CHECK(told("create_a_stripe_refund", {{"charge", "ch_1"}}).find("all that is left") !=
          std::string::npos);
    json many;
    for (int i = 0; i < 100; ++i) many["metadata"]["key" + std::to_string(i)] = "v";
    CHECK(told("create_a_stripe_customer", many).find("and 60 more values") != std::string::npos);
}

}  // namespace confirmation_test
