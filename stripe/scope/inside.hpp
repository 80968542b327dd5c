// Decides whether an object at Stripe is within the data scope of an MCP server.
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "tenancy/policy/decide.hpp"

namespace tollgate::stripe {

// The rules that limit a call's data, and the facts needed to apply them.
struct data_limits {
    std::vector<tenancy::scope_use> scopes{};
    std::vector<std::string> proven{};  // ids of objects that were read and are in scope
    base::timestamp now{};

    bool any() const noexcept { return !scopes.empty(); }
};

// True if `object` is in scope: its own members show that every scope contains it, or it is, or
// refers to, an object that was proven to be in scope. An event is in scope if its object is. Pure.
bool is_inside(simdjson::dom::object object, const data_limits& limits);

// True if a customer with that id is in the scope, or the scope names no customers.
bool has_customer(const tenancy::data_scope& scope, std::string_view id);

// The text member of that name, or empty.
std::string_view text_member(simdjson::dom::object object, std::string_view name);

}  // namespace tollgate::stripe
