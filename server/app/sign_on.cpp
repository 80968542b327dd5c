#include "server/app/sign_on.hpp"

#include <stdexcept>
#include <utility>

#include "server/delivery/sign_on_provider.hpp"
#include "server/process/bind.hpp"
#include "stripe/upstream/pool.hpp"
#include "tenancy/admin/teams.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::server {

namespace {

constexpr std::size_t provider_lookups_at_once = 1;
constexpr std::size_t provider_lookups_waiting = 64;

}  // namespace

base::result<> sign_on::open(const config& value, boost::asio::io_context& io,
                             tenancy::teams& teams, tenancy::single_sign_on& people,
                             const base::clock& clock) {
    const auto& oidc = value.oidc;
    if (oidc.issuer.empty()) return {};
    const auto team = run_now(io, teams.get(oidc.team_id));
    if (!team && team.error().kind == base::errc::not_found)
        return base::invalid("no_such_team",
                             "oidc.team_id is " + oidc.team_id +
                                 ", and this gateway has no such team: GET /team says which it has",
                             "oidc.team_id");
    if (!team) return team.error();
    auto roles = tenancy::read_role_map(oidc.roles);
    if (!roles) return roles.error();
    delivery::sign_on_client client{oidc.issuer, oidc.client_id, {}, oidc.scopes};
    if (!oidc.client_secret_file.empty()) {
        auto secret = tenancy::read_secret_file(oidc.client_secret_file);
        if (!secret) return secret.error();
        client.client_secret = std::move(*secret);
    }
    blocking_ = std::make_unique<base::worker>(provider_lookups_at_once, provider_lookups_waiting,
                                               "sign-on-lookup");
    delivery::network with{.blocking = *blocking_, .tls = nullptr};
    with.public_only = !oidc.private_networks;
    try {
        with.tls = stripe::make_client_tls(oidc.ca_file);
    } catch (const std::runtime_error& error) {
        return base::invalid("ca_file", error.what(), "oidc.ca_file");
    }
    provider_ = delivery::make_sign_on_provider(std::move(client), std::move(with), clock);
    tenancy::sign_on_rules rules;
    rules.team_id = oidc.team_id;
    rules.roles_claim = oidc.roles_claim;
    rules.roles = std::move(*roles);
    people.use(*provider_, std::move(rules));
    return {};
}

}  // namespace tollgate::server
