// The stored records of policy changes that a second person must confirm.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "storage/rows.hpp"

namespace tollgate::storage {

enum class policy_change_state : std::uint8_t { pending, confirmed, refused };

// The names of the states, in their order: as they are stored.
constexpr std::array<std::string_view, 3> policy_change_state_names{"pending", "confirmed",
                                                                    "refused"};

// The values of team_settings::policy_changes.
constexpr std::string_view changed_alone = "alone";
constexpr std::string_view changed_by_two = "second_person";

// One requested change: either new rules, or turning off the team's setting that requires a second
// person.
struct policy_change_row {
    std::string id;  // pch_…
    std::string team_id;
    std::string account_id;         // ia_…, or empty: the team's own rules, or its setting
    bool ends_setting = false;      // it sets team_settings::policy_changes to `changed_alone`
    std::int64_t base_version = 0;  // of the rules it replaces
    std::string rules;              // JSON array; empty for the setting
    std::string asked_by;           // key_… or per_…
    timestamp asked_at;
    timestamp expires_at;
    policy_change_state state = policy_change_state::pending;
    std::string decided_by{};  // key_… or per_…
    std::optional<timestamp> decided_at{};
    std::string reason{};      // of the person who decided, or empty
    std::string asked_side{};  // the person or first API key behind asked_by; set when stored
};

}  // namespace tollgate::storage
