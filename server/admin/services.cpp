#include "server/admin/services.hpp"

#include <utility>

#include "tenancy/registry.hpp"

namespace tollgate::admin {

tenancy::teams& services::teams() const {
    return all_->teams();
}

tenancy::api_keys& services::api_keys() const {
    return all_->api_keys();
}

tenancy::accounts& services::accounts() const {
    return all_->accounts();
}

tenancy::servers& services::servers() const {
    return all_->servers();
}

tenancy::mass_revoke& services::mass_revoke() const {
    return all_->mass_revoke();
}

tenancy::person_servers& services::person_servers() const {
    return all_->person_servers();
}

tenancy::policies& services::policies() const {
    return all_->policies();
}

tenancy::policy_changes& services::policy_changes() const {
    return all_->policy_changes();
}

tenancy::declarations& services::declarations() const {
    return all_->declarations();
}

tenancy::rule_exceptions& services::exceptions() const {
    return all_->exceptions();
}

tenancy::suspension& services::suspension() const {
    return all_->suspension();
}

tenancy::token_finder& services::token_finder() const {
    return all_->token_finder();
}

tenancy::oauth::authorizations& services::authorizations() const {
    return all_->authorizations();
}

tenancy::replays& services::replays() const {
    return all_->replays();
}

tenancy::audit_trail& services::audit() const {
    return all_->audit();
}

tenancy::people& services::people() const {
    return all_->people();
}

tenancy::credentials& services::credentials() const {
    return all_->credentials();
}

tenancy::sessions& services::sessions() const {
    return all_->sessions();
}

tenancy::single_sign_on& services::single_sign_on() const {
    return all_->single_sign_on();
}

tenancy::client_sightings& services::clients() const {
    return all_->clients();
}

tenancy::team_events& services::events() const {
    return all_->events();
}

tenancy::receipts& services::receipts() const {
    return all_->receipts();
}

tenancy::orders& services::orders() const {
    return all_->orders();
}

tenancy::order_sync& services::order_sync() const {
    return all_->order_sync();
}

tenancy::receipt_resolver& services::resolver() const {
    return all_->resolver();
}

tenancy::approvals& services::approvals() const {
    return all_->approvals();
}

tenancy::approval_executor& services::executor() const {
    return all_->executor();
}

tenancy::approval_viewer& services::approval_viewer() const {
    return all_->approval_viewer();
}

tenancy::webhooks& services::webhooks() const {
    return all_->webhooks();
}

tenancy::audit_log_reader& services::audit_log() const {
    return all_->audit_log();
}

tenancy::audit_integrator& services::audit_integrator() const {
    return all_->audit_integrator();
}

tenancy::audit_delivery& services::audit_delivery() const {
    return all_->audit_delivery();
}

base::awaitable<base::result<tenancy::usage_report>> services::usage(std::string team_id,
                                                                     std::string scope_id,
                                                                     std::int64_t hours) const {
    return all_->usage(std::move(team_id), std::move(scope_id), hours);
}

const tenancy::vault& services::secrets() const {
    return all_->secrets();
}

const base::clock& services::clock() const {
    return all_->clock();
}

}  // namespace tollgate::admin
