#include "server/log/json_log.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/masking.hpp"
#include "server/log/redaction.hpp"

namespace log_test {

using namespace tollgate::server;
using tollgate::base::log_level;

TEST_CASE("redaction: tokens, keys, bearer values and card numbers are masked", "[server][log]") {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"POST /mcp/tgm_AbC123xyz/.well-known/x", "POST /mcp/tgm_***/.well-known/x"},
        {"/mcp/tgm_AbC123xyz/messages?sessionId=tgs_AbC1 HTTP/1.1",
         "/mcp/tgm_***/messages?sessionId=tgs_*** HTTP/1.1"},
        {"key tgk_0000001 end", "key tgk_*** end"},
        {"Invalid API Key provided: rk_test_51Habc", "Invalid API Key provided: rk_test_***"},
        {"sk_live_abc,pk_live_def", "sk_live_***,pk_live_***"},
        {"authorization: Bearer abc.def-ghi=", "authorization: Bearer ***"},
        {"pi_3Nabc_secret_xyz9", "pi_3Nabc_secret_***"},
        {"whsec_abcdef", "whsec_***"},
        {"card 4242424242424242.", "card ***."},
        {"card 4242 4242 4242 4242", "card ***"},
        {"card 4242-4242-4242-4242", "card ***"},
        {"card 4242 4242 4242 4242 12/34", "card *** 12/34"},
        {"4242424242424242 100 EUR", "*** 100 EUR"},
        {"1 4242424242424242", "1 ***"}};
    for (const auto& [in, out] : cases) CHECK(redact(in) == out);
}

TEST_CASE("redaction: every prefix of a secret is known, wherever it stands", "[server][log]") {
    for (const auto prefix : tollgate::base::secret_prefixes)
        for (const std::string before : {"", "x", "mcp_", "ia_ 7 ", "key: "}) {
            const std::string begin = before + std::string(prefix);
            CHECK(redact(begin + "Abc123 end") == begin + "*** end");
        }
}

TEST_CASE("redaction: ordinary text is left alone", "[server][log]") {
    for (const std::string text :
         {"request 1234567890123 took 5 ms", "tools/list", "task_secret", "4242424242424241",
          "bearer", "ordinary sk_ text", "time 1795222800123456789012345", "", "ch_1N8x rk_test_"})
        CHECK(redact(text) == text);
}

TEST_CASE("json_log: an event is one JSON object with its fields", "[server][log]") {
    const auto line =
        format_event(tollgate::base::from_unix_ms(0), log_level::warning, "tool_refused",
                     {{"tool", "x\"y"},
                      {"status", std::int64_t{7}},
                      {"late", true},
                      {"url", "/mcp/tgm_secretsecret"}});
    const auto json = nlohmann::json::parse(line);
    CHECK(json["time"] == "1970-01-01T00:00:00.000Z");
    CHECK(json["level"] == "warning");
    CHECK(json["event"] == "tool_refused");
    CHECK(json["tool"] == "x\"y");
    CHECK(json["status"] == 7);
    CHECK(json["late"] == true);
    CHECK(json["url"] == "/mcp/tgm_***");
}

}  // namespace log_test
