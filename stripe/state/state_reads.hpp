// Reads the facts about Stripe's state that rules need before they decide about a call.
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/state/subjects.hpp"
#include "stripe/upstream/upstream.hpp"
#include "tenancy/policy/state_facts.hpp"

namespace tollgate::stripe {

// True if `kinds` need the object itself. Disputes are read by a separate request.
bool needs_object(tenancy::state_set kinds);
bool needs_disputes(tenancy::state_set kinds);

// The path and query that read the object, and those that read its disputes.
std::string object_target(const state_subject& subject);
std::string disputes_target(const state_subject& subject);

// Why an answer cannot be used.
struct unusable_answer {
    std::string why;       // a sentence; empty: it can be used
    bool passing = false;  // it may soon be usable: no answer, 429, 500 or above
};

// Describes a failure, or a status other than 200. Pure.
unusable_answer unusable(const base::result<upstream_response>& sent);

// Adds to `out` the facts that the answer gives about the object, or why it gives none. `parser` is
// used only during the call.
void note_object(const state_subject& subject, const base::result<upstream_response>& sent,
                 tenancy::state_facts& out, simdjson::dom::parser& parser);

// The same for a list of disputes. A dispute that is not won, lost or a closed warning counts as
// open; so does a list with further pages.
void note_disputes(const base::result<upstream_response>& sent, tenancy::state_facts& out,
                   simdjson::dom::parser& parser);

}  // namespace tollgate::stripe
