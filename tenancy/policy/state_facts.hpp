// What is known of Stripe's state when a call is decided: gathered first, so that the decision
// stays pure.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "tenancy/rules/state_kind.hpp"

namespace tollgate::tenancy {

// A fact that is absent is not known; a rule about it refuses then.
struct state_facts {
    std::string unreadable{};                 // why the object could not be read; empty: it was
    std::string disputes_unreadable{};        // the same for its disputes
    bool passing = false;                     // a read failed that may succeed soon
    std::string currency{};                   // of the amounts; lower case
    std::optional<std::int64_t> total{};      // of the payment, in the smallest unit
    std::optional<std::int64_t> remaining{};  // of that, what can still be refunded
    std::optional<base::timestamp> created{};
    std::optional<bool> open_dispute{};
    std::optional<bool> capturable{};
    std::vector<std::string> looked_up{};  // repeats that were looked up, by name
    std::vector<std::string> repeated{};   // of these, those that were found

    bool was_looked_up(const std::string& name) const {
        return std::ranges::find(looked_up, name) != looked_up.end();
    }
    bool is_repeated(const std::string& name) const {
        return std::ranges::find(repeated, name) != repeated.end();
    }
};

// A write that must be looked up in our own records: whether one was counted under that name since.
struct repeat_lookup {
    std::string name;
    std::int64_t from = 0;  // the oldest slice that counts
};

// What must be gathered before a call can be decided.
struct state_needs {
    state_set kinds = 0;
    std::vector<repeat_lookup> repeats{};

    bool any() const noexcept { return kinds != 0; }
};

}  // namespace tollgate::tenancy
