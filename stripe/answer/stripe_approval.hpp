// Stripe's own approvals: a rule of the Stripe account requires a person's approval, given in
// Stripe's Dashboard (docs.stripe.com/account/approvals).
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "stripe/upstream/upstream.hpp"
#include "tenancy/rules/serving_rules.hpp"

namespace tollgate::stripe {

// The text (not an error) for a write that Stripe holds until a person approves it (error code
// approval_required): {"approval":{"at":"stripe","id":"areq_…",…},"message":…}; the id is null if
// Stripe does not give it. Nullopt for any other answer. `redact` as in failed_call.
std::optional<std::string> stripe_approval_text(const upstream_response& answer,
                                                std::string_view operation_key,
                                                tenancy::redaction_set redact,
                                                simdjson::dom::parser& parser);

}  // namespace tollgate::stripe
