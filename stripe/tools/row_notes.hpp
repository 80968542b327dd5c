// What a reader of rows has to know about them, told by what was asked for.
#pragma once
#include <string>
#include <string_view>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// Of the balance transactions of one payout: which row is the payout itself. Empty for anything
// else. `target` is the request's, as Stripe gets it. Pure.
std::string payout_row_note(const operation& called, std::string_view target);

// Of a list of customers by e-mail address that is empty: that case counts. Empty for anything
// else. Pure.
std::string email_case_note(const operation& called, std::string_view target);

}  // namespace tollgate::stripe
