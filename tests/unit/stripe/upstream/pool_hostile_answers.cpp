// Answers that are not what a well-behaved upstream sends: no call may receive another call's.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include "base/async.hpp"
#include "tests/support/erratic_upstream.hpp"
#include "tests/support/pool_client.hpp"

namespace hostile_answers_test {

using namespace tollgate;
using namespace tollgate::stripe;
using test::answer;
using test::client;
using test::scripted_upstream;
using test::step;

TEST_CASE("pool: interim answers are skipped", "[stripe][upstream]") {
    const std::string interim =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
        "Link: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n";
    scripted_upstream server{{{{interim + answer("1")}, {answer("2")}}}};
    client c{server.port()};
    const auto first = c.send("GET", "/v1/first");
    REQUIRE(first.has_value());
    CHECK(first->status == 200);
    CHECK(first->body == "1");
    CHECK(first->header("link").empty());
    CHECK(c.send("GET", "/v1/second")->body == "2");
    CHECK(server.connections() == 1);
}

TEST_CASE("pool: 101 and too many interim answers are failures", "[stripe][upstream]") {
    std::string many;
    for (int i = 0; i < 9; ++i) many += "HTTP/1.1 102 Processing\r\n\r\n";
    scripted_upstream server{{{{"HTTP/1.1 101 Switching Protocols\r\n\r\n" + answer("1")}},
                              {{many + answer("2")}},
                              {{answer("3")}}}};
    client c{server.port()};
    CHECK(c.send("GET", "/v1/a").error().code == "outcome_unknown");
    CHECK(c.send("GET", "/v1/b").error().code == "outcome_unknown");
    CHECK(c.send("GET", "/v1/c")->body == "3");
}

TEST_CASE("pool: a connection with bytes behind its answer is not used again",
          "[stripe][upstream]") {
    scripted_upstream server{
        {{{answer("1") + answer("other")}}, {{answer("2") + "x"}}, {{answer("3")}}}};
    client c{server.port()};
    CHECK(c.send("GET", "/v1/a")->body == "1");
    CHECK(c.send("GET", "/v1/b")->body == "2");
    CHECK(c.send("GET", "/v1/c")->body == "3");
    CHECK(server.connections() == 3);
}

TEST_CASE("pool: what comes on an idle connection is never an answer", "[stripe][upstream]") {
    scripted_upstream server{
        {{{.answer = answer("1"), .unasked = answer("other")}}, {{answer("2")}}}};
    client c{server.port()};
    CHECK(c.send("GET", "/v1/a")->body == "1");
    server.wait_unasked();
    CHECK(c.send("GET", "/v1/b")->body == "2");
}

TEST_CASE("pool: an answer with the key of another write is not taken", "[stripe][upstream]") {
    scripted_upstream server{
        {{{answer("1", "Idempotency-Key: key-1\r\n")}, {answer("2", "Idempotency-Key: key-1\r\n")}},
         {{answer("3")}}}};
    client c{server.port()};
    CHECK(c.send("POST", "/v1/refunds", "", "key-1")->body == "1");
    CHECK(c.send("POST", "/v1/refunds", "", "key-2").error().code == "outcome_unknown");
    CHECK(c.send("GET", "/v1/balance")->body == "3");
}

TEST_CASE("pool: accounts have connections of their own", "[stripe][upstream]") {
    const step any{answer("{}")};
    scripted_upstream server{{{any, any}, {any, any}, {any}}};
    client c{server.port()};
    REQUIRE(c.send("GET", "/v1/first").has_value());
    c.account.id = "ia_2";
    REQUIRE(c.send("GET", "/v1/second").has_value());
    CHECK(server.connections() == 2);
    c.account.id = "ia_1";
    REQUIRE(c.send("GET", "/v1/third").has_value());
    CHECK(server.connections() == 2);
    // A key that is tried before its account exists leaves no connection behind.
    c.account.id.clear();
    REQUIRE(c.send("GET", "/v1/fourth").has_value());
    CHECK(server.connections() == 3);
}

TEST_CASE("pool: idle connections make room for other accounts", "[stripe][upstream]") {
    const step any{answer("{}")};
    scripted_upstream server{{{any}, {any}, {any}, {any}}};
    upstream_options options;
    options.connections_max = 2;
    client c{server.port(), options};
    for (const auto* id : {"ia_1", "ia_2", "ia_3"}) {
        c.account.id = id;
        REQUIRE(c.send("GET", "/v1/balance").has_value());
    }
    c.account.id = "ia_1";
    REQUIRE(c.send("GET", "/v1/balance").has_value());
    CHECK(server.connections() == 4);
}

TEST_CASE("pool: trailers are no headers", "[stripe][upstream]") {
    scripted_upstream server{{{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n"
                                "0\r\nRequest-Id: req_trailer\r\nRetry-After: 60\r\n\r\n"},
                               {answer("2")}}}};
    client c{server.port()};
    const auto got = c.send("GET", "/v1/a");
    REQUIRE(got.has_value());
    CHECK(got->body == "1");
    CHECK(got->header("request-id").empty());
    CHECK(got->header("retry-after").empty());
}

