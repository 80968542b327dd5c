// Responses whose body is produced while it is sent.
#include "base/body_source.hpp"

#include <catch2/catch.hpp>

#include "eventually.hpp"
#include "raw_client.hpp"
#include "served.hpp"

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
    base::awaitable<base::result<std::string>> next() override {
        if (given_ < parts_) {
            ++given_;
            co_return std::string(bytes_, 'p');
        }
        if (fails_) co_return base::fail(base::errc::unavailable, "away", "the store is away");
        co_return std::string{};
    }

private:
    const int parts_;
    const std::size_t bytes_;
    const bool fails_;
    std::atomic<int>& given_;
};

class source_handler final : public server::request_handler {
public:
    base::awaitable<base::http_response> handle(base::http_request& request,
                                                const server::connection_facts&) override {
        base::http_response out;
        out.content_type = "text/plain";
        out.body = "first";
        const bool large = request.path == "/large";
        if (request.path != "/plain")
            out.source = std::make_shared<counted_source>(large ? 1000 : 2, large ? 1'000'000 : 17,
                                                          request.path == "/fails", given);
        co_return out;
    }
    base::http_response unreadable(unsigned status, std::string_view why) override {
        return server::problem(status, "unreadable_request", why);
    }
    std::atomic<int> given{0};
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
