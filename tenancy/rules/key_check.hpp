// What the last check of an account's key at Stripe found.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "tenancy/rules/key_review.hpp"

namespace tollgate::tenancy {

struct key_check {
    base::timestamp at;
    key_state state = key_state::active;  // never unknown
    std::vector<area_access> missing;     // what the account's MCP servers need and the key lacks
    std::size_t beyond_need = 0;          // how many permissions they do not need
};

// "active", "needs_reauth", "wrong_account", "unknown".
std::string_view to_string(key_state state);
// "read", "write".
std::string_view to_string(key_access access);

// The stored form (JSON) of what a review found, without its time.
std::string encode_key_check(const key_review& found);

// Reads encode_key_check(). Fails with errc::corrupt.
base::result<key_check> decode_key_check(const std::string& text, base::timestamp at);

}  // namespace tollgate::tenancy
