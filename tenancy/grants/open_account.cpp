#include "tenancy/grants/open_account.hpp"

#include <utility>

#include "tenancy/rules/orders_kind.hpp"
#include "tenancy/rules/server_config.hpp"
#include "tenancy/secrets/places.hpp"

namespace tollgate::tenancy {

std::string vault_place(std::string_view team_id, std::string_view account_id) {
    return account_place(team_id, account_id);
}

base::result<std::optional<service_access>> service_of(const storage::account_row& row) {
    if (row.service_url.empty()) return std::optional<service_access>{};
    auto read = parse_service(row.service_url, row.service_auth, row.service_header);
    if (!read) return read.error();
    return std::optional<service_access>{std::move(*read)};
}

base::result<account_access> open_account(const vault& secrets, const storage::account_row& row) {
    auto credential = secrets.open(row.credential, vault_place(row.team_id, row.id));
    if (!credential) return credential.error();
    auto connected = decode_words(row.connected_accounts);
    if (!connected) return connected.error();
    account_access out;
    out.id = row.id;
    out.team_id = row.team_id;
    out.name = row.name;
    out.mode = row.mode;
    out.credential = std::move(*credential);
    out.stripe_account = row.stripe_account;
    out.stripe_version = row.stripe_version;
    out.connected_accounts = std::move(*connected);
    out.version = row.version;
    out.orders = orders_kind_named(row.orders);
    auto service = service_of(row);
    if (!service) return service.error();
    out.service = std::move(*service);
    return out;
}

}  // namespace tollgate::tenancy
