// The upstream pool under test, driven call by call.
#pragma once
#include <boost/asio/co_spawn.hpp>

#include <memory>
#include <string>

#include "scripted_upstream.hpp"
#include "stripe/upstream/pool.hpp"
#include "tests/support/drained_loop.hpp"

namespace tollgate::test {

using namespace tollgate::stripe;

// A whole answer with `body`, and `more` as header lines.
inline std::string answer(const std::string& body, const std::string& more = "") {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nRequest-Id: req_9\r\n" + more +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// Calls an upstream on a loopback port over a pool of its own, as account ia_1 of team_1.
struct client {
    explicit client(unsigned short port, upstream_options options = {}) {
        options.host = "127.0.0.1";
        options.port = std::to_string(port);
        options.tls = false;
        api = make_upstream_pool(io.get_executor(), deadlines, nullptr, options, log);
        account.id = "ia_1";
        account.team_id = "team_1";
        account.credential = base::secret{"rk_test_key"};
    }
    base::result<upstream_response> send(std::string_view method, std::string target,
                                         std::string body = "", std::string key = "",
                                         std::chrono::milliseconds timeout = std::chrono::seconds{
                                             5}) {
        return run({.method = method,
                    .target = std::move(target),
                    .body = std::move(body),
                    .idempotency_key = std::move(key),
                    .access = account,
                    .default_version = "2026-10-28.endive",
                    .deadline = std::chrono::steady_clock::now() + timeout,
                    .connected_account = acting_for});
    }
    base::result<upstream_response> send_with(std::string target, std::string body,
                                              std::string content_type) {
        return run({.method = "POST",
                    .target = std::move(target),
                    .body = std::move(body),
                    .idempotency_key = {},
                    .access = account,
                    .default_version = "2026-10-28.endive",
                    .deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5},
                    .content_type = std::move(content_type)});
    }
    base::result<upstream_response> run(upstream_request request) {
        base::result<upstream_response> out = base::fail(base::errc::internal, "none", "none");
        std::exception_ptr error;
        bool done = false;
        boost::asio::co_spawn(io, api->send(std::move(request)),
                              [&](std::exception_ptr e, base::result<upstream_response> r) {
                                  done = true;
                                  error = e;
                                  if (!e) out = std::move(r);
                              });
        // Idle connections keep the loop alive, so it is driven only until the answer is there.
        while (!done) io.run_one();
        if (error) std::rethrow_exception(error);
        return out;
    }

    drained_loop io;
    base::deadline_set deadlines{io.get_executor(), std::chrono::milliseconds{20}};
    base::null_logger log;
    tenancy::account_access account;
    std::string acting_for;
    std::unique_ptr<upstream> api;
};

}  // namespace tollgate::test
