// `where` and `match` as a query of Stripe's search language, quoted and typed.
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>

#include "base/result.hpp"
#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// Stripe's own limit of clauses in a query.
constexpr std::size_t clauses_max = 10;

// The query that `where` ([{field, op, value}]) and `match` ("all", the default, or "any") mean for
// the searched object. Operators: = != > >= < <= ~ exists. Fails with errc::invalid_argument:
// unknown_field (names the legal ones, nearest first), unknown_operator, wrong_type, invalid_value,
// missing_argument, too_large; `field` is the place ("where[1].op").
base::result<std::string> search_query(const operation& called, simdjson::dom::element where,
                                       std::optional<simdjson::dom::element> match);

}  // namespace tollgate::stripe
