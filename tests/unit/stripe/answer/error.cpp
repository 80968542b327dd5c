#include "stripe/answer/error.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "stripe/answer/rate_limit.hpp"
#include "stripe/answer/success.hpp"

namespace result_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;

namespace {

upstream_response answer(unsigned status, std::string body,
                         std::vector<std::pair<std::string, std::string>> headers = {}) {
    upstream_response out;
    out.status = status;
    out.headers = std::move(headers);
    out.body = std::move(body);
    out.body.reserve(out.body.size() + 64);
    return out;
}

const base::timestamp now = base::from_unix_ms(1'795'000'000'000);

// A cursor one can read.
class open_cursors final : public cursor_maker {
public:
    std::string seal(const page_cursor& where) const override {
        return "after " + where.token + "+" + std::to_string(where.skip);
    }
};

std::optional<std::string> raw_text(const operation& called, const std::string& body,
                                    simdjson::dom::parser& parser) {
    const open_cursors cursors;
    answer_rules rules;
    rules.raw = true;
    return success_text(called, answer(200, body), rules, {{}, &cursors}, {}, parser);
}

json error_of(const upstream_response& from, const rate_limit_facts* facts = nullptr) {
    simdjson::dom::parser parser;
    return json::parse(stripe_error_text(from, {nullptr, facts, "key-1", 0}, parser))["error"];
}

}  // namespace

TEST_CASE("success: raw, an object loses its white space and nothing else", "[stripe][result]") {
    simdjson::dom::parser parser;
    const auto& get = *find_operation("get_single_stripe_charge_by_id");
    const std::string body =
        "{\n  \"id\": \"ch_1\",\n  \"note\": \"a  b\\n\\\"c\\\"\",\n  \"n\": [1, 2]\n}\n";
    const auto text = raw_text(get, body, parser);
    REQUIRE(text.has_value());
    CHECK(json::parse(*text) == json::parse(body));
    CHECK(text->find("\n") == std::string::npos);
    CHECK(text->find("a  b") != std::string::npos);
}

TEST_CASE("success: raw, a card number right behind an escape is masked, an id's digits are not",
          "[stripe][result]") {
    simdjson::dom::parser parser;
    const auto& get = *find_operation("get_single_stripe_charge_by_id");
    const std::string card = "4242424242424242";
    const auto text = raw_text(get,
                               R"({"id":"ch_1","object":"charge","customer":"cus_)" + card +
                                   R"(","description":"line\n)" + card +
                                   R"(","statement_descriptor":"caf\u00e9)" + card + R"("})",
                               parser);
    REQUIRE(text.has_value());
    const auto shown = json::parse(*text);
    CHECK(shown["customer"] == "cus_" + card);
    CHECK(shown["description"] == "line\n***");
    CHECK(shown["statement_descriptor"] == "caf\u00e9***");
}

TEST_CASE("success: raw, lists and searches carry the cursor to hand back", "[stripe][result]") {
    simdjson::dom::parser parser;
    const auto& list = *find_operation("list_all_stripe_charges");
    const auto page = [&](const operation& called, const std::string& body) {
        return json::parse(*raw_text(called, body, parser));
    };
    const auto more =
        page(list, R"({"object":"list","data":[{"id":"ch_1"},{"id":"ch_2"}],"has_more":true})");
    CHECK(more["next_cursor"] == "after ch_2+0");
    CHECK(more["has_more"] == true);
    CHECK(more["data"].size() == 2);
    CHECK(page(list, R"({"object":"list","data":[{"id":"ch_1"}],"has_more":false})")["next_cursor"]
              .is_null());
    CHECK(page(list, R"({"object":"list","data":[],"has_more":false})")["next_cursor"].is_null());
    const auto& search = *find_operation("search_all_stripe_customers");
    CHECK(page(search,
               R"({"data":[{"id":"cus_1"}],"has_more":true,"next_page":"tok=="})")["next_cursor"] ==
          "after tok==+0");
}

TEST_CASE("success: what is not a JSON object is not passed on", "[stripe][result]") {
    simdjson::dom::parser parser;
    const auto& get = *find_operation("get_single_stripe_charge_by_id");
    for (const auto* body : {"<html>", "", "[1]", "{\"a\":", "\"x\"", "{\"a\":\"\xff\"}"})
        CHECK_FALSE(raw_text(get, body, parser).has_value());
}

TEST_CASE("error: Stripe's words, and what to do next", "[stripe][result]") {
    const auto declined = error_of(answer(
        402,
        R"({"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"Your card has insufficient funds.","param":"","charge":"ch_9"}})",
        {{"request-id", "req_1"}}));
    CHECK(declined["source"] == "stripe");
    CHECK(declined["status"] == 402);
    CHECK(declined["decline_code"] == "insufficient_funds");
    CHECK(declined["charge"] == "ch_9");
    CHECK(declined["request_id"] == "req_1");
    CHECK(declined["retryable"] == false);
    CHECK(declined["operation_key"] == "key-1");
    CHECK(declined["next_step"].get<std::string>().size() > 20);
}

