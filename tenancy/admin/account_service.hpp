// The rules for integrated accounts of a REST service that is not Stripe.
#pragma once
#include "base/result.hpp"
#include "base/secret.hpp"
#include "storage/rows.hpp"
#include "tenancy/rules/service_hosts.hpp"

namespace tollgate::tenancy {

// The service of a new account, as given by its administrator.
struct service_input {
    std::string base_url;
    std::string auth;    // bearer, basic or header
    std::string header;  // the name of the header; or empty
};

// Writes the service into the row of a new account. Fails as parse_service() does, and with
// forbidden "host_not_allowed".
base::result<> put_service(storage::account_row& row, const service_input& input,
                           const service_hosts& allowed);

// Checks the credential of a service's account, and writes the parts that may be shown into the
// row. Fails as check_service_credential() does.
base::result<> describe_service_credential(storage::account_row& row,
                                           const base::secret& credential);

// Refuses fields that apply to Stripe only, for an account of a service. Fails with
// invalid_argument "not_of_service"; `field` is the field's name.
base::result<> check_service_fields(const storage::account_row& row);

// The failure "not_of_service": there is no request that checks whether a service accepts a
// credential.
base::failure no_verification();

}  // namespace tollgate::tenancy
