// Which permission Stripe asks of a restricted key for an operation. Pure; any thread.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "stripe/catalog/catalog.hpp"
#include "tenancy/rules/key_review.hpp"

namespace tollgate::stripe {

// The area of the permission in Stripe's own word: "charge" for rak_charge_read and
// rak_charge_write. By the path's resource where no other name is known. Empty for v2, whose
// permissions are not known.
std::string permission_area(const operation& one);

// Write for all but GET, with Stripe's exceptions.
tenancy::key_access permission_access(const operation& one);

// The areas that whoever may read or write `area` may read besides, at Stripe; those that follow
// from them are not included.
std::span<const std::string_view> implied_reads(std::string_view area) noexcept;

}  // namespace tollgate::stripe
