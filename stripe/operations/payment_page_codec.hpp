// A page of Stripe's payment intents as a company's customers and orders.
#pragma once
#include <string_view>

#include "base/result.hpp"
#include "tenancy/orders/payment_pages.hpp"

namespace tollgate::stripe {

// Reads a list of payment intents with their customers and latest charges expanded. Amounts and
// currencies are Stripe's: the currency's minor unit, and lower-case codes. A payment without a
// currency, amount or time counts as not paid. Fails with errc::unavailable "stripe_unavailable" if
// the text is not such a list.
base::result<tenancy::payment_page> read_payment_page(std::string_view body,
                                                      const tenancy::payment_page_request& what);

}  // namespace tollgate::stripe
