#include "stripe/upstream/pool.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include <catch2/catch.hpp>

#include <deque>

#include "tests/support/pool_client.hpp"

namespace pool_test {

using namespace tollgate;
using namespace tollgate::stripe;
using test::answer;
using test::client;
using test::scripted_upstream;
using test::step;

namespace {

// A GET that runs beside others.
struct begun {
    explicit begun(client& of, std::string target = "/v1/balance", bool yields = false) {
        upstream_request request{
            .method = "GET",
            .target = std::move(target),
            .body = {},
            .idempotency_key = {},
            .access = of.account,
            .default_version = "2026-10-28.endive",
            .deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5},
            .yields = yields};
        boost::asio::co_spawn(
            of.io, of.api->send(std::move(request)),
            boost::asio::bind_cancellation_slot(
                stop.slot(), [this](std::exception_ptr error, base::result<upstream_response> r) {
                    done = true;
                    good = !error && r.has_value();
                }));
    }
    begun(const begun&) = delete;
    begun& operator=(const begun&) = delete;
    boost::asio::cancellation_signal stop;
    bool done = false;
    bool good = false;
};

}  // namespace

TEST_CASE("pool: one connection serves call after call", "[stripe][upstream]") {
    scripted_upstream server{{{{answer("{\"a\":1}")}, {answer("{\"a\":2}")}}}};
    client c{server.port()};
    const auto first = c.send("GET", "/v1/balance");
    const auto second = c.send("POST", "/v1/customers", "name=A", "key-1");
    REQUIRE(first.has_value());
    REQUIRE(second.has_value());
    CHECK(first->body == "{\"a\":1}");
    CHECK(first->header("request-id") == "req_9");
    CHECK(second->body == "{\"a\":2}");
    CHECK(server.connections() == 1);
}

TEST_CASE("pool: the request carries key, version, account and idempotency key",
          "[stripe][upstream]") {
    scripted_upstream server{{{{answer("{}")}, {answer("{}")}}}};
    client c{server.port()};
    c.account.stripe_account = "acct_7";
    REQUIRE(c.send("POST", "/v1/refunds", "charge=ch_1", "key-1").has_value());
    c.account.stripe_version = "2020-08-27";
    REQUIRE(c.send("GET", "/v1/balance").has_value());
    const auto seen = server.requests();
    CHECK(seen[0] ==
          "POST /v1/refunds HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
              "\r\nAuthorization: Bearer rk_test_key\r\nStripe-Version: 2026-10-28.endive\r\n"
              "Stripe-Account: acct_7\r\nIdempotency-Key: key-1\r\nUser-Agent: tollgate\r\n"
              "Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n"
              "Content-Length: 11\r\n\r\ncharge=ch_1");
    CHECK(seen[1].find("Stripe-Version: 2020-08-27\r\n") != std::string::npos);
    CHECK(seen[1].find("Idempotency-Key") == std::string::npos);
    CHECK(seen[1].find("Content-Length") == std::string::npos);
}

TEST_CASE("pool: v2 and uploads have headers of their own", "[stripe][upstream]") {
    scripted_upstream server{{{{answer("{}")}, {answer("{}")}, {answer("{}")}}}};
    client c{server.port()};
    c.account.stripe_account = "acct_7";
    REQUIRE(c.send_with("/v2/core/accounts", "{}", "application/json").has_value());
    REQUIRE(c.send_with("/v1/files", "--b--", "multipart/form-data; boundary=b").has_value());
    c.acting_for = "acct_8";
    REQUIRE(c.send("GET", "/v1/balance").has_value());
    const auto seen = server.requests();
    CHECK(seen[0].find("\r\nContent-Type: application/json\r\n") != std::string::npos);
    CHECK(seen[0].find("\r\nStripe-Context: acct_7\r\n") != std::string::npos);
    CHECK(seen[0].find("Stripe-Account") == std::string::npos);
    CHECK(seen[1].find("\r\nContent-Type: multipart/form-data; boundary=b\r\n") !=
          std::string::npos);
    CHECK(seen[1].find("\r\nStripe-Account: acct_7\r\n") != std::string::npos);
    // The account a call names comes instead of the configured one.
    CHECK(seen[2].find("\r\nStripe-Account: acct_8\r\n") != std::string::npos);
    CHECK(seen[2].find("acct_7") == std::string::npos);
}

