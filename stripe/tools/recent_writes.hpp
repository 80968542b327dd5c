// Which kinds of objects were written through this gateway in the last minute: Stripe's search
// finds them later than its lists do.
#pragma once
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"

namespace tollgate::stripe {

// Kept in memory for all loops of the process; losing it at a restart only costs a note. Any
// thread; a short lock.
class recent_writes {
public:
    // Under normal conditions, Stripe's search includes a write within a minute.
    static constexpr std::chrono::seconds remembered{60};
    // Beyond this many pairs of account and kind, the oldest are forgotten.
    static constexpr std::size_t kinds_max = 4096;

    // An object of that type was written on that account.
    void note(std::string_view account, std::string_view object, base::timestamp now);

    // Seconds since the last write; nothing if it was more than a minute ago or is unknown.
    std::optional<std::int64_t> seconds_since(std::string_view account, std::string_view object,
                                              base::timestamp now) const;

private:
    mutable std::mutex lock_;
    std::unordered_map<std::string, base::timestamp> last_;
};

}  // namespace tollgate::stripe
