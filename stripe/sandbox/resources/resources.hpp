// The operations, one file per resource.
#pragma once
#include <string_view>

#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

// The supported resources, listed in the answer to an operation that the sandbox does not have.
constexpr std::string_view supported_resources =
    "customers, products, prices, coupons, promotion codes, payment methods (cards), payment "
    "intents, charges, refunds, disputes, payouts, balance, balance transactions, checkout "
    "sessions, payment links, subscriptions, invoices, invoice items and events";

void add_balance(routes& to);
void add_charges(routes& to);
void add_checkout(routes& to);
void add_coupons(routes& to);
void add_customers(routes& to);
void add_disputes(routes& to);
void add_events(routes& to);
void add_invoice_items(routes& to);
void add_invoices(routes& to);
void add_payment_intents(routes& to);
void add_payment_links(routes& to);
void add_payment_methods(routes& to);
void add_payouts(routes& to);
void add_prices(routes& to);
void add_products(routes& to);
void add_refunds(routes& to);
void add_subscriptions(routes& to);

// All of them.
inline void add_resources(routes& to) {
    for (const auto add : {add_balance, add_charges, add_checkout, add_coupons, add_customers,
                           add_disputes, add_events, add_invoice_items, add_invoices,
                           add_payment_intents, add_payment_links, add_payment_methods, add_payouts,
                           add_prices, add_products, add_refunds, add_subscriptions})
        add(to);
}

}  // namespace tollgate::sandbox