TEST_CASE("pool: files have a host of their own, pinned like the other", "[stripe][upstream]") {
    const auto stripe = *parse_api_base("https://api.stripe.com");
    const auto files = files_options(stripe);
    CHECK(files.host == "files.stripe.com");
    CHECK(files.tls);
    CHECK(files.port == "443");
    CHECK(files.is_stripe());
    // Any other upstream answers for both.
    CHECK(files_options(*parse_api_base("http://127.0.0.1:99")).host == "127.0.0.1");
    for (const auto* elsewhere : {"http://files.stripe.com", "https://files.stripe.com.example",
                                  "https://evilfiles.stripe.com", "https://connect.stripe.com"})
        CHECK_FALSE(files_options(*parse_api_base(elsewhere)).is_stripe());
}

TEST_CASE("pool: a stale connection is replaced once, with the same key", "[stripe][upstream]") {
    scripted_upstream server{
        {{{answer("{}")}, {"", true}}, {{answer("{\"ok\":true}")}, {answer("{}")}}}};
    client c{server.port()};
    REQUIRE(c.send("GET", "/v1/balance").has_value());
    const auto again = c.send("POST", "/v1/refunds", "charge=ch_1", "key-1");
    REQUIRE(again.has_value());
    CHECK(again->body == "{\"ok\":true}");
    CHECK(again->sent_twice);
    CHECK_FALSE(c.send("GET", "/v1/balance")->sent_twice);
    const auto seen = server.requests();
    REQUIRE(seen.size() == 4);
    CHECK(seen[1] == seen[2]);
}

TEST_CASE("pool: a write on a stale connection is not called unsent when no other is to be had",
          "[stripe][upstream]") {
    scripted_upstream server{{{{answer("{}")}, {"", true}}}, 1};
    client c{server.port()};
    REQUIRE(c.send("GET", "/v1/balance").has_value());
    const auto lost = c.send("POST", "/v1/refunds", "charge=ch_1", "key-1");
    REQUIRE(lost.has_error());
    CHECK(lost.error().code == "outcome_unknown");
    CHECK(c.send("POST", "/v1/refunds", "charge=ch_1", "key-1").error().code == "not_sent");
}

TEST_CASE("pool: a stale connection is not replaced for a DELETE, nor twice",
          "[stripe][upstream]") {
    scripted_upstream server{
        {{{answer("{}")}, {"", true}}, {{answer("{}")}, {"", true}}, {{"", true}}}};
    client c{server.port()};
    REQUIRE(c.send("GET", "/v1/balance").has_value());
    const auto deleted = c.send("DELETE", "/v1/customers/cus_1");
    REQUIRE(deleted.has_error());
    CHECK(deleted.error().code == "outcome_unknown");
    REQUIRE(c.send("GET", "/v1/balance").has_value());
    const auto twice = c.send("GET", "/v1/balance");
    REQUIRE(twice.has_error());
    CHECK(server.requests().size() == 5);
}

TEST_CASE("pool: a first connection that fails after sending is not repeated",
          "[stripe][upstream]") {
    scripted_upstream server{{{{"", true}}, {{answer("{}")}}}};
    client c{server.port()};
    const auto got = c.send("POST", "/v1/refunds", "charge=ch_1", "key-1");
    REQUIRE(got.has_error());
    CHECK(got.error().code == "outcome_unknown");
    CHECK(server.requests().size() == 1);
}

TEST_CASE("pool: half an answer and junk are failures, not answers", "[stripe][upstream]") {
    scripted_upstream server{
        {{{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\"", false, true}},
         {{"SMTP ready\r\n\r\n", false, true}}}};
    client c{server.port()};
    CHECK(c.send("GET", "/v1/balance").error().code == "outcome_unknown");
    CHECK(c.send("GET", "/v1/balance").error().code == "outcome_unknown");
}

TEST_CASE("pool: nobody there is not_sent, and says so at once", "[stripe][upstream]") {
    unsigned short port = 0;
    {
        scripted_upstream gone{{}};
        port = gone.port();
    }
    client c{port};
    const auto got = c.send("GET", "/v1/balance");
    REQUIRE(got.has_error());
    CHECK(got.error().code == "not_sent");
    CHECK(got.error().kind == base::errc::unavailable);
}

TEST_CASE("pool: a late answer is a deadline, and the connection is not used again",
          "[stripe][upstream]") {
    scripted_upstream server{{{{answer("{}"), false, false, std::chrono::milliseconds{600}}},
                              {{answer("{\"new\":1}")}}}};
    client c{server.port()};
    const auto late = c.send("GET", "/v1/balance", "", "", std::chrono::milliseconds{150});
    REQUIRE(late.has_error());
    CHECK(late.error().kind == base::errc::deadline_exceeded);
    CHECK(late.error().code == "outcome_unknown");
    const auto next = c.send("GET", "/v1/balance");
    REQUIRE(next.has_value());
    CHECK(next->body == "{\"new\":1}");
}

