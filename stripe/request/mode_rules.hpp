// What a mode makes required, where Stripe's own facts call it optional.
#pragma once
#include <optional>

#include "base/result.hpp"
#include "stripe/request/given_arguments.hpp"

namespace tollgate::stripe {

// For a checkout session: line_items where something is sold (mode payment and subscription), and
// success_url for Stripe's own page. errc::invalid_argument "missing_argument" names all that is
// missing, and the mode that asks for it; nothing for every other operation.
std::optional<base::failure> missing_for_mode(const given_arguments& given);

}  // namespace tollgate::stripe
