// Whether an object of Stripe's is inside the data of an MCP server.
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "tenancy/policy/decide.hpp"

namespace tollgate::stripe {

// The rules that limit the data of a call, and what is known beside them.
struct data_limits {
    std::vector<tenancy::scope_use> scopes{};
    std::vector<std::string> proven{};  // ids of objects that were read and are inside
    base::timestamp now{};

    bool any() const noexcept { return !scopes.empty(); }
};

// True if `object` is inside: it shows by itself that every scope holds it, or it is or names an
// object that was proven to be inside. An event is inside if its object is. Pure.
bool is_inside(simdjson::dom::object object, const data_limits& limits);

// True if a customer with that id is in the scope, or the scope names no customers.
bool has_customer(const tenancy::data_scope& scope, std::string_view id);

// The text member of that name, or empty.
std::string_view text_member(simdjson::dom::object object, std::string_view name);

}  // namespace tollgate::stripe
