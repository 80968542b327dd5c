// Derives a write's outcome from the answer.
#pragma once
#include <simdjson.h>

#include "base/result.hpp"
#include "storage/rows.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// The outcome of one attempt, from its answer or from the failure of upstream::send(). Succeeded:
// an answer of 2xx. Failed: an answer of 4xx, or a request that was not sent. Unknown: everything
// else, including an answer of Stripe that says another request with the same key is running,
// because Stripe may have acted. Only ids, codes and amounts are taken from the answer. `asked` is
// the receiver: words that only Stripe uses mean nothing in the answer of a service.
storage::receipt_outcome outcome_of(const base::result<upstream_response>& sent, api_host asked,
                                    simdjson::dom::parser& parser);

// The request id in the answer's header, with secrets masked; empty if there is none, or if it is
// not a single word of at most 255 bytes. A service may write anything there.
std::string request_id_of(const upstream_response& answer);

// The outcome succeeded, with what is kept of the object that a write created: ids, codes and
// amounts.
storage::receipt_outcome made(simdjson::dom::object object);

// The outcome unknown, for an answer to a read about a write that says nothing about the write
// itself; with Stripe's error code if there is one.
storage::receipt_outcome unread(const base::result<upstream_response>& answer,
                                simdjson::dom::parser& parser);

// The outcome of a repeated attempt whose refusal does not show the outcome of the earlier attempt:
// for a DELETE of v1, which has no idempotency key, and for every write of a service, which need
// not answer a repeated key as Stripe does. The earlier attempt may have succeeded, or may still be
// running.
storage::receipt_outcome outcome_of_repeat(storage::receipt_outcome attempt);

}  // namespace tollgate::stripe
