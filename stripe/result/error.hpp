// Errors as a model can act on: who failed, what, where, and what to do next.
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/result/rate_limit.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// {"error":{"source":"stripe",…}} for an answer that is not a success. `facts` are those of a 429,
// or null. Keys that Stripe quotes are masked; what is not Stripe's JSON is described, not
// repeated.
std::string stripe_error_text(const upstream_response& answer, const rate_limit_facts* facts,
                              std::string_view idempotency_key, simdjson::dom::parser& parser);

// {"error":{"source":"tollgate",…}} for arguments we refuse; nothing was sent.
std::string refusal_text(const base::failure& why);

// {"error":{"source":…}} for a request that got no answer: says whether it may have had an effect,
// and how to find out.
std::string unanswered_text(const base::failure& why, std::string_view idempotency_key);

// `text` with every Stripe key in it, whole or abbreviated, cut to its prefix: "rk_test_***".
std::string mask_keys(std::string_view text);

}  // namespace tollgate::stripe
