// Arguments that a mode requires although Stripe's own facts call them optional.
#pragma once
#include <optional>

#include "base/result.hpp"
#include "stripe/request/given_arguments.hpp"

namespace tollgate::stripe {

// For a checkout session: line_items if something is sold (mode payment and subscription), and
// success_url for Stripe's own page. errc::invalid_argument "missing_argument" names all missing
// ones and the mode that requires them; nothing for all other operations.
std::optional<base::failure> missing_for_mode(const given_arguments& given);

}  // namespace tollgate::stripe
