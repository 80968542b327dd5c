// The permission that Stripe requires of a restricted key for an operation. Pure; any thread.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "stripe/catalog/catalog.hpp"
#include "tenancy/rules/key_review.hpp"

namespace tollgate::stripe {

// The area of the permission, in Stripe's own name: "charge" for rak_charge_read and
// rak_charge_write. Taken from the path's resource if no other name is known. Empty for v2, whose
// permissions are unknown.
std::string permission_area(const operation& one);

// Write for every method except GET, with Stripe's exceptions.
tenancy::key_access permission_access(const operation& one);

// The areas that a key may also read at Stripe if it may read or write `area`; not transitive.
std::span<const std::string_view> implied_reads(std::string_view area) noexcept;

}  // namespace tollgate::stripe
