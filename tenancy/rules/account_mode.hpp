// Whether an integrated account moves real money.
#pragma once
#include "storage/account_mode.hpp"

namespace tollgate::tenancy {

using storage::account_mode;
using storage::account_mode_named;
using storage::to_string;

}  // namespace tollgate::tenancy
