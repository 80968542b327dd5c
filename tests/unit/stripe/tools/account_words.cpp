// What an account decides about a call before anything is sent, and what its answers say: test
// helpers, v2 and restricted keys.
#include "stripe/tools/account_words.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "stripe/listing/list_cache.hpp"
#include "stripe/listing/tool_list.hpp"
#include "tests/support/tool_caller.hpp"

namespace account_words_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;

namespace {

// Answers everything with an object, and keeps what it was sent.
class recording_upstream final : public upstream {
public:
    struct sent {
        std::string target;
        std::string account;
        std::string key;
    };
    base::awaitable<base::result<upstream_response>> send(upstream_request request) override {
        seen.push_back(
            {request.target, std::string(request.connected_account), request.idempotency_key});
        upstream_response answer;
        answer.status = status;
        answer.body = body;
        co_return answer;
    }
    unsigned status = 200;
    std::string body = R"({"id":"x_1","object":"x"})";
    std::vector<sent> seen;
};

struct caller : test::tool_caller<recording_upstream> {
    json error_of(std::string_view tool, const json& arguments) {
        const auto out = (*this)(tool, arguments);
        REQUIRE(out.is_error);
        CHECK(api.seen.empty());
        return json::parse(out.text)["error"];
    }
    json listed(std::string_view tool) const {
        std::string text = "[";
        append_tool_list(rules, text);
        for (const auto& one : json::parse(text + ']'))
            if (one["name"] == tool) return one;
        return {};
    }
};

constexpr auto charges = "list_all_stripe_charges";

}  // namespace

TEST_CASE("stripe account_rules: answers say today's date and whether money is real", "[stripe]") {
    caller call;
    const auto first = [&] {
        const auto out = call("get_single_stripe_charge_by_id", {{"id", "ch_1"}});
        INFO(out.text);
        return json::parse(out.text);
    };
    CHECK(first()["today"] == "2027-01-15");
    CHECK(first()["money"] == "test");
    call.account->mode = tenancy::account_mode::live;
    CHECK(first()["money"] == "real");
    const auto totals = call(charges, {{"aggregate", json::object()}});
    CHECK(json::parse(totals.text)["today"] == "2027-01-15");
    // Raw answers are Stripe's own.
    call.rules.results.raw = true;
    CHECK_FALSE(first().contains("today"));
}

TEST_CASE("stripe account_rules: the title names the mode, and today's date holds until midnight",
          "[stripe]") {
    using tenancy::account_mode;
    CHECK(title_with_mode("", account_mode::test, false).empty());
    CHECK(title_with_mode("Acme", account_mode::test, false) == "Acme · test");
    CHECK(title_with_mode("Acme", account_mode::live, false) == "Acme · live");
    CHECK(title_with_mode("Acme", account_mode::test, true) == "Acme · sandbox");
    const auto late = *base::parse_timestamp("2026-11-29T23:59:58.500Z");
    CHECK(until_midnight(late) == std::chrono::milliseconds{1500});
    CHECK(account_state_text(account_mode::test, false, late) ==
          "Today is 2026-11-29 in UTC. This is a test account: no money is real.");
    CHECK(account_state_text(account_mode::live, false, late)
              .ends_with("This is a live account: money is real."));
    CHECK(account_state_text(account_mode::test, true, late).find("sandbox") != std::string::npos);
}

TEST_CASE("stripe account_rules: a filter that a list lacks is answered with what to do instead",
          "[stripe]") {
    caller call;
    const auto said = [&](std::string_view tool, const json& arguments) {
        return call.error_of(tool, arguments)["message"].get<std::string>();
    };
    CHECK(said("list_all_stripe_disputes", {{"status", "lost"}}) ==
          "this list has no filter 'status': read status from each row; aggregate {\"group_by\": "
          "\"status\"} counts the rows by it");
    CHECK(said(charges, {{"status", "failed"}}) ==
          "this list has no filter 'status': read status from each row, or call "
          "search_all_stripe_charges with where [{\"field\": \"status\", \"op\": \"=\", "
          "\"value\": ...}]; aggregate {\"group_by\": \"status\"} counts the rows by it");
    CHECK(said("search_all_stripe_charges", {{"query", "x"}, {"status", "failed"}})
              .find("give it in where") != std::string::npos);
    // A search that the server hides is not named.
    call.rules.filter.deny = {"search_all_stripe_charges"};
    CHECK(said(charges, {{"status", "failed"}}).find("search_all") == std::string::npos);
    // What is no field is an unknown argument as before.
    CHECK(said(charges, {{"statsu", "failed"}}).starts_with("unknown argument 'statsu'"));
}

TEST_CASE(
    "stripe account_rules: invoices are asked for with their payments, links with their items",
    "[stripe]") {
    caller call;
    const auto target = [&](std::string_view tool, const json& arguments) {
        call.api.seen.clear();
        call(tool, arguments);
        REQUIRE(call.api.seen.size() == 1);
        return call.api.seen.front().target;
    };
    constexpr auto invoice = "get_single_stripe_invoice_by_id";
    CHECK(target(invoice, {{"id", "in_1"}}) == "/v1/invoices/in_1?expand[0]=payments");
    CHECK(target("list_all_stripe_invoices", {{"limit", 3}})
              .ends_with("limit=3&expand[0]=data.payments"));
    const auto own = target(invoice, {{"id", "in_1"}, {"expand", {"customer", "payments"}}});
    CHECK(own.find("]=payments") == own.rfind("]=payments"));
    CHECK(target(invoice, {{"id", "in_1"}, {"fields", {"total"}}}) == "/v1/invoices/in_1");
    CHECK(target("get_single_stripe_payment_link_by_id", {{"id", "plink_1"}}) ==
          "/v1/payment_links/plink_1?expand[0]=line_items");
    // Not where the server reads no payments of invoices, not in raw mode, not of other versions.
    auto narrow = call.rules.filter;
    call.rules.filter.allow = {std::string(invoice)};
    CHECK(target(invoice, {{"id", "in_1"}}) == "/v1/invoices/in_1");
    call.rules.filter = narrow;
    call.rules.results.raw = true;
    CHECK(target(invoice, {{"id", "in_1"}}) == "/v1/invoices/in_1");
    call.rules.results.raw = false;
    call.account->stripe_version = "2020-08-27";
    CHECK(target(invoice, {{"id", "in_1"}}) == "/v1/invoices/in_1");
}

