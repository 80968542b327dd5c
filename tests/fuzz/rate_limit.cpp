// Any rate-limit headers: facts that are plain numbers, in one spelling.
#include "stripe/answer/rate_limit.hpp"

#include "fuzz.hpp"

using namespace tollgate;

// One byte of status, then a line for each header.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    stripe::upstream_response answer;
    answer.status = data[0] % 2 == 0 ? 429 : 200;
    std::string_view rest = fuzz::text_of(data + 1, size - 1);
    for (const auto* name : {"ratelimit", "ratelimit-policy", "ratelimit-limit",
                             "ratelimit-remaining", "ratelimit-reset", "x-ratelimit-reset",
                             "x-rate-limit-remaining", "retry-after", "stripe-rate-limited-reason"})
        if (const auto value = fuzz::take_until(rest, '\n'); !value.empty())
            answer.headers.emplace_back(name, std::string(value));
    const auto facts = stripe::read_rate_limit(answer, {}, base::from_unix_ms(1'800'000'000'000));
    fuzz::require(facts || answer.status != 429, "a 429 always has facts");
    if (!facts) return 0;
    for (const auto& number : {facts->limit, facts->remaining, facts->reset_seconds})
        fuzz::require(!number || *number >= 0, "facts are not negative");
    fuzz::require(fuzz::is_json(stripe::rate_limit_json(*facts)), "facts are JSON");
    for (const auto& [name, value] : stripe::rate_limit_headers(*facts, true))
        fuzz::require(value.find_first_not_of("0123456789\"=;abcdefghijklmnopqrstuvwxyz") ==
                          std::string::npos,
                      "a header holds plain bytes");
    return 0;
}
