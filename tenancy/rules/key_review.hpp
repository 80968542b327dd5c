// What a Stripe key may do, held against what the MCP servers of its account need.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace tollgate::tenancy {

// What Stripe says of the key itself.
enum class key_state : std::uint8_t {
    active,         // it takes it
    needs_reauth,   // it does not know it (any more)
    wrong_account,  // it does not let it act for the account's stripe_account
    unknown,        // it gave no answer
};

enum class known : std::uint8_t { no, yes, unknown };

// As Stripe grants it: writing includes reading.
enum class key_access : std::uint8_t { read, write };

// `area` is Stripe's own word: "charge" for rak_charge_read and rak_charge_write.
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

// Every list is sorted by area and names an area once.
struct key_review {
    key_state state = key_state::unknown;
    bool restricted = false;  // else the key may do everything, and no permission was looked at
    std::size_t servers = 0;  // active MCP servers, which decide what is needed
    std::vector<area_access> needed;
    std::vector<area_permission> permissions;  // of the areas that were looked at
    std::vector<area_access> beyond_need;
    std::vector<area_access> missing;
    std::vector<std::string> not_checked;  // areas that were not looked at
    std::size_t v2_tools = 0;              // tools shown whose permissions are not known
    std::size_t requests = 0;              // sent to Stripe
    std::vector<std::string> notes;        // sentences
};

}  // namespace tollgate::tenancy
