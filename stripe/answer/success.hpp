// Stripe's answer as the text a model reads.
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>

#include "stripe/answer/answer.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// What Stripe returned, shaped by `rules` (see shape_answer). In raw mode it is Stripe's own text
// without white space while it keeps the budget and holds nothing secret; a page gains
// `next_cursor` as its first member: the value to hand back for the next page, or null when there
// is none. Nullopt when the answer is not a JSON object.
std::optional<std::string> success_text(const operation& called, const upstream_response& answer,
                                        const answer_rules& rules, const answer_place& place,
                                        answer_remarks remarks, simdjson::dom::parser& parser);

}  // namespace tollgate::stripe
