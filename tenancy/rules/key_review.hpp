// Compares what a Stripe key may do with what the MCP servers of its account need.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace tollgate::tenancy {

// What Stripe says about the key itself.
enum class key_state : std::uint8_t {
    active,         // Stripe accepts it
    needs_reauth,   // Stripe does not know it
    wrong_account,  // Stripe does not let it act for the account's stripe_account
    unknown,        // Stripe did not answer
};

enum class known : std::uint8_t { no, yes, unknown };

// As Stripe grants it: write includes read.
enum class key_access : std::uint8_t { read, write };

// `area` is Stripe's own name: "charge" for rak_charge_read and rak_charge_write.
struct area_access {
    std::string area;
    key_access access = key_access::read;

    bool operator==(const area_access&) const = default;
};

struct area_permission {
    std::string area;
    known read = known::unknown;
    known write = known::unknown;

    bool operator==(const area_permission&) const = default;
};

// Every list is sorted by area and contains each area once.
struct key_review {
    key_state state = key_state::unknown;
    bool restricted = false;  // false: the key may do everything; no permission was checked
    std::size_t servers = 0;  // active MCP servers, which determine what is needed
    std::vector<area_access> needed;
    std::vector<area_permission> permissions;  // of the areas that were checked
    std::vector<area_access> beyond_need;
    std::vector<area_access> missing;
    std::vector<std::string> not_checked;  // areas that were not checked
    std::size_t v2_tools = 0;              // visible tools whose permissions are unknown
    std::size_t requests = 0;              // sent to Stripe
    std::vector<std::string> notes;        // sentences
};

}  // namespace tollgate::tenancy
