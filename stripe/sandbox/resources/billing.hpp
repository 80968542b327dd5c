// Invoices as values: what subscriptions, invoices and invoice items share.
#pragma once
#include <string>

#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

struct invoice_line {
    std::int64_t amount = 0;
    std::int64_t quantity = 1;
    std::string description;
    const json* price = nullptr;  // null: an amount alone
    std::string subscription;     // with subscription_item
    std::string subscription_item;
    std::string invoice_item;
    std::int64_t period_start = 0;
    std::int64_t period_end = 0;
};

// Keeps a draft for a customer. `subscription` is empty for one made by hand.
json& make_invoice(world& in, const json& customer, const std::string& currency,
                   std::string_view reason, const std::string& subscription);

// Adds a line and the sums that follow from it.
void add_line(world& in, json& invoice, const invoice_line& line);

// Draft to open: a number, a page, dates. Nothing to pay makes it paid.
void finalize_invoice(world& in, json& invoice);

// Pays an open invoice with `payment_method`: a payment intent, a charge, an invoice payment. 402
// leaves the invoice open, with the attempt counted.
outcome<bool> pay_invoice(world& in, json& invoice, json& payment_method);

// Marks it paid without money through here.
void pay_out_of_band(world& in, json& invoice);

// `seconds` and `count` intervals ("month") later, by the calendar: 31 January and a month is the
// last of February.
std::int64_t add_interval(std::int64_t seconds, std::string_view interval, std::int64_t count);

}  // namespace tollgate::sandbox
