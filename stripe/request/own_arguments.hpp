// Arguments that the gateway handles itself and that are never sent to Stripe under their own
// names: fields, max_tokens, next_cursor, where, match.
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
    std::vector<std::string> fields;    // as given; empty: the default fields
    std::vector<std::string> expanded;  // the paths of Stripe's `expand`, which are shown too
    std::optional<std::uint32_t> tokens_max;
    std::string next_cursor;  // as given, still sealed; empty: the first page
    std::string query;        // the query for Stripe's search from `where` and `match`, or empty
    // The arguments that were read here; encode() skips them. With `where`, `query` is one of them.
    std::vector<std::string_view> names;
};

// Reads them. `tokens_max` is the limit from the server's config; a larger max_tokens is refused.
// Fails with errc::invalid_argument wrong_type, invalid_value or too_large; `field` names the
// argument ("where[1].op").
base::result<own_arguments> read_own_arguments(const given_arguments& given,
                                               std::uint32_t tokens_max);

// How times are grouped.
enum class time_span : std::uint8_t { none, day, week, month };

constexpr std::uint32_t top_rows_max = 20;  // of aggregate.top

// `aggregate`: totals over many pages instead of rows.
struct aggregate_request {
    std::string group_by;            // a dotted path, or empty: one group
    std::string value;               // a dotted path of an amount, or empty: counts only
    time_span by = time_span::none;  // group_by is a time, grouped by days, weeks or months
    std::uint32_t top = 0;           // how many rows with the largest value are listed too
};

// Only lists with pages have `aggregate`.
bool takes_aggregate(const operation& called) noexcept;

// The argument of a list, or nothing if it is not given. The caller adds the name to
// own_arguments::names, so that encode() skips it. "day", "week" and "month" group by `created`,
// "arrival_date.month" by another time. Fails like read_own_arguments.
base::result<std::optional<aggregate_request>> read_aggregate(const given_arguments& given);

}  // namespace tollgate::stripe
