// The rate-limit facts of an answer, in any of the known header formats, and one format to pass
// them on.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

struct rate_limit_facts {
    std::optional<std::int64_t> limit;           // requests in the window
    std::optional<std::int64_t> remaining;       // requests left
    std::optional<std::int64_t> reset_seconds;   // until there is room again
    std::optional<std::int64_t> window_seconds;  // length of the window
    std::string_view policy = "stripe";          // a fixed word for whose limit it is; for the
                                                 // headers
    std::string reason;  // Stripe-Rate-Limited-Reason, a known word or empty
    bool synthesised =
        false;  // limit and reset come from Stripe's documentation, not from the answer
};

struct rate_limit_hints {
    bool live = false;
    bool search = false;  // the operation is a search
    bool files = false;   // the operation is on files
};

// Reads, in this order: RateLimit + RateLimit-Policy lists (draft 08 and later), the RateLimit
// dictionary (draft 07), the three RateLimit-* fields, X-RateLimit-* and X-Rate-Limit-*,
// Retry-After. An epoch reset becomes seconds from `now`. Malformed values are dropped. For a 429
// without such headers (Stripe sends none) the facts are those Stripe documents for the reason,
// marked synthesised. Nothing for other answers without headers.
std::optional<rate_limit_facts> read_rate_limit(const upstream_response& answer,
                                                const rate_limit_hints& hints, base::timestamp now);

// The facts as HTTP headers: the three fields, the structured pair (draft 10), and Retry-After for
// a 429.
std::vector<std::pair<std::string, std::string>> rate_limit_headers(const rate_limit_facts& facts,
                                                                    bool limited);

// The facts as a JSON object for the result.
std::string rate_limit_json(const rate_limit_facts& facts);

}  // namespace tollgate::stripe
