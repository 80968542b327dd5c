// What the rules say of one call: the only answer that decides whether it is sent.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::tenancy {

enum class effect : std::uint8_t { allow, needs_approval, deny };
// "allow", "needs_approval", "deny".
std::string_view to_string(effect value) noexcept;

// The layers in the order in which they are asked; the first one that denies decides.
enum class layer : std::uint8_t { none, frozen, live_writes, team, account, server, declaration };
// "none", "frozen", "live_writes", "team", "account", "server", "declaration".
std::string_view to_string(layer value) noexcept;

// Who must agree, and for how long the question stands.
struct approval_terms {
    std::uint32_t needed = 1;                 // different approvers
    std::uint32_t expires_in_s = 24 * 3'600;  // from the question on
    bool by_people = false;                   // only people count, not API keys
    std::string groups{};                     // comma-separated; one person of each must agree
};

// A rule that decides nothing yet ("mode": "observe") and would have refused.
struct observed_rule {
    layer where = layer::none;
    std::string id;
};

struct decision {
    effect outcome = effect::allow;
    layer where = layer::none;        // of the rule that decided
    std::string rule;                 // its id; empty if the call is allowed
    std::int64_t policy_version = 0;  // of that layer; 0: no policy
    std::string reason;               // a sentence for the model: what is not allowed
    std::string remedy;               // a sentence for the model: what would be allowed
    approval_terms approval{};        // if an approval is needed
    std::vector<observed_rule> observed{};
    // Rules about the tool from which the MCP server has an exception: they only observe.
    std::vector<observed_rule> excepted{};
};

}  // namespace tollgate::tenancy
