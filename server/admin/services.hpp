// The services of tenancy that the calls of the admin API use. Which of them a handler uses is seen
// from its includes: the classes are only declared here.
#pragma once
#include <cstdint>
#include <string>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace tollgate::tenancy {
class accounts;
class api_keys;
class approval_executor;
class approval_viewer;
class approvals;
class audit_delivery;
class audit_integrator;
class audit_log_reader;
class audit_trail;
class client_sightings;
class credentials;
class declarations;
class mass_revoke;
class order_sync;
class orders;
class people;
class person_servers;
class policies;
class policy_changes;
class receipt_resolver;
class receipts;
class registry;
class replays;
class rule_exceptions;
class servers;
class sessions;
class single_sign_on;
class suspension;
class team_events;
class teams;
class token_finder;
class vault;
class webhooks;
struct usage_report;
}  // namespace tollgate::tenancy

namespace tollgate::tenancy::oauth {
class authorizations;
}  // namespace tollgate::tenancy::oauth

namespace tollgate::admin {

// Without the start of tenancy, its background work, its caches and the credentials of accounts.
// Thread-safe as the services are; copies refer to the same ones, which outlive them.
class services {
public:
    explicit services(tenancy::registry& all) : all_(&all) {}

    tenancy::teams& teams() const;
    tenancy::api_keys& api_keys() const;
    tenancy::accounts& accounts() const;
    tenancy::servers& servers() const;
    tenancy::mass_revoke& mass_revoke() const;
    tenancy::person_servers& person_servers() const;
    tenancy::policies& policies() const;
    tenancy::policy_changes& policy_changes() const;
    tenancy::declarations& declarations() const;
    tenancy::rule_exceptions& exceptions() const;
    tenancy::suspension& suspension() const;
    tenancy::token_finder& token_finder() const;
    tenancy::oauth::authorizations& authorizations() const;
    tenancy::replays& replays() const;
    tenancy::audit_trail& audit() const;
    tenancy::people& people() const;
    tenancy::credentials& credentials() const;
    tenancy::sessions& sessions() const;
    tenancy::single_sign_on& single_sign_on() const;
    tenancy::client_sightings& clients() const;
    tenancy::team_events& events() const;
    tenancy::receipts& receipts() const;
    tenancy::orders& orders() const;
    tenancy::order_sync& order_sync() const;
    tenancy::receipt_resolver& resolver() const;
    tenancy::approvals& approvals() const;
    tenancy::approval_executor& executor() const;
    tenancy::approval_viewer& approval_viewer() const;
    tenancy::webhooks& webhooks() const;
    tenancy::audit_log_reader& audit_log() const;
    tenancy::audit_integrator& audit_integrator() const;
    tenancy::audit_delivery& audit_delivery() const;

    // As tenancy::read_usage().
    base::awaitable<base::result<tenancy::usage_report>> usage(std::string team_id,
                                                               std::string scope_id,
                                                               std::int64_t hours) const;
    // Seals what is given out, such as the cursors of lists.
    const tenancy::vault& secrets() const;
    const base::clock& clock() const;

private:
    tenancy::registry* all_;
};

}  // namespace tollgate::admin
