// The members about an answer, written before Stripe's own.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/json_text.hpp"
#include "stripe/answer/answer.hpp"
#include "stripe/answer/paths.hpp"

namespace tollgate::stripe {

// `"summary":…,"next_cursor":…,"notes":…,"omitted":…,"untrusted_text":…` without braces, followed
// by a comma; empty if there is nothing to write. `cursor` is used for pages only; empty means
// null. For a single object, `omitted` and `untrusted_text` take at most 12 % of the answer: all
// names, or their first parts, or the number of fields left out. At least two names of untrusted
// texts are always given.
struct header_parts {
    bool paged = false;
    std::string cursor;
    bool raw = false;
    std::size_t rows = 1;               // in the answer; without rows, no field can be missing
    std::size_t object_bytes = 0;       // of an answer that is one object, 0 for pages
    std::uint64_t tokens_max = 20'000;  // of the whole answer; small budgets get short lists of
                                        // names
};
std::string write_header(const header_parts& parts, const answer_remarks& remarks,
                         const wanted_fields& wanted, const answer_paths& paths);

// Appends `"today":…,"money":…`, or nothing if no date is set.
void write_setting(base::json_members& members, const answer_setting& setting);

// "12,345"
std::string with_commas(std::uint64_t value);

}  // namespace tollgate::stripe
