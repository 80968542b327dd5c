#include <catch2/catch.hpp>

#include <chrono>

#include "tests/support/eventually.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/unit/server/served.hpp"

namespace connection_test {

using namespace tollgate;
using server::test::served;
using test::eventually;
using test::raw_client;

namespace {

std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

// Ways in which the same bytes may arrive. Each piece is a segment of its own.
void whole(served&, raw_client& client, std::string_view text) {
    client.send(text);
}
void by_line(served& s, raw_client& client, std::string_view text) {
    while (!text.empty()) {
        const auto line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
        client.send(line);
        text.remove_prefix(line.size());
        // The loop looks for what has arrived between one and the other.
        for (int turn = 0; turn < 2; ++turn) s.on_loop([] {});
    }
}
void by_byte(served&, raw_client& client, std::string_view text) {
    for (const char c : text) client.send({&c, 1});
}

// Requests that are refused, and the status each gets.
std::vector<std::pair<std::string, unsigned>> refused_requests() {
    std::string fields;
    for (int i = 0; i < 70; ++i) fields += "x-" + std::to_string(i) + ": 1\r\n";
    const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
    return {
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nx: 1\r\n 2\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nx: 1\r\n\t2\r\n\r\n", 400},
        {post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
        {post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501},
        {post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc", 400},
        {post + "Content-Length: 1, 1\r\n\r\na", 400},
        {post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400},
        {post + "Content-Length: +1\r\n\r\na", 400},
        {post + "Content-Length: 1001\r\n\r\n", 413},
        {post + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') +
             "\r\n0\r\n\r\n",
         413},
        {post + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(300, 'e') +
             "\r\na\r\n0\r\n\r\n",
         400},
        {"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n", 431},
        {"GET / HTTP/1.1\r\nHost: a\r\nx: " + std::string(5000, 'y') + "\r\n\r\n", 431},
        {"GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\n\r\n1;a=\"\n\"\r\nx\r\n0\r\n\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\n\r\n0;a=\"\x01\"\r\n\r\n", 400},
        {post + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 3\r\n\r\nabc", 400},
        {post + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + fields + "\r\n", 431},
        {post + "Transfer-Encoding: chunked\r\n\r\n0\r\nx: " + std::string(5000, 'y') + "\r\n\r\n",
         431},
        {post + "Authorization: a\r\nAuthorization: b\r\n\r\n", 400},
        {post + "Content-Type: a/b\r\ncontent-type: a/b\r\n\r\n", 400},
        {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
        {"GET / HTTP/1.1\nHost: a\n\n", 400},
        {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15), 400},
        {"\r\n\r\n", 400}};
}

}  // namespace

TEST_CASE("connection: keep-alive and pipelined requests are answered in order",
          "[server][connection]") {
    served s;
    raw_client client{s.port()};
    client.send(get("/1") + get("/2") +
                "POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + get("/4"));
    CHECK(client.read().body == "GET /1 ");
    CHECK(client.read().body == "GET /2 ");
    CHECK(client.read().body == "POST /3 hello");
    CHECK(client.read().body == "GET /4 ");
    CHECK(client.ask(get("/5")).body == "GET /5 ");
}

TEST_CASE("connection: a request may come a byte at a time, and chunked", "[server][connection]") {
    served s;
    raw_client client{s.port()};
    const std::string text =
        "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    for (const char c : text) client.send({&c, 1});
    CHECK(client.read().body == "POST /c abcde");
}

TEST_CASE("connection: Expect: 100-continue is answered before the body", "[server][connection]") {
    served s;
    raw_client client{s.port()};
    client.send("POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    CHECK(client.read().status == 100);
    CHECK(client.ask("ok").body == "POST /e ok");
}

TEST_CASE("connection: HTTP/1.0 and Connection: close end the connection", "[server][connection]") {
    served s;
    for (const auto* text :
         {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"}) {
        raw_client client{s.port()};
        CHECK(client.ask(text).status == 200);
        CHECK(client.closed());
    }
}

TEST_CASE("connection: what Beast lets pass is refused, and the server goes on",
          "[server][connection]") {
    server::connection_options options;
    options.header_bytes = 4096;
    options.body_bytes = 1000;
    served s{options};
    const auto cases = refused_requests();
    for (const auto deliver : {whole, by_line, by_byte}) {
        for (const auto& [text, status] : cases) {
            INFO(text.substr(0, 120));
            raw_client client{s.port()};
            deliver(s, client, text);
            const auto in = client.read();
            CHECK(in.status == status);
            CHECK(client.closed());
        }
    }
    CHECK(s.handler.answered == 0);
    raw_client client{s.port()};
    CHECK(client.ask(get("/")).status == 200);
}

TEST_CASE("connection: slow headers and bodies get 408, idle connections are closed",
          "[server][connection]") {
    server::connection_options options;
    options.header = std::chrono::milliseconds{200};
    options.body = std::chrono::milliseconds{200};
    options.idle = std::chrono::milliseconds{200};
    served s{options};
    raw_client header{s.port()};
    CHECK(header.ask("GET / HTTP/1.1\r\nHo").status == 408);
    raw_client body{s.port()};
    CHECK(body.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc").status == 408);
    raw_client idle{s.port()};
    CHECK(idle.closed());
}

TEST_CASE("connection: a client that does not read is cut off", "[server][connection]") {
    server::connection_options options;
    options.write = std::chrono::milliseconds{200};
    options.body_bytes = 64 * 1024 * 1024;
    served s{options};
    const std::string big(40 * 1024 * 1024, 'x');
    raw_client client{s.port()};
    client.send("POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(big.size()) +
                "\r\n\r\n");
    client.send(big);
    CHECK(eventually([&] { return s.open() == 0; }));
    CHECK(client.read().body.size() < big.size());
    raw_client other{s.port()};
    CHECK(other.ask(get("/")).status == 200);
}

TEST_CASE("connection: over the limit a client receives 503 with Retry-After",
          "[server][connection]") {
    served s{{}, 2};
    raw_client a{s.port()};
    raw_client b{s.port()};
    CHECK(a.ask(get("/")).status == 200);
    CHECK(b.ask(get("/")).status == 200);
    raw_client c{s.port()};
    const auto in = c.ask(get("/"));
    CHECK(in.status == 503);
    CHECK(in.head.find("Retry-After: ") != std::string::npos);
    CHECK(a.ask(get("/")).status == 200);
}

TEST_CASE("connection: a drain finishes what runs and closes what idles", "[server][connection]") {
    served s;
    raw_client idle{s.port()};
    CHECK(idle.ask(get("/")).status == 200);
    raw_client busy{s.port()};
    busy.send(get("/slow"));
    REQUIRE(eventually([&] { return s.handler.waiting == 1; }));
    s.drain();
    CHECK(idle.closed());
    s.handler.released = true;
    const auto in = busy.read();
    CHECK(in.status == 200);
    CHECK(in.head.find("Connection: close") != std::string::npos);
    CHECK(busy.closed());
}

TEST_CASE("connection: a loop that is cut takes idle and busy connections down with it",
          "[server][connection]") {
    served s;
    raw_client idle{s.port()};
    CHECK(idle.ask(get("/1")).status == 200);
    raw_client busy{s.port()};
    busy.send(get("/slow"));
    REQUIRE(eventually([&] { return s.handler.waiting == 1; }));
    CHECK(s.open() == 2);
    s.cut();
    CHECK(s.open() == 0);  // while the handler and the loop still live
    CHECK(idle.closed());
    CHECK(busy.closed());
}

TEST_CASE("connection: those over the limit read a 503, and those far over it nothing",
          "[server][connection]") {
    constexpr std::size_t limit = 1;
    constexpr std::size_t refusals = 2;
    served s{{}, limit, refusals};
    raw_client first{s.port()};
    REQUIRE(first.ask(get("/1")).status == 200);
    {
        raw_client second{s.port()};
        raw_client third{s.port()};
        raw_client fourth{s.port()};
        CHECK(second.read().status == 503);
        CHECK(third.read().status == 503);
        CHECK(fourth.read().status == 0);
    }
    REQUIRE(eventually([&] { return s.open() == limit; }));
    raw_client later{s.port()};
    CHECK(later.read().status == 503);
    CHECK(first.ask(get("/2")).status == 200);
}

TEST_CASE("connection: a Host that is none is refused", "[server][connection]") {
    served s;
    for (const auto* host :
         {"127.0.0.1:1@evil.example", "a/b", "a?b", "a#b", "\"a\"", "a:x", "a:65536", "[::1",
          "[::1]x", "[::1]:", "[1.2.3.4]", "[fe80::1%25eth0]", "a b", "a,b", "a:1:2", ":80"}) {
        INFO(host);
        raw_client client{s.port()};
        const std::string text = "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
        const bool fine = std::string_view(host) == "[::1]:";  // an empty port is allowed
        CHECK(client.ask(text).status == (fine ? 200 : 400));
    }
    for (const auto* host :
         {"a", "a.example:80", "127.0.0.1:65535", "[::1]:80", "tollgate_admin"}) {
        INFO(host);
        raw_client client{s.port()};
        CHECK(client.ask("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n").status ==
              200);
    }
}

TEST_CASE("connection: the absolute form of a target is its path, and its authority the Host",
          "[server][connection]") {
    served s;
    raw_client client{s.port()};
    CHECK(client.ask("GET http://b:80/x?y HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET /x?y ");
    CHECK(s.handler.last_host == "b:80");
    CHECK(client.ask("GET HTTPS://c HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET / ");
    CHECK(s.handler.last_host == "c");
    CHECK(client.ask(get("/")).status == 200);
    CHECK(s.handler.last_host == "a");
}

TEST_CASE("connection: trailers are no headers and do not end the connection",
          "[server][connection]") {
    served s;
    raw_client client{s.port()};
    const auto in = client.ask(
        "POST /t HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
        "Authorization: Bearer t\r\nHost: evil\r\nConnection: close\r\nX-Forwarded-For: 1.2.3.4\r\n"
        "\r\n");
    CHECK(in.body == "POST /t ok");
    CHECK(s.handler.last_headers == 2);
    CHECK(s.handler.last_host == "a");
    CHECK(client.ask(get("/next")).body == "GET /next ");
}

}  // namespace connection_test
