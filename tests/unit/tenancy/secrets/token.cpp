#include "tenancy/secrets/token.hpp"

#include <catch2/catch.hpp>

#include <regex>
#include <set>

namespace token_test {

using namespace tollgate::tenancy;

TEST_CASE("tenancy token: a new token is well formed and never the same", "[tenancy][token]") {
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        const auto token = make_token(mcp_token_prefix);
        CHECK(well_formed_token(token.reveal(), mcp_token_prefix));
        CHECK_FALSE(well_formed_token(token.reveal(), api_key_prefix));
        CHECK(seen.insert(std::string{token.reveal()}).second);
    }
    CHECK(shown_prefix(make_token(api_key_prefix).reveal()).size() == 8);
}

TEST_CASE("tenancy token: one changed character breaks the checksum", "[tenancy][token]") {
    const std::string token{make_token(mcp_token_prefix).reveal()};
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string wrong = token;
        wrong[i] = wrong[i] == 'x' ? 'y' : 'x';
        CHECK_FALSE(well_formed_token(wrong, mcp_token_prefix));
    }
    for (const std::string& wrong :
         {std::string{}, token + "0", token.substr(1), token.substr(0, 41), std::string(42, 'a'),
          "tgm_" + std::string(38, '0'), std::string("tgm_\0", 5) + std::string(37, '0')})
        CHECK_FALSE(well_formed_token(wrong, mcp_token_prefix));
}

TEST_CASE("tenancy token: the published expression finds tokens in text", "[tenancy][token]") {
    const std::regex scanner{std::string{token_scanner_regex}};
    for (const auto prefix : {mcp_token_prefix, api_key_prefix}) {
        const std::string token{make_token(prefix).reveal()};
        std::smatch found;
        const std::string text = "see https://gateway.example/mcp/" + token + ", please";
        REQUIRE(std::regex_search(text, found, scanner));
        CHECK(found.str() == token);
        CHECK_FALSE(std::regex_search("x" + token, scanner));
        CHECK_FALSE(std::regex_search(token + "9", scanner));
    }
}

}  // namespace token_test
