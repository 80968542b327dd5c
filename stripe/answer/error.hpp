// Errors that a model can act on: who failed, what, where, and what to do next.
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/answer/rate_limit.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// The facts about the failed call.
struct failed_call {
    const operation* called = nullptr;        // null: `param` stays as Stripe wrote it
    const rate_limit_facts* facts = nullptr;  // facts of a 429, or null
    std::string_view operation_key;           // of a write, or empty
    tenancy::redaction_set redact = 0;  // of the server's config: e-mail addresses in messages
};

// {"error":{"source":"stripe",…}} for an answer that is not a success. Keys and client secrets in
// Stripe's text are masked, and `param` is given in the tool's argument names. An answer that is
// not Stripe's JSON is described, not quoted.
std::string stripe_error_text(const upstream_response& answer, const failed_call& call,
                              simdjson::dom::parser& parser);

// Translates a parameter of Stripe's errors ("line_items[0][price_data][currency]", or a path
// parameter such as "intent") into the tool's argument names ("line_items[0].price_data.currency",
// "id").
std::string tool_argument(const operation& called, std::string_view param);

// {"error":{"source":"tollgate",…}} for arguments we refuse; nothing was sent.
std::string refusal_text(const base::failure& why);

// {"error":{"source":…}} for a request without an answer. It says whether the request may have had
// an effect, and how to find out.
std::string unanswered_text(const base::failure& why, std::string_view operation_key);

}  // namespace tollgate::stripe