TEST_CASE("error: a key in Stripe's Request-Id is masked", "[stripe][result]") {
    const auto refused = error_of(answer(402, R"({"error":{"type":"card_error","message":"No."}})",
                                         {{"request-id", "req_1sk_test_51Habcdefghijklmnop"}}));
    CHECK(refused["request_id"].get<std::string>().find("51Habc") == std::string::npos);
    const auto whole = error_of(answer(402, R"({"error":{"type":"card_error","message":"No."}})",
                                       {{"request-id", "rk_test_51Habcdefghijklmnop"}}));
    CHECK(whole["request_id"] == "rk_test_***");
}

TEST_CASE("error: keys that Stripe quotes are masked, the missing permission is named",
          "[stripe][result]") {
    const auto denied = error_of(answer(
        403,
        R"({"error":{"type":"invalid_request_error","message":"The provided key 'rk_test_51Habc***xyz' does not have the required permissions. Having the 'rak_charge_read' permission would allow this request to continue."}})"));
    CHECK(denied["message"].get<std::string>().find("rk_test_***'") != std::string::npos);
    CHECK(denied["message"].get<std::string>().find("51Habc") == std::string::npos);
    CHECK(denied["missing_permission"] == "rak_charge_read");
}

TEST_CASE("error: Stripe-Should-Retry overrides, and odd answers are described, not repeated",
          "[stripe][result]") {
    CHECK(error_of(answer(500, R"({"error":{"type":"api_error","message":"x"}})"))["retryable"] ==
          true);
    CHECK(error_of(answer(500, R"({"error":{"type":"api_error","message":"x"}})",
                          {{"stripe-should-retry", "false"}}))["retryable"] == false);
    const auto odd = error_of(answer(502, "<html>secret proxy page</html>"));
    CHECK(odd["type"] == "unreadable_answer");
    CHECK(odd.dump().find("proxy page") == std::string::npos);
    CHECK(error_of(answer(302, ""))["type"] == "unreadable_answer");
}

TEST_CASE("error: param is in the tool's argument names", "[stripe][result]") {
    const auto named = [](const char* tool, std::string_view param) {
        return tool_argument(*find_operation(tool), param);
    };
    const auto* session = "create_a_stripe_checkout_session";
    CHECK(named(session, "line_items[0][price_data][currency]") ==
          "line_items[0].price_data.currency");
    CHECK(named(session, "metadata[order id]") == "metadata.order id");
    CHECK(named(session, "mode") == "mode");
    CHECK(named(session, "odd[") == "odd[");
    CHECK(named(session, "odd]x") == "odd]x");
    CHECK(named(session, "") == "");
    CHECK(named("get_single_stripe_payment_intent_by_id", "intent") == "id");
    CHECK(named("create_a_stripe_charge_refund", "charge") == "charge_id");
    // A path's name that is an argument of its own stays.
    CHECK(named("create_a_stripe_refund", "charge") == "charge");
    CHECK(named("list_all_stripe_charges", "starting_after") == "next_cursor");
    CHECK(named("list_all_stripe_charges", "created[gte]") == "created.gte");
    CHECK(named("search_all_stripe_charges", "page") == "next_cursor");
}

TEST_CASE("error: one shape, with when to retry, and nothing personal or hidden",
          "[stripe][result]") {
    const auto& called = *find_operation("create_a_stripe_customer");
    simdjson::dom::parser parser;
    const auto text = stripe_error_text(
        answer(
            400,
            R"({"error":{"type":"invalid_request_error","param":"address[line1]","message":"ada@example.com \u202e pi_1_secret_abcdefgh1 is wrong"}})",
            {{"retry-after", "7"}, {"stripe-should-retry", "true"}}),
        {&called, nullptr, {}, 1}, parser);
    CHECK(text.find("\u202e") == std::string::npos);
    const auto error = json::parse(text)["error"];
    CHECK(error["param"] == "address.line1");
    CHECK(error["message"] == "[redacted] \u202e pi_1_secret_*** is wrong");
    CHECK(error["retryable"] == true);
    CHECK(error["retry_after_seconds"] == 7);
    rate_limit_facts facts;
    facts.reset_seconds = 3;
    CHECK(error_of(answer(429, R"({"error":{"type":"x"}})"), &facts)["retry_after_seconds"] == 3);
    CHECK_FALSE(error_of(answer(400, R"({"error":{"type":"x"}})")).contains("retry_after_seconds"));
}

