// What Stripe's answer says of a write's outcome.
#pragma once
#include <simdjson.h>

#include "base/result.hpp"
#include "storage/rows.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// The outcome of one attempt, from its answer or from the failure of upstream::send(). Succeeded is
// an answer of 2xx; failed is an answer of 4xx or a request that was not sent. Unknown is
// everything else, and an answer that says another request with the same key is running: Stripe may
// have acted. Only ids, codes and amounts are taken from the answer.
storage::receipt_outcome outcome_of(const base::result<upstream_response>& sent,
                                    simdjson::dom::parser& parser);

// Succeeded, with what is kept of the object that a write made: ids, codes and amounts.
storage::receipt_outcome made(simdjson::dom::object object);

// Nothing is known of the write itself from this answer to a read about it: unknown, with Stripe's
// error code if there is one.
storage::receipt_outcome unread(const base::result<upstream_response>& answer,
                                simdjson::dom::parser& parser);

// The outcome of a repeated attempt without an idempotency key, a DELETE of v1: that it is refused
// says nothing of the attempt before. That one may have deleted the object, or still be running.
storage::receipt_outcome outcome_of_repeated_delete(storage::receipt_outcome attempt);

}  // namespace tollgate::stripe
