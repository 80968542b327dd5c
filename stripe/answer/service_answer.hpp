// The text for a model about an answer of a service other than Stripe, or about a missing answer.
#pragma once
#include <simdjson.h>

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/answer/answer.hpp"
#include "stripe/answer/rate_limit.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// The cursor of the page after a body; empty if it was the last. May add notes.
using next_page = std::function<std::string(simdjson::dom::element body, answer_remarks& remarks)>;

// A successful answer within its budget, as one JSON object: a JSON object with its members, any
// other JSON value below `data`, another text below `text`, and of an empty body its status. With
// `page`, it begins with next_cursor.
std::string service_success_text(const operation& called, const upstream_response& answer,
                                 const answer_rules& rules, const next_page& page,
                                 answer_remarks remarks, simdjson::dom::parser& parser);

// Facts about a call of a service, besides its answer.
struct service_call_facts {
    std::string_view service;  // its name in sentences: the host
    std::string_view operation_key{};
    bool repeatable = false;       // the service honours the key, or the call reads
    bool outcome_unknown = false;  // a write that the service may have executed
    tenancy::redaction_set redact = 0;
    const rate_limit_facts* limits = nullptr;  // facts of a 429, or null
};

// {"error":{"source":"service",…}} for any other status, with the beginning of the service's text,
// secrets masked. A redirect is also an error, because none is followed.
std::string service_error_text(const upstream_response& answer, const service_call_facts& call);

// {"error":{"source":"tollgate",…}} for a request without an answer: says whether it may have had
// an effect, and what to do.
std::string service_unanswered_text(const base::failure& why, const service_call_facts& call);

}  // namespace tollgate::stripe
