// Who may call the sandbox, and what they may do.
#pragma once
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/sandbox/kernel/errors.hpp"

namespace tollgate::sandbox {

// The key a request carries, as Bearer or as Basic's user name; empty when it carries none.
std::string key_of(const base::http_request& request);

// Passes `configured` and keys that begin with sk_test_sandbox or rk_test_sandbox; live keys never.
// The others get Stripe's 401.
outcome<bool> check_key(std::string_view key, std::string_view configured);

// Stripe's 403 when the key may not call `called`: rk_test_sandbox_readonly… reads only;
// rk_test_sandbox_only__charge_read__customer_write__… does what its permissions say, in Stripe's
// words, with what they imply. The other keys may do everything.
outcome<bool> check_permission(std::string_view key, const stripe::operation& called,
                               std::string_view account);

// A key as Stripe shows it: its prefix, stars, its last four characters.
std::string mask(std::string_view key);

}  // namespace tollgate::sandbox
