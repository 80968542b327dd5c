#include "storage/redis/resp.hpp"

#include <catch2/catch.hpp>

namespace resp_test {

using namespace std::string_literals;
using namespace tollgate::storage;
using type = redis_reply::type;
using state = reply_reader::state;

TEST_CASE("redis resp: a command is an array of bulk strings of any bytes", "[redis]") {
    std::string out = "x";
    append_command(out, {"SET", std::string_view("k\r\n\0", 4), ""});
    CHECK(out == "x*3\r\n$3\r\nSET\r\n$4\r\nk\r\n\0\r\n$0\r\n\r\n"s);
}

TEST_CASE("redis resp: replies come out whole, however they were cut", "[redis]") {
    const std::string bytes =
        "+OK\r\n-ERR no\r\n:-7\r\n$5\r\na\r\nbc\r\n$-1\r\n*3\r\n:1\r\n$1\r\nx\r\n*0\r\n";
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 100U}) {
        reply_reader reader;
        std::vector<redis_reply> got;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            reader.feed(std::string_view(bytes).substr(at, piece));
            redis_reply one;
            while (reader.next(one) == state::reply) got.push_back(std::move(one));
        }
        REQUIRE(got.size() == 6);
        CHECK(got[0].kind == type::status);
        CHECK(got[0].text == "OK");
        CHECK(got[1].is_error());
        CHECK(got[1].error_code() == "ERR");
        CHECK(got[2].number == -7);
        CHECK(got[3].text == "a\r\nbc");
        CHECK(got[4].kind == type::nil);
        REQUIRE(got[5].members.size() == 3);
        CHECK(got[5].members[1].text == "x");
        CHECK(reader.bytes_waiting() == 0);
    }
}

TEST_CASE("redis resp: what is not RESP2 is broken, now and afterwards", "[redis]") {
    for (const std::string bytes :
         {"HTTP/1.1 400 Bad Request\r\n", "%1\r\n+a\r\n+b\r\n", ":x\r\n",
          "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"}) {
        reply_reader reader;
        redis_reply one;
        reader.feed(bytes);
        INFO(bytes);
        CHECK(reader.next(one) == state::broken);
        reader.feed("+OK\r\n");
        CHECK(reader.next(one) == state::broken);
    }
}

}  // namespace resp_test
