// Stripe's answer as the text a model reads.
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>

#include "stripe/catalog/catalog.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// The object Stripe returned, without white space. A list or search result gains `next_cursor` as
// its first member: the value to hand back for the next page, or null when there is none. Nullopt
// when the answer is not a JSON object.
std::optional<std::string> success_text(const operation& called, const upstream_response& answer,
                                        simdjson::dom::parser& parser);

}  // namespace tollgate::stripe
