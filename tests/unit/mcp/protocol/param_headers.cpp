#include "mcp/protocol/param_headers.hpp"

#include <catch2/catch.hpp>

#include "mcp/protocol/era.hpp"

namespace param_headers_test {

using namespace tollgate;

namespace {

constexpr std::array<mcp::mirrored_argument, 2> mirrored{{{"region", "Region"}, {"big", "Big"}}};

// The code of the error, or 0.
int check(const std::string& arguments, std::vector<base::http_header> headers) {
    base::http_request request;
    request.headers = std::move(headers);
    simdjson::dom::parser parser;
    const simdjson::dom::object object = parser.parse(arguments).get_object().value();
    const auto wrong = mcp::check_param_headers(request, mirrored, object);
    return wrong ? wrong->code : 0;
}

}  // namespace

TEST_CASE("param headers: an argument and its header say the same, or both are absent",
          "[mcp][era]") {
    CHECK(check("{}", {}) == 0);
    CHECK(check(R"({"region":null,"other":1})", {{"Mcp-Param-Other", "x"}}) == 0);
    CHECK(check(R"({"region":"eu"})", {{"mcp-param-region", " eu "}}) == 0);
    CHECK(check(R"({"region":"Hello"})", {{"Mcp-Param-Region", "=?base64?SGVsbG8=?="}}) == 0);
    CHECK(check(R"({"region":"","big":true})",
                {{"Mcp-Param-Region", ""}, {"Mcp-Param-Big", "true"}}) == 0);
    CHECK(check(R"({"big":-12})", {{"Mcp-Param-Big", "-12"}}) == 0);
}

TEST_CASE("param headers: whatever differs is a header mismatch", "[mcp][era]") {
    const int wrong = mcp::header_mismatch;
    CHECK(check(R"({"region":"eu"})", {}) == wrong);
    CHECK(check("{}", {{"Mcp-Param-Region", "eu"}}) == wrong);
    CHECK(check(R"({"region":"eu"})", {{"Mcp-Param-Region", "EU"}}) == wrong);
    CHECK(check(R"({"region":"Hello"})", {{"Mcp-Param-Region", "=?base64?SGVsbG8?="}}) == wrong);
    CHECK(check(R"({"region":"Hello"})", {{"Mcp-Param-Region", "=?base64?SGVs!!!bG8=?="}}) ==
          wrong);
    CHECK(check(R"({"region":["eu"]})", {{"Mcp-Param-Region", "[\"eu\"]"}}) == wrong);
    CHECK(check(R"({"big":1.5})", {{"Mcp-Param-Big", "1.5"}}) == wrong);
}

TEST_CASE("param headers: a value without both ends of the wrapper is literal", "[mcp][era]") {
    CHECK(mcp::decode_header_value("=?base64?SGVsbG8=") == std::string("=?base64?SGVsbG8="));
    CHECK(mcp::decode_header_value("SGVsbG8=?=") == std::string("SGVsbG8=?="));
    CHECK(mcp::decode_header_value("=?base64?=") == std::string("=?base64?="));
    CHECK(mcp::decode_header_value("=?base64?SGVsbG8=?=") == std::string("Hello"));
    CHECK_FALSE(mcp::decode_header_value("=?base64?%?=").has_value());
}

}  // namespace param_headers_test
