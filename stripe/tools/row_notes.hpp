// Notes for readers of rows, determined by the request.
#pragma once
#include <string>
#include <string_view>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// For the balance transactions of one payout: which row is the payout itself. Empty for other
// requests. `target` is the request's target as sent to Stripe. Pure.
std::string payout_row_note(const operation& called, std::string_view target);

// For an empty list of customers by e-mail address: the address is case-sensitive. Empty for other
// requests. Pure.
std::string email_case_note(const operation& called, std::string_view target);

}  // namespace tollgate::stripe
