#include "server/app/tenancy_options.hpp"

namespace tollgate::server {

tenancy::tenancy_options tenancy_options_of(const config& value, bool first_start,
                                            storage::external_orders* orders) {
    const std::string& directory = value.data.directory;
    const auto or_default = [&](const std::string& path, const char* name) {
        return path.empty() ? directory + "/" + name : path;
    };
    tenancy::tenancy_options out;
    out.master_key = {value.vault.master_key, or_default(value.vault.master_key_file, "master.key"),
                      first_start, "TOLLGATE_VAULT_MASTER_KEY"};
    out.peppers = {value.vault.pepper, or_default(value.vault.pepper_file, "pepper.key"),
                   first_start, "TOLLGATE_VAULT_PEPPER"};
    out.limits.key_check_every = value.stripe.key_check_every.span;
    out.limits.live_accounts = !value.sandbox.enabled;
    // The settings were checked when they were loaded.
    if (auto hosts = tenancy::service_hosts::parse(value.declarations.hosts))
        out.limits.services = std::move(*hosts);
    if (value.security.default_methods != std::vector<std::string>{"all"})
        out.limits.default_methods = value.security.default_methods;
    out.limits.default_expiry = value.security.default_expiry.span;
    out.oauth.access_lifetime = value.oauth.access_token_lifetime;
    out.oauth.redirect_prefixes = value.oauth.redirect_schemes;
    out.oauth.authorization_lifetime = std::chrono::days{value.oauth.authorization_days};
    out.people.cost = {value.people.password_passes, value.people.password_memory_kib * 1024};
    out.people.idle = value.people.session_idle;
    out.people.lifetime = value.people.session_lifetime.span;
    out.people.invitation_lifetime = value.people.invitation_lifetime.span;
    out.external_orders = orders;
    return out;
}

}  // namespace tollgate::server
