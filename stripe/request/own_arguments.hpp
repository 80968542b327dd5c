// The arguments that are the gateway's own business and never reach Stripe under their names:
// fields, max_tokens, next_cursor, where, match.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "stripe/request/given_arguments.hpp"

namespace tollgate::stripe {

constexpr std::uint32_t call_tokens_min = 500;  // of the argument max_tokens

struct own_arguments {
    std::vector<std::string> fields;    // as given; empty: the defaults
    std::vector<std::string> expanded;  // the paths of Stripe's `expand`, which are to be shown too
    std::optional<std::uint32_t> tokens_max;
    std::string next_cursor;  // as it was given, still sealed; empty: the first page
    std::string query;        // what `where` and `match` mean to Stripe's search, or empty
    // The arguments that were read here: encode() passes them over. With `where`, `query` is one of
    // them.
    std::vector<std::string_view> names;
};

// Reads them. `tokens_max` is the most the server's config allows; max_tokens over it is refused.
// Fails with errc::invalid_argument wrong_type, invalid_value or too_large, `field` being the
// argument ("where[1].op").
base::result<own_arguments> read_own_arguments(const given_arguments& given,
                                               std::uint32_t tokens_max);

// What times are put together by.
enum class time_span : std::uint8_t { none, day, week, month };

constexpr std::uint32_t top_rows_max = 20;  // of aggregate.top

// `aggregate`: totals over many pages instead of rows.
struct aggregate_wish {
    std::string group_by;            // a dotted path, or empty: one group
    std::string value;               // a dotted path of an amount, or empty: counts only
    time_span by = time_span::none;  // group_by is a time: the groups are days, weeks or months
    std::uint32_t top = 0;           // so many rows with the largest value are named too
};

// Only lists that page have `aggregate`.
bool takes_aggregate(const operation& called) noexcept;

// The argument of a list, or nothing when it is not given. The caller adds the name to
// own_arguments::names, so that encode() passes it over. "day", "week" and "month" group by
// `created`, "arrival_date.month" by another time. Fails like read_own_arguments.
base::result<std::optional<aggregate_wish>> read_aggregate(const given_arguments& given);

}  // namespace tollgate::stripe
