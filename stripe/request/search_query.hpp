// Turns `where` and `match` into a query of Stripe's search language, with quoting and types.
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>

#include "base/result.hpp"
#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// Stripe's own limit of clauses in a query.
constexpr std::size_t clauses_max = 10;

// The query for the searched object from `where` ([{field, op, value}]) and `match` ("all", the
// default, or "any"). Operators: = != > >= < <= ~ exists. Fails with errc::invalid_argument:
// unknown_field (lists the known fields, nearest first), unknown_operator, wrong_type,
// invalid_value, missing_argument, too_large; `field` is the position ("where[1].op").
base::result<std::string> search_query(const operation& called, simdjson::dom::element where,
                                       std::optional<simdjson::dom::element> match);

}  // namespace tollgate::stripe
