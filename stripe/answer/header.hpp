// The members about an answer that stand before Stripe's own.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/json_text.hpp"
#include "stripe/answer/answer.hpp"
#include "stripe/answer/paths.hpp"

namespace tollgate::stripe {

// `"summary":…,"next_cursor":…,"notes":…,"omitted":…,"untrusted_text":…` without braces, with a
// comma behind it; empty when there is nothing to say. `cursor` is used for pages only, empty for
// null. Before one object, `omitted` and
// `untrusted_text` keep to 12 % of the answer: all names, or their first parts, or how many fields
// were left out. Two names of strangers' texts are told in any case.
struct header_parts {
    bool paged = false;
    std::string cursor;
    bool raw = false;
    std::size_t rows = 1;               // in the answer; without rows no field can be missed
    std::size_t object_bytes = 0;       // of an answer that is one object, 0 for pages
    std::uint64_t tokens_max = 20'000;  // of the whole answer: small ones get short lists of names
};
std::string write_header(const header_parts& parts, const answer_remarks& remarks,
                         const wanted_fields& wanted, const answer_paths& paths);

// Appends `"today":…,"money":…`, or nothing when no date is set.
void write_setting(base::json_members& members, const answer_setting& setting);

// "12,345"
std::string with_commas(std::uint64_t value);

}  // namespace tollgate::stripe
