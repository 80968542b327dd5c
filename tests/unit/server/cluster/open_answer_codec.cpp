// What is open at an instance, as instances send it to each other.
#include "server/cluster/open_answer_codec.hpp"

#include <catch2/catch.hpp>

namespace open_answer_test {

using namespace tollgate;
using namespace tollgate::server;

TEST_CASE("open answers: what is sent is what is read, whatever a client calls itself") {
    admin::open_at_server open;
    open.session_count = 7;
    open.stream_count = 1;
    open.sessions.push_back({.name = "mses_1",
                             .revision = "2025-11-25",
                             .client = "\"},{\"name\":\"mses_2",
                             .title = "Ü\n\x01",
                             .began_at = base::from_unix_ms(1'000),
                             .last_used_at = base::from_unix_ms(2'000)});
    open.streams.push_back({"sse", base::from_unix_ms(3'000)});
    const auto read = decode_open_answer(encode_open_answer(open));
    REQUIRE(read);
    CHECK(read->session_count == 7);
    CHECK(read->stream_count == 1);
    REQUIRE(read->sessions.size() == 1);
    CHECK(read->sessions[0].client == open.sessions[0].client);
    CHECK(read->sessions[0].title == open.sessions[0].title);
    CHECK(read->sessions[0].last_used_at == open.sessions[0].last_used_at);
    REQUIRE(read->streams.size() == 1);
    CHECK(read->streams[0].kind == "sse");
}

TEST_CASE("open answers: an answer fits a message, and counts what it leaves out") {
    admin::open_at_server open;
    open.session_count = admin::open_shown_max;
    for (std::size_t i = 0; i < admin::open_shown_max; ++i)
        open.sessions.push_back({.name = std::string(29, 'm'),
                                 .revision = "2025-11-25",
                                 .client = std::string(600, 'c'),
                                 .title = std::string(600, 't'),
                                 .began_at = {},
                                 .last_used_at = {}});
    const auto text = encode_open_answer(open);
    CHECK(text.size() < open_answer_bytes_max + 200);
    const auto read = decode_open_answer(text);
    REQUIRE(read);
    CHECK(read->sessions.size() < open.sessions.size());
    CHECK(!read->sessions.empty());
    CHECK(read->session_count == admin::open_shown_max);
}

TEST_CASE("open answers: any other text is no answer") {
    for (const char* text : {"", "{", "[]", "{}", R"({"sessions":1,"streams":[]})"})
        CHECK(!decode_open_answer(text));
}

}  // namespace open_answer_test
