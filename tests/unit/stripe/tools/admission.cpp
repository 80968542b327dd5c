// The gateway's own limits: what counts, what a refusal says, and that it charges nothing else.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <ctime>
#include <iostream>
#include <map>

#include "tests/support/tool_caller.hpp"

namespace admission_test {

using namespace tollgate;
using namespace tollgate::stripe;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

// Answers everything with an object, and counts.
class counting_upstream final : public upstream {
public:
    base::awaitable<base::result<upstream_response>> send(upstream_request) override {
        ++seen;
        upstream_response answer;
        answer.status = status;
        answer.headers = headers;
        answer.body = body;
        // Pages differ, as a walk expects.
        if (const auto at = body.find('@'); at != std::string::npos)
            answer.body.replace(at, 1, std::to_string(seen));
        co_return answer;
    }
    int seen = 0;
    unsigned status = 200;
    std::string body = R"({"id":"x_1","object":"x"})";
    std::vector<std::pair<std::string, std::string>> headers;
};

class counting_refusals final : public refusal_counter {
public:
    void rate_limited(limit_scope scope) noexcept override {
        ++seen[static_cast<std::size_t>(scope)];
    }
    std::array<int, limit_scopes> seen{};
};

class counting_log final : public base::logger {
public:
    void write(base::log_level, std::string_view event,
               std::initializer_list<base::log_field>) noexcept override {
        events.emplace_back(event);
    }
    std::vector<std::string> events;
};

struct limiting {
    tenancy::local_rate_limiter limiter;
    counting_refusals refusals;
};

struct caller : limiting, test::tool_caller<counting_upstream, counting_log> {
    caller(tenancy::call_rate server, tenancy::call_rate of_account, tenancy::call_rate team)
        : tool_caller{call_limits{limiter, server, of_account, team, &refusals}} {}
};

std::map<std::string, std::string> headers_of(const mcp::tool_result& from) {
    return {from.http_headers.begin(), from.http_headers.end()};
}

// Of this thread: what else runs on the machine does not count.
std::chrono::nanoseconds processor_time() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

}  // namespace

TEST_CASE("stripe admission: a call over the limit is refused and says when to retry", "[stripe]") {
    caller call{{}, {3, 10}, {500, 10}};
    for (int i = 0; i < 3; ++i) CHECK_FALSE(call().is_error);
    const auto refused = call();
    CHECK(refused.is_error);
    CHECK(call.api.seen == 3);
    const auto error = json::parse(refused.text)["error"];
    CHECK(error["source"] == "tollgate");
    CHECK(error["type"] == "rate_limited");
    CHECK(error["code"] == "account_rate");
    CHECK(error["retryable"] == true);
    CHECK(error["retry_after_seconds"] == 4);
    CHECK(error["rate_limit"] ==
          json{{"limit", 3}, {"remaining", 0}, {"reset_seconds", 4}, {"window_seconds", 10}});
    CHECK(error["message"] ==
          "This integrated account, over all its MCP servers, may make 3 calls in 10 s through the "
          "gateway, and they are used up.");
    auto headers = headers_of(refused);
    CHECK(headers["Retry-After"] == "4");
    CHECK(headers["RateLimit"] == "\"account\";r=0;t=4");
    CHECK(headers["RateLimit-Policy"] == "\"account\";q=3;w=10");
    CHECK(headers["RateLimit-Remaining"] == "0");
    CHECK(call.refusals.seen == std::array<int, 3>{0, 1, 0});
    CHECK(call.log.events == std::vector<std::string>{"rate_limited"});
    call.clock.advance(4s);
    CHECK_FALSE(call().is_error);
    CHECK(call.api.seen == 4);
}

TEST_CASE("stripe admission: each limit has its code, and a server's own rate goes first",
          "[stripe]") {
    const auto code = [](caller& call) { return json::parse(call().text)["error"]["code"]; };
    caller by_default{{1, 10}, {}, {}};
    CHECK_FALSE(by_default().is_error);
    CHECK(code(by_default) == "server_rate");
    caller own{{1, 10}, {}, {}};
    own.rules.rate = tenancy::call_rate{2, 10};
    CHECK_FALSE(own().is_error);
    CHECK_FALSE(own().is_error);
    CHECK(code(own) == "server_rate");
    // Another server of the account has its own count.
    own.rules.server_id = "mcp_2";
    CHECK_FALSE(own().is_error);
    caller team{{}, {5, 10}, {1, 10}};
    CHECK_FALSE(team().is_error);
    CHECK(code(team) == "team_rate");
}

TEST_CASE("stripe admission: only what would go to Stripe counts", "[stripe]") {
    caller call{{}, {1, 10}, {}};
    CHECK(call("list_all_stripe_charges", {{"limti", 1}}).is_error);
    CHECK(call("create_a_stripe_refund", {{"charge", "ch_1"}, {"amount", -5}}).is_error);
    CHECK(std::holds_alternative<mcp::unknown_tool>(call.answer("no_such_tool")));
    call.rules.listing.mode = tenancy::listing_mode::search;
    CHECK_FALSE(call("find_stripe_operations", {{"query", "refunds"}}).is_error);
    CHECK_FALSE(
        call("describe_stripe_operation", {{"operation", "list_all_stripe_charges"}}).is_error);
    CHECK(call.api.seen == 0);
    CHECK_FALSE(call("read_stripe", {{"operation", "list_all_stripe_charges"}}).is_error);
    CHECK(call.api.seen == 1);
    CHECK(json::parse(call("read_stripe", {{"operation", "list_all_stripe_charges"}})
                          .text)["error"]["code"] == "account_rate");
    // A refused argument is told before the limit.
    CHECK(json::parse(call("list_all_stripe_charges", {{"limti", 1}}).text)["error"]["code"] ==
          "unknown_argument");
}

