// The rules for integrated accounts of a REST service that is not Stripe.
#pragma once
#include "base/result.hpp"
#include "base/secret.hpp"
#include "storage/rows.hpp"
#include "tenancy/rules/service_hosts.hpp"

namespace tollgate::tenancy {

// The service of a new account, as its administrator wrote it.
struct service_input {
    std::string base_url;
    std::string auth;    // bearer, basic or header
    std::string header;  // the name of the header; or empty
};

// Puts the service into the row of a new account, and its mode: `row.mode`, or live if it is empty.
// Fails as parse_service() does, and with forbidden "host_not_allowed".
base::result<> put_service(storage::account_row& row, const service_input& input,
                           const service_hosts& allowed);

// Checks the credential of an account of a service, and puts what may be shown of it into the row.
// Fails as check_service_credential() does.
base::result<> describe_service_credential(storage::account_row& row,
                                           const base::secret& credential);

// Of an account of a service: refuses what only Stripe has. Fails with invalid_argument
// "not_of_service", `field` being the name.
base::result<> check_service_fields(const storage::account_row& row);

// "not_of_service": nothing can ask a service whether a credential works.
base::failure no_verification();

}  // namespace tollgate::tenancy
