// Responses whose body is produced while it is sent.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <catch2/catch.hpp>

#include "base/body_source.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/unit/server/served.hpp"

namespace body_source_test {

using namespace tollgate;
using test::eventually;
using test::raw_client;

namespace {

// Gives `parts` parts of `bytes` bytes; then fails, or ends.
class counted_source final : public base::body_source {
public:
    counted_source(int parts, std::size_t bytes, bool fails, std::atomic<int>& given)
        : parts_(parts), bytes_(bytes), fails_(fails), given_(given) {}
    base::awaitable<base::result<std::optional<std::string>>> next() override {
        if (given_ < parts_) {
            ++given_;
            co_return std::string(bytes_, 'p');
        }
        if (fails_) co_return base::fail(base::errc::unavailable, "away", "the store is away");
        co_return std::nullopt;
    }

private:
    const int parts_;
    const std::size_t bytes_;
    const bool fails_;
    std::atomic<int>& given_;
};

// Finds nothing for `empty` parts, with pauses, and then ends.
class searching_source final : public base::body_source {
public:
    searching_source(int empty, std::atomic<int>& given, std::atomic<bool>& gone)
        : empty_(empty), given_(given), gone_(gone) {}
    ~searching_source() override { gone_ = true; }
    base::awaitable<base::result<std::optional<std::string>>> next() override {
        const auto executor = co_await boost::asio::this_coro::executor;
        boost::asio::steady_timer pause{executor};
        pause.expires_after(std::chrono::milliseconds{1});
        co_await pause.async_wait(boost::asio::use_awaitable);
        if (given_++ < empty_) co_return std::string{};
        co_return std::nullopt;
    }

private:
    const int empty_;
    std::atomic<int>& given_;
    std::atomic<bool>& gone_;
};

class source_handler final : public server::request_handler {
public:
    base::awaitable<base::http_response> handle(base::http_request& request,
                                                const server::connection_facts&) override {
        base::http_response out;
        out.content_type = "text/plain";
        out.body = "first";
        const bool large = request.path == "/large";
        if (request.path == "/search" || request.path == "/endless") {
            out.body.clear();
            out.source = std::make_shared<searching_source>(
                request.path == "/search" ? 3 : 1'000'000, given, gone);
        } else if (request.path != "/plain")
            out.source = std::make_shared<counted_source>(large ? 1000 : 2, large ? 1'000'000 : 17,
                                                          request.path == "/fails", given);
        co_return out;
    }
    base::http_response unreadable(unsigned status, std::string_view why) override {
        return server::problem(status, "unreadable_request", why);
    }
    std::atomic<int> given{0};
    std::atomic<bool> gone{false};
};

std::string get(const std::string& path, const std::string& version = "1.1") {
    return "GET " + path + " HTTP/" + version + "\r\nHost: a\r\n\r\n";
}

const std::string part(17, 'p');
const std::string chunks = "5\r\nfirst\r\n11\r\n" + part + "\r\n11\r\n" + part + "\r\n";

}  // namespace

TEST_CASE("body source: the parts are chunks, and the connection goes on", "[server]") {
    server::test::served_by<source_handler> s;
    raw_client client{s.port()};
    client.send(get("/"));
    const std::string head = client.read_until("\r\n\r\n");
    CHECK(head.find("Transfer-Encoding: chunked") != std::string::npos);
    CHECK(head.find("Content-Length") == std::string::npos);
    CHECK(client.read_until("0\r\n\r\n") == chunks + "0\r\n\r\n");
    CHECK(client.ask(get("/plain")).body == "first");
}

TEST_CASE("body source: HTTP/1.0 gets the parts up to the end of the connection", "[server]") {
    server::test::served_by<source_handler> s;
    raw_client client{s.port()};
    client.send(get("/", "1.0"));
    const std::string head = client.read_until("\r\n\r\n");
    CHECK(head.find("Connection: close") != std::string::npos);
    CHECK(head.find("chunked") == std::string::npos);
    CHECK(client.read_until("never") == "first" + part + part);
}

TEST_CASE("body source: an empty part does not end the body", "[server]") {
    server::test::served_by<source_handler> s;
    raw_client client{s.port()};
    client.send(get("/search"));
    client.read_until("\r\n\r\n");
    CHECK(client.read_until("0\r\n\r\n") == "0\r\n\r\n");
    CHECK(s.handler.given == 4);
    CHECK(client.ask(get("/plain")).body == "first");
}

TEST_CASE("body source: a client that leaves ends a source that finds nothing", "[server]") {
    server::test::served_by<source_handler> s;
    {
        raw_client client{s.port()};
        client.send(get("/endless"));
        client.read_until("\r\n\r\n");
        CHECK(eventually([&] { return s.handler.given > 5; }));
        CHECK_FALSE(s.handler.gone);
    }
    CHECK(eventually([&] { return s.handler.gone.load(); }));
    CHECK(s.handler.given < 100'000);
}

TEST_CASE("body source: a body that fails is cut off, not ended", "[server]") {
    server::test::served_by<source_handler> s;
    raw_client client{s.port()};
    client.send(get("/fails"));
    client.read_until("\r\n\r\n");
    CHECK(client.read_until("never") == chunks);
    CHECK(client.closed());
}

TEST_CASE("body source: a client that does not read stops the source", "[server]") {
    server::connection_options options;
    options.write = std::chrono::milliseconds{500};
    server::test::served_by<source_handler> s{options};
    raw_client client{s.port()};
    client.send(get("/large"));
    CHECK(eventually([&] { return s.open() == 0; }));
    CHECK(s.handler.given < 100);  // of a thousand
}

}  // namespace body_source_test
