#include "base/http_message.hpp"

#include <catch2/catch.hpp>

#include "base/text.hpp"

namespace http_message_test {

using namespace tollgate::base;

// '@' and '`', '[' and '{' differ by the same bit as a letter's two cases.
TEST_CASE("http_message: only letters are equal in both cases", "[base][http_message]") {
    for (int a = 0; a < 256; ++a)
        for (int b = 0; b < 256; ++b) {
            const std::string left = std::string("Name-") + static_cast<char>(a);
            const std::string right = std::string("nAME-") + static_cast<char>(b);
            REQUIRE(equal_ignore_case(left, right) ==
                    (to_lower(static_cast<char>(a)) == to_lower(static_cast<char>(b))));
        }
    CHECK(equal_ignore_case("", ""));
    CHECK_FALSE(equal_ignore_case("Host", "Hosts"));
}

TEST_CASE("http_message: a header is found by its name in any case", "[base][http_message]") {
    http_request request;
    request.headers = {{"content-TYPE", "a"}, {"Content-Type", "b"}};
    CHECK(request.header("Content-Type") == "a");
    CHECK(request.has_header("CONTENT-type"));
    CHECK_FALSE(request.has_header("Content_Type"));
}

}  // namespace http_message_test
