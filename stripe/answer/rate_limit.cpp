#include "stripe/answer/rate_limit.hpp"

#include <algorithm>
#include <charconv>

#include "base/json_text.hpp"

namespace tollgate::stripe {

namespace {

using number = std::optional<std::int64_t>;

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// The non-negative integer at the start of `text`, up to ',' or ';'.
number leading_number(std::string_view text) {
    text = trim(text.substr(0, text.find_first_of(",;")));
    std::int64_t value = 0;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || done.ec != std::errc{} || done.ptr != text.data() + text.size() ||
        value < 0)
        return {};
    return value;
}

// `name=value` in a list of parameters separated by `separator`.
number named_number(std::string_view text, std::string_view name, char separator) {
    while (!text.empty()) {
        const auto end = text.find(separator);
        const std::string_view item = trim(text.substr(0, end));
        if (item.size() > name.size() && item.starts_with(name) && item[name.size()] == '=')
            return leading_number(item.substr(name.size() + 1));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return {};
}

// Seconds until a reset, which may be given in seconds, epoch seconds or epoch milliseconds.
number as_delta(number reset, base::timestamp now) {
    if (!reset) return {};
    constexpr std::int64_t epoch_seconds = 1'000'000'000;
    constexpr std::int64_t epoch_ms = 1'000'000'000'000;
    if (*reset < epoch_seconds) return reset;
    const std::int64_t target_ms = *reset >= epoch_ms ? *reset : *reset * 1000;
    const std::int64_t left = target_ms - base::to_unix_ms(now);
    return left <= 0 ? 0 : (left + 999) / 1000;
}

// Draft 08 and later: lists of `"name";r=50;t=30`; the tightest item is used (least r, then
// greatest t).
bool read_structured(const upstream_response& answer, rate_limit_facts& out) {
    std::string_view list = answer.header("ratelimit");
    if (list.find("r=") == std::string_view::npos || list.find("limit=") != std::string_view::npos)
        return false;
    while (!list.empty()) {
        const auto comma = list.find(',');
        const std::string_view item = list.substr(0, comma);
        const auto remaining = named_number(item, "r", ';');
        const auto reset = named_number(item, "t", ';');
        const bool tighter =
            remaining &&
            (!out.remaining || *remaining < *out.remaining ||
             (*remaining == *out.remaining && reset.value_or(0) > out.reset_seconds.value_or(0)));
        if (tighter) {
            out.remaining = remaining;
            out.reset_seconds = reset;
        }
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    const auto policy = answer.header("ratelimit-policy");
    const auto first = policy.substr(0, policy.find(','));
    out.limit = named_number(first, "q", ';');
    out.window_seconds = named_number(first, "w", ';');
    return out.remaining.has_value();
}

bool read_dictionary(const upstream_response& answer, rate_limit_facts& out) {
    const auto text = answer.header("ratelimit");
    out.limit = named_number(text, "limit", ',');
    out.remaining = named_number(text, "remaining", ',');
    out.reset_seconds = named_number(text, "reset", ',');
    return out.remaining || out.limit;
}

bool read_fields(const upstream_response& answer, std::string_view prefix, base::timestamp now,
                 rate_limit_facts& out) {
    const std::string name{prefix};
    out.limit = leading_number(answer.header(name + "limit"));
    out.remaining = leading_number(answer.header(name + "remaining"));
    out.reset_seconds = as_delta(leading_number(answer.header(name + "reset")), now);
    return out.limit || out.remaining || out.reset_seconds;
}

// Every spelling below contains "rate". Most answers have no such header.
bool names_a_limit(const upstream_response& answer) {
    return std::ranges::any_of(answer.headers, [](const auto& header) {
        return header.first.find("rate") != std::string::npos;
    });
}

bool read_any(const upstream_response& answer, base::timestamp now, rate_limit_facts& out) {
    if (!names_a_limit(answer)) return false;
    if (read_structured(answer, out)) return true;
    if (read_dictionary(answer, out)) return true;
    for (const std::string_view prefix : {"ratelimit-", "x-ratelimit-", "x-rate-limit-"})
        if (read_fields(answer, prefix, now, out)) return true;
    return false;
}

std::string known_reason(std::string_view text) {
    for (const std::string_view word : {"global-rate", "endpoint-rate", "global-concurrency",
                                        "endpoint-concurrency", "resource-specific"})
        if (text == word) return std::string(word);
    return {};
}

// The limits that Stripe documents for a 429 with that reason (docs.stripe.com/rate-limits).
void synthesise(const rate_limit_hints& hints, rate_limit_facts& out) {
    out.synthesised = true;
    out.remaining = 0;
    if (!out.reset_seconds) out.reset_seconds = 1;
    if (out.reason == "global-rate") {
        out.limit = hints.live ? 100 : 25;
    } else if (out.reason == "endpoint-rate") {
        out.limit = hints.search || hints.files ? 20 : 25;
    }
    if (out.limit) out.window_seconds = 1;
}

}  // namespace

std::optional<rate_limit_facts> read_rate_limit(const upstream_response& answer,
                                                const rate_limit_hints& hints,
                                                base::timestamp now) {
    rate_limit_facts facts;
    const bool limited = answer.status == 429;
    const bool sent = read_any(answer, now, facts);
    if (!sent) facts = {};
    const auto retry_after = leading_number(answer.header("retry-after"));
    if (limited) facts.reason = known_reason(answer.header("stripe-rate-limited-reason"));
    // Retry-After takes precedence: no other value may promise room earlier.
    if (retry_after && (limited || !sent))
        facts.reset_seconds = std::max(*retry_after, facts.reset_seconds.value_or(0));
    if (sent) return facts;
    if (!limited) return {};
    synthesise(hints, facts);
    return facts;
}

std::vector<std::pair<std::string, std::string>> rate_limit_headers(const rate_limit_facts& facts,
                                                                    bool limited) {
    std::vector<std::pair<std::string, std::string>> out;
    const std::string named = '"' + std::string(facts.policy) + '"';
    if (facts.limit) out.emplace_back("RateLimit-Limit", std::to_string(*facts.limit));
    if (facts.remaining) out.emplace_back("RateLimit-Remaining", std::to_string(*facts.remaining));
    if (facts.reset_seconds)
        out.emplace_back("RateLimit-Reset", std::to_string(*facts.reset_seconds));
    if (facts.remaining) {
        std::string item = named + ";r=" + std::to_string(*facts.remaining);
        if (facts.reset_seconds) item += ";t=" + std::to_string(*facts.reset_seconds);
        out.emplace_back("RateLimit", std::move(item));
    }
    if (facts.limit) {
        std::string item = named + ";q=" + std::to_string(*facts.limit);
        if (facts.window_seconds) item += ";w=" + std::to_string(*facts.window_seconds);
        out.emplace_back("RateLimit-Policy", std::move(item));
    }
    if (limited && facts.reset_seconds)
        out.emplace_back("Retry-After", std::to_string(*facts.reset_seconds));
    return out;
}

std::string rate_limit_json(const rate_limit_facts& facts) {
    std::string out = "{";
    base::json_members members{out};
    if (facts.limit) members.number("limit", *facts.limit);
    if (facts.remaining) members.number("remaining", *facts.remaining);
    if (facts.reset_seconds) members.number("reset_seconds", *facts.reset_seconds);
    if (!facts.reason.empty()) members.text("reason", facts.reason);
    members.truth("synthesised", facts.synthesised);
    out += '}';
    return out;
}

}  // namespace tollgate::stripe