TEST_CASE("error: an unanswered write says how to learn its outcome", "[stripe][result]") {
    const auto unknown = json::parse(unanswered_text(
        base::fail(base::errc::unavailable, "outcome_unknown", "It broke."), "key-7"))["error"];
    CHECK(unknown["source"] == "tollgate");
    CHECK(unknown["operation_key"] == "key-7");
    const auto unsent = json::parse(
        unanswered_text(base::fail(base::errc::unavailable, "not_sent", "No."), "key-7"))["error"];
    CHECK_FALSE(unsent.contains("operation_key"));
    CHECK(unsent["retryable"] == true);
}

TEST_CASE("rate_limit: every spelling is read, tightest first", "[stripe][rate_limit]") {
    struct one {
        std::vector<std::pair<std::string, std::string>> headers;
        std::int64_t limit, remaining, reset;
    };
    const std::vector<one> cases{{{{"ratelimit-policy", "\"default\";q=100;w=10"},
                                   {"ratelimit", "\"a\";r=50;t=3, \"b\";r=5;t=9"}},
                                  100,
                                  5,
                                  9},
                                 {{{"ratelimit", "limit=100, remaining=50, reset=5"}}, 100, 50, 5},
                                 {{{"ratelimit-limit", "100, 100;w=10"},
                                   {"ratelimit-remaining", "50"},
                                   {"ratelimit-reset", "30"}},
                                  100,
                                  50,
                                  30},
                                 {{{"x-ratelimit-limit", "60"},
                                   {"x-ratelimit-remaining", "0"},
                                   {"x-ratelimit-reset", "1795000030"}},
                                  60,
                                  0,
                                  30},
                                 {{{"x-rate-limit-limit", "60"},
                                   {"x-rate-limit-remaining", "1"},
                                   {"x-rate-limit-reset", "1795000030500"}},
                                  60,
                                  1,
                                  31}};
    for (const auto& c : cases) {
        const auto facts = read_rate_limit(answer(200, "{}", c.headers), {}, now);
        REQUIRE(facts.has_value());
        CHECK(facts->limit == c.limit);
        CHECK(facts->remaining == c.remaining);
        CHECK(facts->reset_seconds == c.reset);
        CHECK_FALSE(facts->synthesised);
    }
    CHECK_FALSE(read_rate_limit(answer(200, "{}"), {}, now).has_value());
    CHECK_FALSE(
        read_rate_limit(answer(200, "{}", {{"ratelimit-limit", "many"}, {"ratelimit", "\x01junk"}}),
                        {}, now)
            .has_value());
}

TEST_CASE("rate_limit: a bare 429 of Stripe gets the documented facts, marked",
          "[stripe][rate_limit]") {
    const auto of = [](std::string reason, rate_limit_hints hints) {
        return *read_rate_limit(
            answer(429, "{}", {{"stripe-rate-limited-reason", std::move(reason)}}), hints, now);
    };
    CHECK(of("global-rate", {.live = true}).limit == 100);
    CHECK(of("global-rate", {}).limit == 25);
    CHECK(of("endpoint-rate", {.live = true, .search = true}).limit == 20);
    CHECK(of("endpoint-rate", {.live = true}).limit == 25);
    const auto concurrent = of("global-concurrency", {});
    CHECK_FALSE(concurrent.limit.has_value());
    CHECK(concurrent.remaining == 0);
    CHECK(concurrent.reset_seconds == 1);
    CHECK(concurrent.synthesised);
    CHECK(of("\"><script>", {}).reason.empty());
    const auto told = *read_rate_limit(answer(429, "{}", {{"retry-after", "7"}}), {}, now);
    CHECK(told.reset_seconds == 7);
}

TEST_CASE("rate_limit: the facts leave in every current header form", "[stripe][rate_limit]") {
    rate_limit_facts facts;
    facts.limit = 25;
    facts.remaining = 0;
    facts.reset_seconds = 1;
    facts.window_seconds = 1;
    std::map<std::string, std::string> headers;
    for (auto& [name, value] : rate_limit_headers(facts, true)) headers[name] = value;
    CHECK(headers == std::map<std::string, std::string>{{"RateLimit-Limit", "25"},
                                                        {"RateLimit-Remaining", "0"},
                                                        {"RateLimit-Reset", "1"},
                                                        {"RateLimit", "\"stripe\";r=0;t=1"},
                                                        {"RateLimit-Policy", "\"stripe\";q=25;w=1"},
                                                        {"Retry-After", "1"}});
    CHECK(json::parse(rate_limit_json(facts)) ==
          json{{"limit", 25}, {"remaining", 0}, {"reset_seconds", 1}, {"synthesised", false}});
}

}  // namespace result_test