TEST_CASE("pool: a call that is cancelled gives up its place, or its connection",
          "[stripe][upstream]") {
    scripted_upstream server{{{{answer("{}"), false, false, std::chrono::milliseconds{400}}},
                              {{answer("{\"new\":1}")}}}};
    upstream_options options;
    options.connections_max = 1;
    client c{server.port(), options};
    begun sent{c};
    begun waiting{c};
    begun last{c};
    while (server.requests().empty()) c.io.run_for(std::chrono::milliseconds{5});
    waiting.stop.emit(boost::asio::cancellation_type::terminal);
    while (!waiting.done) c.io.run_one();
    CHECK_FALSE(sent.done);
    sent.stop.emit(boost::asio::cancellation_type::terminal);
    while (!last.done) c.io.run_one();
    CHECK(sent.done);
    CHECK_FALSE(sent.good);
    CHECK_FALSE(waiting.good);
    CHECK(last.good);
    CHECK(server.requests().size() == 2);
    CHECK(server.connections() == 2);
}

TEST_CASE("pool: pages of totals let other calls go first", "[stripe][upstream]") {
    const step soon{answer("{}"), false, false, std::chrono::milliseconds{20}};
    scripted_upstream server{{{soon, soon, soon, soon}}};
    upstream_options options;
    options.connections_max = 1;
    client c{server.port(), options};
    begun first{c, "/v1/first"};
    begun page{c, "/v1/page", true};
    begun other_page{c, "/v1/other_page", true};
    begun call{c, "/v1/call"};
    while (!other_page.done) c.io.run_one();
    const auto asked = server.requests();
    REQUIRE(asked.size() == 4);
    CHECK(asked[1].starts_with("GET /v1/call "));
    CHECK(asked[2].starts_with("GET /v1/page "));
}

TEST_CASE("pool: pages of totals never hold every connection", "[stripe][upstream]") {
    const step late{answer("{}"), false, false, std::chrono::milliseconds{150}};
    scripted_upstream server{{{late, late, late, late}, {{answer("{}")}, late, late}}};
    upstream_options options;
    options.connections_max = 4;
    client c{server.port(), options};
    std::deque<begun> pages;
    for (int i = 0; i < 4; ++i) pages.emplace_back(c, "/v1/page", true);
    while (server.requests().empty()) c.io.run_for(std::chrono::milliseconds{5});
    begun call{c, "/v1/call"};
    while (!call.done) c.io.run_one();
    CHECK(call.good);
    CHECK_FALSE(pages[0].done);
    CHECK_FALSE(pages[3].done);
    while (!pages[3].done) c.io.run_one();
    CHECK(pages[3].good);
}

TEST_CASE("pool: redirects are answers, chunked bodies are read, too large ones are refused",
          "[stripe][upstream]") {
    upstream_options options;
    options.answer_bytes_max = 1000;
    scripted_upstream server{
        {{{"HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\nContent-Length: 0\r\n\r\n"},
          {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"},
          {answer(std::string(1001, 'x'))}}}};
    client c{server.port(), options};
    CHECK(c.send("GET", "/v1/a")->status == 302);
    CHECK(c.send("GET", "/v1/b")->body == "abcde");
    CHECK(c.send("GET", "/v1/c").error().code == "answer_too_large");
    CHECK(server.requests().size() == 3);
}

TEST_CASE("pool: a live key never goes to another host", "[stripe][upstream]") {
    scripted_upstream server{{{{answer("{}")}}}};
    client c{server.port()};
    c.account.mode = tenancy::account_mode::live;
    const auto got = c.send("GET", "/v1/balance");
    REQUIRE(got.has_error());
    CHECK(got.error().code == "live_key_refused");
    CHECK(server.connections() == 0);
}

TEST_CASE("pool: API bases are split, odd ones refused", "[stripe][upstream]") {
    const auto real = parse_api_base("https://api.stripe.com");
    REQUIRE(real.has_value());
    CHECK(real->is_stripe());
    CHECK(real->port == "443");
    const auto v6 = parse_api_base("http://[::1]:99");
    REQUIRE(v6.has_value());
    CHECK(v6->host == "::1");
    CHECK(v6->port == "99");
    for (const auto* bad :
         {"api.stripe.com", "https://", "https://a/b", "https://a:x", "ftp://a",
          "https://api.stripe.com@evil.example", "https://a?b", "https://a#b", "https://a:0",
          "https://a:70000", "https://a:1:2", "https://%61", "https://a/", "https://[::1"})
        CHECK(parse_api_base(bad).has_error());
}

}  // namespace pool_test
