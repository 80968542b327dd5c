// Caps: limits on the sum or the number of writes in a window of time.
#pragma once
#include <cstdint>
#include <string>

namespace tollgate::storage {

// What a write would use of one cap. A window is counted in slices, each beginning at a whole
// second since 1970; the slices from `from` on count.
struct cap_claim {
    // The cap of a rule and its subject: writes that count together have equal text.
    std::string cap;
    std::string currency;  // "usd"; empty: a number of writes
    std::int64_t amount = 0;
    std::int64_t limit = 0;  // for everything that counts
    std::int64_t slice = 0;  // the slice of this write
    std::int64_t from = 0;
};

// What counts towards a cap now, in one currency.
struct cap_state {
    std::string currency;
    std::int64_t used = 0;      // by writes that succeeded
    std::int64_t reserved = 0;  // for writes without a known outcome
};

}  // namespace tollgate::storage
