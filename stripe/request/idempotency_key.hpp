// The rules for idempotency keys of calls to Stripe: which requests carry one, and which text is
// valid.
#pragma once
#include <cstddef>
#include <string_view>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

constexpr std::size_t idempotency_key_max = 255;  // bytes; Stripe's own limit

// Every POST carries a key, and every DELETE of the v2 API.
bool carries_idempotency_key(const operation& called) noexcept;

// The key becomes a header: 1 to 255 printable ASCII characters without spaces.
bool is_idempotency_key(std::string_view text) noexcept;

}  // namespace tollgate::stripe
