// What can be read from the text of a Stripe key, without asking Stripe.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::tenancy {

struct credential_facts {
    account_mode mode = account_mode::test;
    bool restricted = false;  // rk_…, not sk_…
    std::string last4;
};

// Accepts sk_test_, sk_live_, rk_test_ and rk_live_ followed by 8 to 240 letters, digits or
// underscores. Each kind of mistake is refused with its own code and message; no message quotes the
// credential.
base::result<credential_facts> check_credential(std::string_view credential);

}  // namespace tollgate::tenancy
