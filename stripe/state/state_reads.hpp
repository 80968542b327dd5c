// Reads what rules must know of Stripe's state before a call is decided.
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/state/subjects.hpp"
#include "stripe/upstream/upstream.hpp"
#include "tenancy/policy/state_facts.hpp"

namespace tollgate::stripe {

// True if `kinds` need the object itself. Disputes are read by a request of their own.
bool needs_object(tenancy::state_set kinds);
bool needs_disputes(tenancy::state_set kinds);

// The path and query that read the object, and those that read its disputes.
std::string object_target(const state_subject& subject);
std::string disputes_target(const state_subject& subject);

// Why an answer cannot be used.
struct unusable_answer {
    std::string why;       // a sentence; empty: it can be used
    bool passing = false;  // it may soon be another: no answer, 429, 500 and above
};

// For a failure, and another status than 200. Pure.
unusable_answer unusable(const base::result<upstream_response>& sent);

// Adds to `out` what the answer says of the object, or why it says nothing. `parser` is used for
// the time of the call.
void note_object(const state_subject& subject, const base::result<upstream_response>& sent,
                 tenancy::state_facts& out, simdjson::dom::parser& parser);

// The same for a list of disputes: one that is neither won, lost nor a closed warning is open, and
// so is what may stand on further pages.
void note_disputes(const base::result<upstream_response>& sent, tenancy::state_facts& out,
                   simdjson::dom::parser& parser);

}  // namespace tollgate::stripe
