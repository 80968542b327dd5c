#include "tenancy/grants/open_account.hpp"

#include <utility>

#include "tenancy/rules/orders_kind.hpp"
#include "tenancy/rules/server_config.hpp"
#include "tenancy/secrets/places.hpp"

namespace tollgate::tenancy {

std::string vault_place(std::string_view team_id, std::string_view account_id) {
    return account_place(team_id, account_id);
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
    out.mode = row.mode == "live" ? account_mode::live : account_mode::test;
    out.credential = std::move(*credential);
    out.stripe_account = row.stripe_account;
    out.stripe_version = row.stripe_version;
    out.connected_accounts = std::move(*connected);
    out.version = row.version;
    out.orders = orders_kind_named(row.orders);
    return out;
}

}  // namespace tollgate::tenancy