TEST_CASE("pool: what frames an answer counts against its limit", "[stripe][upstream]") {
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::string trailers = head + "0\r\n";
    std::string extensions = head;
    while (trailers.size() < 4'000'000) trailers += "A: " + std::string(4'000, 'x') + "\r\n";
    while (extensions.size() < 4'000'000)
        extensions += "1;" + std::string(4'000, 'e') + "\r\nx\r\n";
    const std::string one_extension = head + "1;" + std::string(4'000'000, 'e');
    upstream_options options;
    options.answer_bytes_max = 100'000;
    for (const auto& endless : {trailers, extensions, one_extension}) {
        scripted_upstream server{{{{endless}}, {{answer("2")}}}};
        client c{server.port(), options};
        CHECK(c.send("GET", "/v1/a").error().code == "answer_too_large");
        CHECK(c.send("GET", "/v1/b")->body == "2");
    }
}

TEST_CASE("pool: an answer that trickles ends at the deadline", "[stripe][upstream]") {
    step slow{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"};
    slow.trickle = "1\r\nx\r\n";
    scripted_upstream server{{{slow}}};
    client c{server.port()};
    const auto start = std::chrono::steady_clock::now();
    const auto got = c.send("GET", "/v1/a", "", "", std::chrono::milliseconds{300});
    CHECK(got.error().kind == base::errc::deadline_exceeded);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{2});
}

namespace {

struct tally {
    std::size_t begun = 0;
    std::size_t answered = 0;
    std::size_t of_another_team = 0;
    std::size_t of_another_call = 0;  // of the same team, and nobody's unasked answer
};

// Calls of one team, one after the other, until `total` have begun.
base::awaitable<> call_on(upstream& api, const tenancy::account_access& account, std::size_t total,
                          tally& counts) {
    const std::string key{account.credential.reveal()};
    while (counts.begun < total) {
        const std::string target = "/v1/call/" + std::to_string(counts.begun++);
        upstream_request request{
            .method = "GET",
            .target = target,
            .body = {},
            .idempotency_key = {},
            .access = account,
            .default_version = "2026-10-28.endive",
            .deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10}};
        const auto got = co_await api.send(std::move(request));
        if (!got) continue;
        ++counts.answered;
        if (!got->body.starts_with(key + " ")) {
            ++counts.of_another_team;
        } else if (got->body != key + " " + target && got->body != key + " unasked") {
            ++counts.of_another_call;
        }
    }
}

// `total` calls of three teams, twelve at a time.
tally call_erratic(test::erratic_upstream& server, std::size_t total) {
    client c{server.port()};
    std::array<tenancy::account_access, 3> accounts;
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        accounts[i].id = "ia_" + std::to_string(i);
        accounts[i].team_id = "team_" + std::to_string(i);
        accounts[i].credential = base::secret{"rk_team_" + std::to_string(i)};
    }
    tally counts;
    std::size_t running = 0;
    for (std::size_t i = 0; i < 12; ++i) {
        ++running;
        boost::asio::co_spawn(c.io, call_on(*c.api, accounts[i % 3], total, counts),
                              [&](const std::exception_ptr& error) {
                                  --running;
                                  if (error) std::rethrow_exception(error);
                              });
    }
    while (running > 0) c.io.run_one();
    return counts;
}

}  // namespace

TEST_CASE("pool: no call gets another call's answer from an erratic upstream",
          "[stripe][upstream]") {
    test::erratic_upstream server{12, false};
    const tally counts = call_erratic(server, 50'000);
    CHECK(counts.answered > 25'000);
    CHECK(counts.of_another_team == 0);
    CHECK(counts.of_another_call == 0);
    // Connections were used again in between.
    CHECK(server.connections() < 40'000);
}

// What comes between the last look and the request cannot be told from the request's answer
// (RFC 9112 has no mark for it), so that a team may read what its own connection was sent unasked.
TEST_CASE("pool: no team gets another team's answer, whatever comes unasked and when",
          "[stripe][upstream]") {
    test::erratic_upstream server{7, true};
    const tally counts = call_erratic(server, 50'000);
    CHECK(counts.answered > 25'000);
    CHECK(counts.of_another_team == 0);
    CHECK(server.connections() < 40'000);
}

}  // namespace hostile_answers_test
