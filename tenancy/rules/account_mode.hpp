// Whether an integrated account moves real money.
#pragma once
#include <cstdint>

namespace tollgate::tenancy {

enum class account_mode : std::uint8_t { test, live };

}  // namespace tollgate::tenancy
