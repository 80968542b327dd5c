// Functions on invoices, shared by subscriptions, invoices and invoice items.
#pragma once
#include <string>

#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

struct invoice_line {
    std::int64_t amount = 0;
    std::int64_t quantity = 1;
    std::string description;
    const json* price = nullptr;  // null: only an amount
    std::string subscription;     // with subscription_item
    std::string subscription_item;
    std::string invoice_item;
    std::int64_t period_start = 0;
    std::int64_t period_end = 0;
};

// Stores a draft for a customer. `subscription` is empty for a manual invoice.
json& make_invoice(world& in, const json& customer, const std::string& currency,
                   std::string_view reason, const std::string& subscription);

// Adds a line and updates the sums.
void add_line(world& in, json& invoice, const invoice_line& line);

// Changes a draft to open: sets a number, a page, dates. An invoice with nothing to pay becomes
// paid.
void finalize_invoice(world& in, json& invoice);

// Pays an open invoice with `payment_method`: creates a payment intent, a charge and an invoice
// payment. A 402 leaves the invoice open and counts the attempt.
outcome<bool> pay_invoice(world& in, json& invoice, json& payment_method);

// Marks the invoice as paid outside of Stripe.
void pay_out_of_band(world& in, json& invoice);

// `seconds` plus `count` calendar intervals ("month"): 31 January plus a month is the last day of
// February.
std::int64_t add_interval(std::int64_t seconds, std::string_view interval, std::int64_t count);

}  // namespace tollgate::sandbox
