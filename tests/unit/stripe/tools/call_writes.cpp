// What a model reads of a write whose earlier attempt may have been executed.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/tool_caller.hpp"

namespace writes_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;
using storage::receipt_state;

namespace {

// Answers everything with `next`.
class scripted_upstream final : public upstream {
public:
    base::awaitable<base::result<upstream_response>> send(upstream_request) override {
        auto out = next;
        co_return out;
    }
    base::result<upstream_response> next = upstream_response{};
};

upstream_response answered(unsigned status, std::string body) {
    upstream_response out;
    out.status = status;
    out.body = std::move(body);
    return out;
}

upstream_response rate_limited() {
    return answered(429, R"({"error":{"type":"rate_limit_error","code":"rate_limit"}})");
}

struct caller : test::tool_caller<scripted_upstream> {
    json refund() { return read((*this)("create_a_stripe_refund", {{"charge", "ch_1"}})); }
    json deletion() { return read((*this)("delete_a_stripe_customer_by_id", {{"id", "cus_1"}})); }
    static json read(const mcp::tool_result& result) { return json::parse(result.text); }
    // begin() lets the write go, as another attempt of one whose outcome is not known.
    void repeated() {
        tenancy::begun_write begun;
        begun.receipt.id = "rcp_1";
        begun.receipt.operation_key = "key-1";
        begun.uncertain = true;
        receipts.answer = begun;
    }
};

}  // namespace

TEST_CASE("stripe writes: a first attempt that was not sent did nothing", "[stripe]") {
    caller c;
    c.api.next = base::fail(base::errc::unavailable, "not_sent", "Stripe cannot be reached.");
    CHECK(c.refund()["error"]["code"] == "not_sent");
    CHECK(c.receipts.finished.at(0).state == receipt_state::failed);
}

TEST_CASE("stripe writes: a repeated attempt that was not sent may have been executed before",
          "[stripe]") {
    caller c;
    c.repeated();
    c.api.next = base::fail(base::errc::unavailable, "not_sent", "Stripe cannot be reached.");
    const json error = c.refund()["error"];
    CHECK(error["code"] == "outcome_unknown");
    CHECK(error["operation_key"] == "key-1");
    CHECK(error["retryable"] == true);
    CHECK(error["message"].get<std::string>().find("refused: not_sent") != std::string::npos);
}

TEST_CASE("stripe writes: a rate limit says nothing of a sending before it", "[stripe]") {
    caller c;
    c.api.next = rate_limited();
    CHECK(c.refund()["error"]["code"] == "rate_limit");
    CHECK(c.receipts.settled_as.at(0) == receipt_state::failed);
    // The upstream sent it twice by itself, because a kept connection had been closed.
    auto twice = rate_limited();
    twice.sent_twice = true;
    c.api.next = twice;
    CHECK(c.refund()["error"]["code"] == "outcome_unknown");
    CHECK(c.receipts.settled_as.at(1) == receipt_state::unknown);
}

TEST_CASE("stripe writes: a success is a success, however often it was sent", "[stripe]") {
    caller c;
    c.repeated();
    auto done = answered(200, R"({"id":"re_1","object":"refund","amount":5})");
    done.sent_twice = true;
    c.api.next = done;
    CHECK(c.refund()["id"] == "re_1");
    CHECK(c.receipts.settled_as.at(0) == receipt_state::succeeded);
    // Stripe refused the write itself: that is the outcome of its key.
    c.api.next = answered(402, R"({"error":{"type":"card_error","code":"card_declined"}})");
    CHECK(c.refund()["error"]["code"] == "card_declined");
    CHECK(c.receipts.settled_as.at(1) == receipt_state::failed);
}

TEST_CASE("stripe writes: a repeated DELETE that is refused says nothing of the one before",
          "[stripe]") {
    caller c;
    c.api.next = answered(400, R"({"error":{"type":"invalid_request_error","code":"no"}})");
    CHECK(c.deletion()["error"]["code"] == "no");
    CHECK(c.receipts.settled_as.at(0) == receipt_state::failed);
    c.repeated();
    CHECK(c.deletion()["error"]["code"] == "outcome_unknown");
    CHECK(c.receipts.settled_as.at(1) == receipt_state::unknown);
    // Whichever of them deleted it: the object is not there.
    c.api.next =
        answered(404, R"({"error":{"type":"invalid_request_error","code":"resource_missing"}})");
    CHECK(c.deletion()["error"]["code"] == "resource_missing");
    CHECK(c.receipts.settled_as.at(2) == receipt_state::unknown);
}

}  // namespace writes_test
