// One amount for several currencies: in a base currency, at rates that the operator gives.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace tollgate::tenancy {

// What one smallest unit of `currency` is worth in smallest units of the base currency: `digits`
// divided by `scale`. Exact; both are positive.
struct exchange_rate {
    std::string currency;
    std::int64_t digits = 1;
    std::int64_t scale = 1;
};

// "base" of a limit: no other currency than the base one and those with a rate.
struct base_rates {
    std::string currency;
    std::vector<exchange_rate> rates;
    base::timestamp until;  // when the rates end; not included

    // What `amount` of that currency is worth at `now`, rounded up; the largest number if it is
    // more than 64 bits. Nothing for a currency without a rate, and after `until` for all but the
    // base currency.
    std::optional<std::int64_t> worth(std::string_view of, std::int64_t amount,
                                      base::timestamp now) const;
    // The most that `amount` is worth in any of the currencies; nothing after `until`.
    std::optional<std::int64_t> most_worth(std::int64_t amount, base::timestamp now) const;
};

// "1.0842": at most nine digits before the point and nine after it, and more than zero. Nothing for
// anything else.
std::optional<exchange_rate> parse_rate(std::string currency, std::string_view text);

// The largest amount at that rate that is worth no more than `value` of the base currency, and the
// smallest one that is worth no less: exact, so that comparing with them is comparing the worth.
std::int64_t largest_within(const exchange_rate& rate, std::int64_t value);
std::int64_t smallest_reaching(const exchange_rate& rate, std::int64_t value);

}  // namespace tollgate::tenancy
