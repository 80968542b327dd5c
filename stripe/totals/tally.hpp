// Counts and sums over the rows of many pages.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/request/own_arguments.hpp"
#include "tenancy/rules/serving_rules.hpp"

namespace tollgate::stripe {

// The maximum number of groups; further groups are counted together.
constexpr std::size_t groups_max = 200;

// The amounts in one currency.
struct amount_total {
    std::int64_t sum = 0;
    std::int64_t least = 0;
    std::int64_t greatest = 0;
    bool too_large = false;  // the sum exceeded 64 bits and is not valid
};

struct group_total {
    std::int64_t rows = 0;
    std::map<std::string, amount_total, std::less<>> amounts;  // by currency, "" for none
};

// Adds up rows. Holds at most groups_max groups, whatever the number of rows.
class tally {
public:
    // `object` is the rows' type ("refund"); a group name that is secret, or is covered by
    // `redact`, is replaced.
    tally(aggregate_request aggregate, std::string object, tenancy::redaction_set redact);

    // Counts one row, whose document may be reused afterwards.
    void add(simdjson::dom::element row);

    std::int64_t rows() const { return all_.rows; }

    // Appends the members rows, value, group_by, all, groups (times in order; others by size, then
    // by name), top and rows_without_value, without braces. Amounts are also written in words.
    void write(std::string& out) const;

    // True if the names of the groups were written by third parties.
    bool untrusted_names() const;
    // True if no row has the value.
    bool without_value() const { return all_.rows > 0 && without_value_ == all_.rows; }
    const std::string& value() const { return aggregate_.value; }
    // True if groups were combined under "(other)".
    bool crowded() const { return groups_.contains(other_group); }

private:
    static constexpr std::string_view other_group = "(other)";

    // One of the rows with the largest value.
    struct top_row {
        std::int64_t value = 0;
        std::string id, currency, group;
    };

    std::string group_of(simdjson::dom::element row) const;
    void note_top(simdjson::dom::element row, std::int64_t value, std::string_view currency);
    std::string groups_json() const;
    std::string top_json() const;
    static void count(group_total& into, std::string_view currency,
                      std::optional<std::int64_t> value);

    aggregate_request aggregate_;
    std::string object_;
    tenancy::redaction_set redact_;
    group_total all_;
    std::map<std::string, group_total, std::less<>> groups_;
    std::vector<top_row> top_;  // the largest first; equal ones in order of arrival
    std::int64_t without_value_ = 0;
};

}  // namespace tollgate::stripe
