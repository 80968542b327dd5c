// Checks the key of a request to the sandbox, and its permissions.
#pragma once
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/sandbox/kernel/errors.hpp"

namespace tollgate::sandbox {

// The key of a request, from Bearer or from Basic's user name; empty if there is none.
std::string key_of(const base::http_request& request);

// Accepts `configured` and keys that begin with sk_test_sandbox or rk_test_sandbox, but never a
// live key. Any other key gets Stripe's 401.
outcome<bool> check_key(std::string_view key, std::string_view configured);

// Stripe's 403 if the key may not call `called`: rk_test_sandbox_readonly… may only read;
// rk_test_sandbox_only__charge_read__customer_write__… has the permissions in its text, named as at
// Stripe, and those they imply. All other keys may do everything.
outcome<bool> check_permission(std::string_view key, const stripe::operation& called,
                               std::string_view account);

// A key as shown by Stripe: its prefix, stars, its last four characters.
std::string mask(std::string_view key);

}  // namespace tollgate::sandbox
