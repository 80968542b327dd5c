// What Stripe's answer says of a write's outcome.
#pragma once
#include <simdjson.h>

#include "base/result.hpp"
#include "storage/rows.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// The outcome of one attempt, from its answer or from the failure of upstream::send(). Succeeded is
// an answer of 2xx; failed is an answer of 4xx or a request that was not sent. Unknown is
// everything else, and an answer of Stripe that says another request with the same key is running:
// Stripe may have acted. Only ids, codes and amounts are taken from the answer. `asked` is who was
// asked: words that only Stripe uses mean nothing in the answer of a service.
storage::receipt_outcome outcome_of(const base::result<upstream_response>& sent, api_host asked,
                                    simdjson::dom::parser& parser);

// The id that the answer's header gives its request, with secrets masked; empty if it has none, or
// none that is one word of at most 255 bytes. A service may write anything there.
std::string request_id_of(const upstream_response& answer);

// Succeeded, with what is kept of the object that a write made: ids, codes and amounts.
storage::receipt_outcome made(simdjson::dom::object object);

// Nothing is known of the write itself from this answer to a read about it: unknown, with Stripe's
// error code if there is one.
storage::receipt_outcome unread(const base::result<upstream_response>& answer,
                                simdjson::dom::parser& parser);

// The outcome of a repeated attempt whose refusal says nothing of the attempt before: of a DELETE
// of v1, which has no idempotency key, and of every write of a service, which need not answer a
// repeated key as Stripe does. The attempt before may have succeeded, or still be running.
storage::receipt_outcome outcome_of_repeat(storage::receipt_outcome attempt);

}  // namespace tollgate::stripe
