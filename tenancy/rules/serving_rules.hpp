// How an MCP server lists its tools and shapes their results: the parts of its config other than
// the filter.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::tenancy {

// config.listing: `automatic` ("auto") is `full` if the list fits list_tokens_max, otherwise
// `search`.
enum class listing_mode : std::uint8_t { automatic, full, search };

// The value of config.listing as text, and the reverse, which is nullopt for any other text.
std::string_view to_string(listing_mode mode);
std::optional<listing_mode> parse_listing_mode(std::string_view word);

struct listing_rules {
    listing_mode mode = listing_mode::automatic;
    std::uint32_t tokens_max = 16'000;  // of the list, estimated
    // config.tools.pinned: shown beside the search tools if the filter allows them. If absent, the
    // default tools are pinned.
    std::optional<std::vector<std::string>> pinned;
    bool deep_research = false;  // config.deep_research: also list the tools search and fetch
};

// config.confirm: which calls a person must confirm through the MCP client.
enum class confirmation : std::uint8_t { none, destructive, write };

// "none, destructive, write"
std::string_view legal_confirmation_words();
// The value of config.confirm, or nullopt.
std::optional<confirmation> parse_confirmation(std::string_view word);

// The values of config.redact, one bit each.
enum class redaction : std::uint8_t { email = 1, phone = 2, address = 4, last4 = 8, bank = 16 };
using redaction_set = std::uint8_t;

// "email, phone, address, last4, bank"
std::string_view legal_redaction_words();
std::optional<redaction> parse_redaction(std::string_view word);

struct result_rules {
    bool raw = false;                   // config.results "raw": Stripe's JSON unchanged
    std::uint32_t tokens_max = 20'000;  // of one answer, estimated
    redaction_set redact = 0;
};

// `calls` at once, and as many again every `seconds` (rate_limiter.hpp). 0 calls: no limit.
struct call_rate {
    std::uint32_t calls = 0;
    std::uint32_t seconds = 0;

    bool operator==(const call_rate&) const = default;
};

// Parses "50/10s" (50 calls in 10 seconds) or "0" (no limit). Returns nullopt for other texts and
// for rates above rate_calls_max or rate_seconds_max.
std::optional<call_rate> parse_call_rate(std::string_view text);
std::string to_string(const call_rate& rate);

// Limits of config: a config outside them is refused.
constexpr std::uint32_t list_tokens_min = 1'500;
constexpr std::uint32_t list_tokens_max = 500'000;
constexpr std::uint32_t result_tokens_min = 1'000;
constexpr std::uint32_t result_tokens_max = 250'000;
constexpr std::uint32_t rate_calls_max = 100'000;
constexpr std::uint32_t rate_seconds_max = 3'600;

}  // namespace tollgate::tenancy
