// Money: the account's balance is the sum of its balance transactions.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "stripe/sandbox/kernel/world.hpp"

namespace tollgate::sandbox {

struct ledger_entry {
    std::string type;      // "charge"
    std::string category;  // "charge": reporting_category
    std::int64_t amount = 0;
    std::int64_t fee = 0;
    std::string currency;
    std::string source;
    std::string description;  // empty: null
    std::int64_t available_on = 0;
};

// Stores a balance transaction of net amount - fee and returns it.
json& record(world& in, const ledger_entry& entry);

// Stripe's fee for a card payment: 2.9 % and 30 cents, 1.5 % and 25 for eur, 3.6 % for jpy.
std::int64_t card_fee(std::int64_t amount, std::string_view currency);

// Sums of net by currency: available and pending.
struct balances {
    std::map<std::string, std::int64_t> available;
    std::map<std::string, std::int64_t> pending;
};
balances sum(world& in);

// "$12.00", "€3.50", "¥500", "KWD 1.230": for messages.
std::string show_amount(std::int64_t amount, std::string_view currency);

// Checks that an amount of a currency with three decimals ends in 0, as Stripe requires.
outcome<bool> check_last_digit(std::int64_t amount, std::string_view currency);

// Checks that the sandbox knows the currency; check_amount() also checks that the amount is between
// its minimum and 99999999, and its last digit.
outcome<bool> check_currency(std::string_view currency);
outcome<bool> check_amount(std::int64_t amount, std::string_view currency);

}  // namespace tollgate::sandbox
