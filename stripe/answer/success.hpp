// Stripe's answer as the text a model reads.
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>

#include "stripe/answer/answer.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// Stripe's answer, shaped by `rules` (see shape_answer). In raw mode it is Stripe's own text
// without white space if that fits the budget and contains no secret; a page gets `next_cursor` as
// its first member: the value to send for the next page, or null on the last page. Nullopt if the
// answer is not a JSON object.
std::optional<std::string> success_text(const operation& called, const upstream_response& answer,
                                        const answer_rules& rules, const answer_place& place,
                                        answer_remarks remarks, simdjson::dom::parser& parser);

}  // namespace tollgate::stripe
