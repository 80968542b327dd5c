// Amounts in readable form: "12.34 USD", "1500 JPY", "1.234 KWD". Integers only, never floating
// point.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tollgate::stripe {

// The number of decimals in Stripe's amounts of a currency (lower or upper case code): 0, 2 or 3.
unsigned currency_decimals(std::string_view currency) noexcept;

// The currencies that Stripe charges or settles in, in lower case, sorted. They live as long as the
// process.
std::span<const std::string_view> currencies() noexcept;

// True for the three-letter code, in lower case, of a currency that Stripe charges or settles in.
bool is_currency(std::string_view text) noexcept;

// `amount` in the smallest unit, as "-12.34 USD". ISK and UGX have two decimals in the API that are
// always zero: "5 ISK" for 500. Empty if `currency` is not a known code.
std::string format_amount(std::int64_t amount, std::string_view currency);

// True if an integer with that name is an amount of money in any object: amount, amount_*,
// *_amount, total, subtotal, fee, net, balance, unit_amount … Names that are amounts only in some
// objects (value, cash, gte) are handled by facts_of_member.
bool is_amount_name(std::string_view name) noexcept;

}  // namespace tollgate::stripe
