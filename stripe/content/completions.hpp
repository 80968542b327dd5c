// Completions for an argument of a prompt or the variable of a template.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "stripe/content/prompt_book.hpp"
#include "stripe/content/resource_uri.hpp"
#include "stripe/tools/seen_ids.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

constexpr std::size_t completions_max = 100;  // MCP's limit for an answer
constexpr int days_offered = 31;              // today and earlier days

// Values that begin with `begins`: the choices of a list, currencies, recent days (the newest
// first), ids that lists of this server showed in the last minutes. Nothing for e-mail addresses,
// amounts and free text.
std::vector<std::string> complete_argument(const prompt_argument& as, const tenancy::grant& grant,
                                           std::string_view begins, const seen_ids& seen,
                                           base::timestamp now);

// The same for the variable of a template.
std::vector<std::string> complete_variable(const resource_template& of, const tenancy::grant& grant,
                                           std::string_view begins, const seen_ids& seen,
                                           base::timestamp now);

}  // namespace tollgate::stripe