TEST_CASE("stripe admission: a result carries the tightest limit, or Stripe's own", "[stripe]") {
    caller call{{}, {50, 10}, {20, 10}};
    auto headers = headers_of(call());
    CHECK(headers["RateLimit"] == "\"team\";r=19;t=1");
    CHECK(headers["RateLimit-Policy"] == "\"team\";q=20;w=10");
    CHECK(headers["RateLimit-Limit"] == "20");
    CHECK_FALSE(headers.contains("Retry-After"));
    call.api.headers = {{"ratelimit", "\"default\";r=7;t=3"}};
    CHECK(headers_of(call())["RateLimit"] == "\"stripe\";r=7;t=3");
    call.api.headers.clear();
    call.api.status = 429;
    CHECK(headers_of(call())["RateLimit-Remaining"] == "0");
    caller without{{}, {}, {}};
    CHECK(without().http_headers.empty());
}

TEST_CASE("stripe admission: a charge tells whose limit refuses", "[stripe]") {
    caller call{{}, {2, 10}, {}};
    const tool_services services{
        call.finder,   call.cursors,
        call.writes,   call.credentials,
        call.receipts, call.approvals,
        call.audit,    call.clock,
        call.log,      call_limits{call.limiter, {}, {2, 10}, {}, nullptr}};
    const auto now = call.clock.now();
    CHECK(test::run_sync(charge(call.rules, services, now)).verdict.allowed);
    CHECK(test::run_sync(charge(call.rules, services, now)).verdict.allowed);
    const auto exceeded = test::run_sync(charge(call.rules, services, now));
    CHECK_FALSE(exceeded.verdict.allowed);
    CHECK(exceeded.scope == limit_scope::account);
    CHECK(exceeded.verdict.reset == 5s);
    const tool_services unlimited{call.finder,      call.cursors,  call.writes,
                                  call.credentials, call.receipts, call.approvals,
                                  call.audit,       call.clock,    call.log};
    CHECK(test::run_sync(charge(call.rules, unlimited, now)).verdict.allowed);
}

TEST_CASE("stripe admission: admitting a call is cheap", "[stripe]") {
    caller call{{1'000, 1}, {2'000, 1}, {}};
    const tool_services services{
        call.finder,   call.cursors,
        call.writes,   call.credentials,
        call.receipts, call.approvals,
        call.audit,    call.clock,
        call.log,      call_limits{call.limiter, {1'000, 1}, {2'000, 1}, {}, nullptr}};
    constexpr int calls = 50'000;
    int refused = 0;
    auto now = call.clock.now();
    const auto start = processor_time();
    for (int i = 0; i < calls; ++i) {
        if (i % 1'000 == 0) now += 1s;
        refused += test::run_sync(charge(call.rules, services, now)).verdict.allowed ? 0 : 1;
    }
    const auto took = processor_time() - start;
    CHECK(refused == 0);
    const auto each = took.count() / calls;
    std::cout << "admission: " << each << " ns a call\n";
    // Most of it is this test's own: not optimized, on a slow machine, under a sanitizer.
    CHECK(each < 100'000);
}

TEST_CASE("stripe admission: every page of a walk is charged", "[stripe]") {
    caller call{{}, {3, 10}, {}};
    call.api.body = R"({"object":"list","has_more":true,"data":[{"id":"ch_@","object":"charge"}]})";
    const auto out = call("list_all_stripe_charges", {{"aggregate", json::object()}});
    CHECK_FALSE(out.is_error);
    CHECK(call.api.seen == 3);
    const auto told = json::parse(out.text);
    CHECK(told["aggregate"]["complete"] == false);
    CHECK(told["aggregate"]["pages"] == 3);
    CHECK(told["notes"][0].get<std::string>().find("may make 3 calls in 10 s") !=
          std::string::npos);
    CHECK(told["next_cursor"].is_string());
    const auto next = call("list_all_stripe_charges", {{"aggregate", json::object()}});
    CHECK(json::parse(next.text)["error"]["code"] == "account_rate");
    CHECK(call.api.seen == 3);
}

TEST_CASE("stripe admission: totals carry the limits of their last page", "[stripe]") {
    caller call{{}, {3, 10}, {}};
    call.api.body = R"({"object":"list","has_more":true,"data":[{"id":"ch_@","object":"charge"}]})";
    const json totals{{"aggregate", json::object()}};
    // Ours, when Stripe says nothing: the third page took the last call.
    auto headers = headers_of(call("list_all_stripe_charges", totals));
    CHECK(headers["RateLimit"] == "\"account\";r=0;t=4");
    CHECK(headers["Retry-After"] == "4");
    // Stripe's own goes first, and stands in the result too.
    caller free{{}, {}, {}};
    free.api.body = R"({"object":"list","has_more":false,"data":[]})";
    free.api.headers = {{"ratelimit", "\"default\";r=7;t=3"}};
    const auto out = free("list_all_stripe_charges", totals);
    CHECK(headers_of(out)["RateLimit"] == "\"stripe\";r=7;t=3");
    const auto told = json::parse(out.text);
    CHECK(told["rate_limit"]["remaining"] == 7);
    CHECK(told["rate_limit"]["reset_seconds"] == 3);
    free.api.headers.clear();
    const auto without = free("list_all_stripe_charges", totals);
    CHECK(without.http_headers.empty());
    CHECK_FALSE(json::parse(without.text).contains("rate_limit"));
}

}  // namespace admission_test
