// What the bridge `stdio` reads and writes: events, messages, lines.
#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <thread>
#include <unistd.h>

#include "server/cli/clients/line_pipe.hpp"
#include "server/cli/clients/message.hpp"
#include "server/cli/clients/sse_reader.hpp"

namespace stdio_tests {

using namespace tollgate::server::clients;

std::vector<std::string> data_of(const std::string& stream, std::size_t piece) {
    sse_reader reader{1024};
    std::vector<std::string> out;
    for (std::size_t at = 0; at < stream.size(); at += piece)
        for (auto& event : reader.feed(std::string_view{stream}.substr(at, piece)))
            out.push_back(event.data);
    return out;
}

TEST_CASE("stdio: events are read from pieces of any size, with any line end", "[server][stdio]") {
    const std::string stream =
        ": comment\nevent: message\ndata: {\"a\":1}\n\ndata:x\r\ndata: y\r\n\r\nid: 7\rdata: z\r\r"
        "data: unfinished";
    for (std::size_t piece = 1; piece <= stream.size(); ++piece)
        CHECK(data_of(stream, piece) == std::vector<std::string>{"{\"a\":1}", "x\ny", "z"});
}

TEST_CASE("stdio: a stream's id and pause are remembered", "[server][stdio]") {
    sse_reader reader{1024};
    CHECK(reader.feed("id: 1\nretry: 250\n\nid: 2\ndata: a\n").empty());
    CHECK(reader.last_id() == "1");
    CHECK(reader.retry_ms() == 250);
    CHECK(reader.feed("\nretry: soon\n").size() == 1);
    CHECK(reader.last_id() == "2");
    CHECK(reader.retry_ms() == 250);
}

TEST_CASE("stdio: an event beyond its limit ends the reading", "[server][stdio]") {
    sse_reader reader{16};
    CHECK(reader.feed("data: " + std::string(40, 'x')).empty());
    CHECK(reader.failed());
    CHECK(reader.feed("\n\ndata: a\n\n").empty());
}

TEST_CASE("stdio: a message says what a bridge needs", "[server][stdio]") {
    const auto call = read_message(
        R"({"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"é","_meta":)"
        R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})");
    REQUIRE(call.has_value());
    CHECK(call->kind == message_kind::request);
    CHECK(call->id == "\"a\"");
    CHECK(call->stateless());
    const auto headers = mirror_headers(*call);
    REQUIRE(headers.size() == 3);
    CHECK(headers[0].second == "2026-07-28");
    CHECK(headers[1].second == "tools/call");
    CHECK(headers[2].second == "=?base64?w6k=?=");
    const auto cancel = read_message(
        R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}})");
    REQUIRE(cancel.has_value());
    CHECK(cancel->kind == message_kind::notification);
    CHECK(cancel->cancelled == "3");
    CHECK(mirror_headers(*cancel).empty());
    const auto begun =
        read_message(R"({"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18"}})");
    REQUIRE(begun.has_value());
    CHECK(begun->negotiated == "2025-06-18");
    const auto failed = read_message(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600}})");
    REQUIRE(failed.has_value());
    CHECK(failed->kind == message_kind::response);
    CHECK(failed->error_code == -32600);
    CHECK(failed->id.empty());
    for (const char* const wrong : {"", "[]", "1", "{}", R"({"jsonrpc":"2.0","id":1})", "{\"a\":"})
        CHECK_FALSE(read_message(wrong).has_value());
}

TEST_CASE("stdio: answers of the bridge are one line of JSON", "[server][stdio]") {
    CHECK(error_message("", -32700, "a\n\"b\"") ==
          R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"a\n\"b\""}})");
    CHECK(with_id(R"({"jsonrpc":"2.0","id":null,"error":{"z":1,"a":2}})", "5") ==
          R"({"jsonrpc":"2.0","id":5,"error":{"z":1,"a":2}})");
    CHECK(on_one_line("{\n\"a\":\r\n1}") == "{ \"a\":  1}");
    CHECK(problem_sentence(R"({"title":"t","detail":"d"})") == "d");
    CHECK(problem_sentence("<html>").empty());
}

TEST_CASE("stdio: lines are read whole, and too long ones are skipped", "[server][stdio]") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const stop_signal stop;
    const std::string text = "one\r\n\n" + std::string(200'000, 'x') + "\ntwo\nlast";
    std::thread writer{[&] {
        write_line(ends[1], text, stop);
        ::close(ends[1]);
    }};
    line_source lines{ends[0], 100'000, stop};
    CHECK(lines.next() == "one");
    CHECK(lines.next() == "");
    CHECK(lines.next() == "");
    CHECK(lines.next() == "two");
    CHECK(lines.next() == "last");
    CHECK(lines.next() == std::nullopt);
    writer.join();
    ::close(ends[0]);
}

TEST_CASE("stdio: the stop signal ends both waits", "[server][stdio]") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const stop_signal stop;
    line_source lines{ends[0], 1000, stop};
    // Checked when both have ended: Catch2 is for one thread.
    std::optional<std::string> line = "none yet";
    bool written = true;
    std::thread reader{[&] { line = lines.next(); }};
    // More than a pipe takes; nobody reads.
    std::thread writer{[&] { written = write_line(ends[1], std::string(1 << 20, 'x'), stop); }};
    stop.set();
    reader.join();
    writer.join();
    CHECK(line == std::nullopt);
    CHECK_FALSE(written);
    ::close(ends[0]);
    ::close(ends[1]);
}

}  // namespace stdio_tests
