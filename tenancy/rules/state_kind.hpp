// The facts about Stripe's current state that a rule can use before a call is sent.
#pragma once
#include <cstdint>
#include <string_view>

namespace tollgate::tenancy {

enum class state_kind : std::uint8_t {
    remaining,   // the amount of a payment that can still be refunded
    dispute,     // whether the payment has an open dispute
    age,         // when the object was created
    capturable,  // whether the payment waits for its capture
    repeat,      // whether our own records show a recent equal write
};

// "remaining", "dispute", "age", "capturable", "repeat".
constexpr std::string_view to_string(state_kind kind) noexcept {
    switch (kind) {
        case state_kind::remaining:
            return "remaining";
        case state_kind::dispute:
            return "dispute";
        case state_kind::age:
            return "age";
        case state_kind::capturable:
            return "capturable";
        default:
            return "repeat";
    }
}

// A set of state_kind, one bit each.
using state_set = std::uint8_t;

constexpr state_set bit(state_kind kind) {
    return static_cast<state_set>(1U << static_cast<unsigned>(kind));
}

}  // namespace tollgate::tenancy
