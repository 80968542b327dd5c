// Stripe's state as rules ask for it: of which operations, which object is read, what an answer
// says.
#include "stripe/state/state_reads.hpp"

#include <catch2/catch.hpp>

namespace stripe_state_test {

using namespace tollgate;
using namespace tollgate::stripe;
using tenancy::bit;
using tenancy::state_facts;
using tenancy::state_kind;

namespace {

tenancy::state_set of_path(http_method method, std::string_view path) {
    for (const auto& one : operations())
        if (one.method() == method && one.path_template() == path) return states_of(one);
    FAIL("no operation " << path);
    return 0;
}

bool can(http_method method, std::string_view path, state_kind kind) {
    return (of_path(method, path) & bit(kind)) != 0;
}

std::variant<state_subject, std::string> subject(std::string_view tool, std::string_view arguments,
                                                 std::string_view target) {
    static simdjson::dom::parser parser;
    const simdjson::padded_string padded{arguments};
    simdjson::dom::object object;
    REQUIRE(parser.parse(padded).get(object) == simdjson::SUCCESS);
    const given_arguments given{*find_tool(tool), object};
    return subject_of(given, target);
}

base::result<upstream_response> answered(std::string body, unsigned status = 200) {
    upstream_response out;
    out.status = status;
    out.body = std::move(body);
    return out;
}

state_facts object_facts(std::string_view object, std::string body) {
    simdjson::dom::parser parser;
    state_facts out;
    note_object({object, "x_1", "/x"}, answered(std::move(body)), out, parser);
    return out;
}

std::optional<bool> open_in(std::string body) {
    simdjson::dom::parser parser;
    state_facts out;
    note_disputes(answered(std::move(body)), out, parser);
    return out.open_dispute;
}

}  // namespace

TEST_CASE("state: each kind applies to the operations of which it can say something") {
    const auto post = http_method::post;
    for (const auto path :
         {"/v1/refunds", "/v1/charges/{charge}/refund", "/v1/charges/{charge}/refunds"}) {
        CAPTURE(path);
        CHECK(can(post, path, state_kind::remaining));
        CHECK(can(post, path, state_kind::dispute));
        CHECK(can(post, path, state_kind::age));
        CHECK(can(post, path, state_kind::repeat));
        CHECK_FALSE(can(post, path, state_kind::capturable));
    }
    CHECK(can(post, "/v1/payment_intents/{intent}/capture", state_kind::capturable));
    CHECK(can(post, "/v1/charges/{charge}/capture", state_kind::capturable));
    CHECK(can(http_method::delete_, "/v1/customers/{customer}", state_kind::age));
    CHECK(can(post, "/v1/payment_intents", state_kind::repeat));
    CHECK_FALSE(can(post, "/v1/payment_intents", state_kind::age));
    CHECK_FALSE(can(post, "/v1/payment_intents/{intent}", state_kind::repeat));
    CHECK(of_path(http_method::get, "/v1/charges/{charge}") == 0);
}

TEST_CASE("state: the object of a call is the one in its path, or the one payment that it names") {
    const auto by_charge = subject("create_a_stripe_refund", R"({"charge":"ch_1"})", "/v1/refunds");
    REQUIRE(std::holds_alternative<state_subject>(by_charge));
    CHECK(object_target(std::get<state_subject>(by_charge)) == "/v1/charges/ch_1");
    CHECK(disputes_target(std::get<state_subject>(by_charge)) ==
          "/v1/disputes?limit=100&charge=ch_1");
    const auto by_intent = subject("create_a_stripe_refund",
                                   R"({"payment_intent":"pi_1","charge":null})", "/v1/refunds");
    REQUIRE(std::holds_alternative<state_subject>(by_intent));
    CHECK(object_target(std::get<state_subject>(by_intent)) ==
          "/v1/payment_intents/pi_1?expand[]=latest_charge");
    for (const auto given : {R"({"charge":"ch_1","payment_intent":"pi_2"})", R"({"amount":1})",
                             R"({"charge":"ch_1/../x"})", R"({"charge":"ch_1?x=1"})",
                             R"({"charge":["ch_1"]})", R"({"charge":""})"}) {
        CAPTURE(given);
        CHECK(std::holds_alternative<std::string>(
            subject("create_a_stripe_refund", given, "/v1/refunds")));
    }
    for (const auto& one : operations()) {
        if (!one.exposed() || one.path_template() != "/v1/payment_intents/{intent}/capture")
            continue;
        const auto found = subject(one.tool_name(), "{}", "/v1/payment_intents/pi_9/capture?a=b");
        REQUIRE(std::holds_alternative<state_subject>(found));
        CHECK(std::get<state_subject>(found).target == "/v1/payment_intents/pi_9");
        CHECK(std::get<state_subject>(found).object == "payment_intent");
    }
}

TEST_CASE("state: what remains of a payment, and whether it waits for its capture") {
    const auto charge = object_facts(
        "charge",
        R"({"id":"x_1","created":1764500000,"currency":"USD","amount":6000,"amount_captured":5000,)"
        R"("amount_refunded":2001,"captured":true,"status":"succeeded"})");
    CHECK(charge.unreadable.empty());
    CHECK(charge.remaining == 2999);
    CHECK(charge.total == 5000);
    CHECK(charge.currency == "usd");
    CHECK(charge.created == base::parse_timestamp("2025-11-30T10:53:20Z").value());
    CHECK(charge.capturable == false);
    const auto held = object_facts(
        "charge",
        R"({"id":"x_1","currency":"usd","amount":6000,"amount_refunded":0,"captured":false,"status":"succeeded"})");
    CHECK(held.remaining == 6000);
    CHECK(held.capturable == true);
    CHECK_FALSE(held.created.has_value());
    const auto failed = object_facts(
        "charge",
        R"({"id":"x_1","currency":"usd","amount":6000,"amount_refunded":0,"captured":false,"status":"failed"})");
    CHECK(failed.remaining == 0);
    CHECK(failed.capturable == false);
    const auto intent = object_facts(
        "payment_intent",
        R"({"id":"x_1","status":"succeeded","latest_charge":{"currency":"usd","amount":5000,)"
        R"("amount_refunded":5000,"captured":true,"status":"succeeded"}})");
    CHECK(intent.remaining == 0);
    CHECK(intent.capturable == false);
    CHECK(object_facts("payment_intent",
                       R"({"id":"x_1","status":"requires_capture","latest_charge":null})")
              .capturable == true);
    // Not expanded: what remains is not known.
    CHECK_FALSE(object_facts("payment_intent",
                             R"({"id":"x_1","status":"succeeded","latest_charge":"ch_1"})")
                    .remaining.has_value());
}

TEST_CASE("state: an answer that is not the object says nothing") {
    CHECK_FALSE(object_facts("charge", R"({"id":"x_2","amount":1})").unreadable.empty());
    CHECK_FALSE(object_facts("charge", "[]").unreadable.empty());
    CHECK_FALSE(object_facts("charge", "{").unreadable.empty());
    CHECK(unusable(answered("{}", 404)).why == "Stripe answered with status 404.");
    CHECK(unusable(base::fail(base::errc::unavailable, "not_sent", "x")).why ==
          "Stripe gave no answer (not_sent).");
    CHECK_FALSE(object_facts("charge", R"({"id":"x_1","object":"charge"})").remaining.has_value());
}

TEST_CASE("state: a read that failed may soon succeed only if Stripe says nothing of the object") {
    CHECK(unusable(base::fail(base::errc::unavailable, "not_sent", "x")).passing);
    for (const auto status : {429U, 500U, 503U}) CHECK(unusable(answered("{}", status)).passing);
    for (const auto status : {200U, 400U, 401U, 403U, 404U})
        CHECK_FALSE(unusable(answered("{}", status)).passing);
}

TEST_CASE("state: a dispute that is not closed is open, and so is what nobody knows") {
    CHECK(open_in(R"({"data":[],"has_more":false})") == false);
    CHECK(open_in(R"({"data":[{"status":"won"},{"status":"lost"}],"has_more":false})") == false);
    for (const auto status :
         {"needs_response", "under_review", "warning_needs_response", "new_word"}) {
        CAPTURE(status);
        CHECK(open_in(R"({"data":[{"status":"won"},{"status":")" + std::string(status) +
                      R"("}],"has_more":false})") == true);
    }
    CHECK(open_in(R"({"data":[],"has_more":true})") == true);
    CHECK(open_in(R"({"data":[{}],"has_more":false})") == true);
    CHECK_FALSE(open_in(R"({"object":"error"})").has_value());
}

}  // namespace stripe_state_test
