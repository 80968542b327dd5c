// The names of the kinds of orders that an account may have.
#pragma once
#include <array>
#include <string_view>

#include "tenancy/rules/grant.hpp"

namespace tollgate::tenancy {

// The names of the kinds, in their order: as they are stored and shown.
constexpr std::array<std::string_view, 3> orders_kind_names{"none", "tables", "external"};

// The kind with that name; `none` for any other.
constexpr orders_kind orders_kind_named(std::string_view name) {
    if (name == orders_kind_names[1]) return orders_kind::tables;
    return name == orders_kind_names[2] ? orders_kind::external : orders_kind::none;
}

}  // namespace tollgate::tenancy