TEST_CASE("stripe account_rules: rows are explained where their sum or their absence misleads",
          "[stripe]") {
    caller call;
    call.api.body = R"({"object":"list","has_more":false,"data":[]})";
    const auto notes = [&](std::string_view tool, const json& arguments) {
        const auto out = json::parse(call(tool, arguments).text);
        return out.contains("notes") ? out["notes"].dump() : std::string{};
    };
    constexpr auto transactions = "list_all_stripe_balance_transactions";
    CHECK(notes(transactions, {{"payout", "po_1"}}).find("source is po_1 is the payout itself") !=
          std::string::npos);
    CHECK(notes(transactions, {{"payout", "po_1"}, {"aggregate", json::object()}})
              .find("the payout itself") != std::string::npos);
    CHECK(notes(transactions, json::object()).empty());
    constexpr auto customers = "list_all_stripe_customers";
    CHECK(notes(customers, {{"email", "Ada@example.com"}}).find("upper and lower case count") !=
          std::string::npos);
    CHECK(notes(customers, json::object()).empty());
    call.api.body = R"({"object":"list","has_more":false,"data":[{"id":"cus_1"}]})";
    CHECK(notes(customers, {{"email", "Ada@example.com"}}).empty());
}

TEST_CASE("stripe account_rules: what the sandbox does not simulate says so", "[stripe]") {
    caller call;
    call.api.status = 404;
    call.api.body = R"({"error":{"type":"invalid_request_error","code":"sandbox_not_supported",
        "message":"The sandbox does not do this."}})";
    const auto out = call("list_all_stripe_invoice_payments", {{"invoice", "in_1"}});
    const auto step = json::parse(out.text)["error"]["next_step"].get<std::string>();
    CHECK(step.starts_with("The sandbox does not simulate this call"));
    CHECK(step.find("no such object") == std::string::npos);
}

TEST_CASE("stripe account_rules: an event tells of another object only what the filter allows",
          "[stripe]") {
    caller call;
    call.api.body = R"({"object":"list","has_more":false,"data":[
        {"id":"evt_1","object":"event","type":"customer.updated","data":{"object":{"id":"cus_1",
         "object":"customer","email":"ada@example.com"},"previous_attributes":{"email":"old@x.y"}}},
        {"id":"evt_2","object":"event","type":"charge.failed","data":{"object":{"id":"ch_1",
         "object":"charge","amount":500,"currency":"usd"}}}]})";
    const auto rows = [&](const json& arguments) {
        return json::parse(call("list_all_stripe_events", arguments).text);
    };
    CHECK(rows(json::object())["data"][0]["data"]["object"]["email"] == "ada@example.com");
    // Paths of what an event tells begin with the event's own data.
    const auto named = rows({{"fields", {"type", "data.object.amount"}}});
    CHECK(named["data"][1]["data"]["object"]["amount"] == 500);
    CHECK_FALSE(named.contains("notes"));
    call.rules.filter.allow = {"list_all_stripe_charges", "list_all_stripe_events"};
    for (const bool raw : {false, true}) {
        call.rules.results.raw = raw;
        const auto shown = rows(json::object());
        CHECK(shown["data"][0]["data"] ==
              json{{"object", {{"id", "cus_1"}, {"object", "customer"}}}});
        CHECK(shown["data"][1]["data"]["object"]["amount"] == 500);
        CHECK(shown["notes"].dump().find("no tool of this server reads customer") !=
              std::string::npos);
    }
    call.rules.results.raw = false;
    CHECK(rows({{"aggregate", {{"group_by", "data.object.email"}}}})["error"]["code"] ==
          "object_not_exposed");
}

TEST_CASE("stripe account_rules: a test helper is not called for a live account", "[stripe]") {
    const auto* found = match(http_method::post, "/v1/test_helpers/test_clocks").found;
    REQUIRE(found != nullptr);
    REQUIRE(found->test_only());
    REQUIRE(found->exposed());
    caller call;
    call.rules.listing.mode = tenancy::listing_mode::full;
    CHECK_FALSE(call.listed(found->tool_name()).is_null());
    CHECK_FALSE(call(found->tool_name(), {{"frozen_time", 1'800'000'000}}).is_error);
    call.api.seen.clear();
    call.account->mode = tenancy::account_mode::live;
    CHECK(call.listed(found->tool_name()).is_null());
    const auto error = call.error_of(found->tool_name(), {{"frozen_time", 1'800'000'000}});
    CHECK(error["code"] == "test_mode_only");
    CHECK(error["source"] == "tollgate");
    CHECK(error["retryable"] == false);
}

// Whether v2 takes a restricted key is Stripe's to say, and has changed before.
TEST_CASE("stripe account_rules: a v2 call of a restricted key is sent", "[stripe]") {
    caller call;
    call.account->credential = base::secret{"rk_test_0000000000000000"};
    CHECK_FALSE(call("list_all_stripe_v2_core_accounts", json::object()).is_error);
    CHECK(call.api.seen.size() == 1);
}

}  // namespace account_words_test
