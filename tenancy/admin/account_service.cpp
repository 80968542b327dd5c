#include "tenancy/admin/account_service.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "tenancy/grants/open_account.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::size_t last4_bytes_min = 16;  // too much of a shorter credential would be shown

base::failure only_of_stripe(std::string_view field) {
    return base::invalid("not_of_service",
                         std::string(field) +
                             " is for accounts of Stripe, and this account is of another service: "
                             "leave it out",
                         std::string(field));
}

}  // namespace

base::result<> put_service(storage::account_row& row, const service_input& input,
                           const service_hosts& allowed) {
    const auto read = parse_service(input.base_url, input.auth, input.header);
    if (!read) return read.error();
    if (allowed.reach_of(*read) == service_hosts::reach::none) return service_hosts::refusal(*read);
    row.service_url = read->base_url();
    row.service_auth = to_string(read->auth);
    row.service_header = read->header;
    return {};
}

base::result<> describe_service_credential(storage::account_row& row,
                                           const base::secret& credential) {
    const auto service = service_of(row);
    if (!service) return service.error();
    const std::string_view text = credential.reveal();
    auto good = check_service_credential(text, (*service)->auth);
    if (!good) return good;
    row.kind = "service";
    // The last characters of "user:password" belong to the password.
    const bool shown = text.size() >= last4_bytes_min && (*service)->auth != service_auth::basic;
    row.last4 = shown ? text.substr(text.size() - 4) : std::string_view{};
    return {};
}

base::result<> check_service_fields(const storage::account_row& row) {
    if (row.service_url.empty()) return {};
    const std::array<std::pair<bool, std::string_view>, 4> given{
        {{!row.stripe_account.empty(), "stripe_account"},
         {!row.stripe_version.empty(), "stripe_version"},
         {row.connected_accounts != "[]", "connected_accounts"},
         {row.orders != "none", "orders"}}};
    for (const auto& [set, field] : given)
        if (set) return only_of_stripe(field);
    return {};
}

base::failure no_verification() {
    return base::invalid("not_of_service",
                         "only a key of Stripe can be verified, and this account is of another "
                         "service: its first call shows whether the credential is good",
                         "verify");
}

}  // namespace tollgate::tenancy
