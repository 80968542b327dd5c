#include "base/password_hash.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "server/config/database.hpp"
#include "server/config/load.hpp"
#include "server/delivery/address.hpp"
#include "storage/redis/options.hpp"
#include "stripe/upstream/upstream_options.hpp"
#include "tenancy/oauth/redirect_uri.hpp"
#include "tenancy/people/single_sign_on.hpp"
#include "tenancy/rules/method.hpp"
#include "tenancy/rules/service_hosts.hpp"

namespace tollgate::server {

namespace {

using base::invalid;
using base::result;

constexpr std::size_t connections_max = 64;

result<> check_address(const std::string& key, const std::string& text) {
    if (!parse_host_port(text))
        return invalid(
            "bad_address",
            key + " must be host:port, such as 127.0.0.1:8787 or [::1]:8787, not '" + text + "'",
            key);
    return {};
}

result<> check_upstream(const config& value) {
    const auto api = stripe::parse_api_base(value.stripe.api_base);
    if (!api)
        return invalid(
            "bad_url",
            "stripe.api_base must be https://host[:port], not '" + value.stripe.api_base + "'",
            "stripe.api_base");
    const bool real = value.stripe.api_base == "https://api.stripe.com";
    if (!real && api->host != base::to_lower(value.stripe.test_upstream_host))
        return invalid(
            "upstream_not_allowed",
            "stripe.api_base names '" + api->host +
                "'. Requests carry a Stripe key, so another host than "
                "api.stripe.com is used only when stripe.test_upstream_host names it too.",
            "stripe.api_base");
    if (!api->tls && !base::is_loopback_host(api->host))
        return invalid("upstream_not_tls",
                       "stripe.api_base may use plain http only for a loopback address.",
                       "stripe.api_base");
    return {};
}

constexpr std::size_t days_max = 3650;

result<> check_services(const config& value) {
    const auto hosts = tenancy::service_hosts::parse(value.declarations.hosts);
    if (hosts) return {};
    return invalid(hosts.error().code, "declarations.hosts: " + hosts.error().message,
                   "declarations.hosts");
}

result<> check_oauth(const config& value) {
    for (const auto& prefix : value.oauth.redirect_schemes) {
        auto good = tenancy::oauth::check_app_prefix(prefix);
        if (!good) return good;
    }
    constexpr std::chrono::milliseconds second{1000};
    if (value.oauth.access_token_lifetime < second)
        return invalid("out_of_range", "oauth.access_token_lifetime must be at least 1000 ms.",
                       "oauth.access_token_lifetime");
    if (value.oauth.authorization_days >= 1 && value.oauth.authorization_days <= days_max)
        return {};
    return invalid("out_of_range", "oauth.authorization_days must be from 1 to 3650.",
                   "oauth.authorization_days");
}

result<> check_orders(const config& value) {
    if (value.orders.refund_days >= 1 && value.orders.refund_days <= days_max) return {};
    return invalid("out_of_range", "orders.refund_days must be from 1 to 3650.",
                   "orders.refund_days");
}

result<> check_security(const config& value) {
    const auto& words = value.security.default_methods;
    if (words == std::vector<std::string>{"all"}) return {};
    for (const std::string& word : words)
        if (!tenancy::parse_method_word(word))
            return invalid("unknown_word",
                           "security.default_methods is '" + word + "'; it may be all, or of: " +
                               std::string{tenancy::legal_method_words()} + ".",
                           "security.default_methods");
    if (!words.empty()) return {};
    return invalid("unknown_word",
                   "security.default_methods is empty: write all to give new MCP servers every "
                   "tool.",
                   "security.default_methods");
}

result<> check_people(const config& value) {
    const auto& people = value.people;
    constexpr std::chrono::milliseconds second{1000};
    constexpr std::chrono::days longest{30};
    if (people.session_idle < second)
        return invalid("out_of_range", "people.session_idle must be at least 1000 ms.",
                       "people.session_idle");
    for (const auto& [key, span] :
         {std::pair{"people.session_lifetime", people.session_lifetime.span},
          std::pair{"people.invitation_lifetime", people.invitation_lifetime.span}})
        if (span.count() == 0 || span > longest)
            return invalid("out_of_range", std::string{key} + " must be from 1h to 30d.", key);
    constexpr std::size_t kib = 1024;
    constexpr std::size_t memory_kib_max = 1024 * 1024;
    constexpr std::size_t passes_max = 100;
    const auto& least =
        people.cheap_passwords ? base::password_cost_lowest : base::password_cost_min;
    if (people.password_passes < least.passes || people.password_passes > passes_max)
        return invalid(
            "out_of_range",
            "people.password_passes must be from " + std::to_string(least.passes) + " to 100.",
            "people.password_passes");
    if (people.password_memory_kib * kib >= least.memory_bytes &&
        people.password_memory_kib <= memory_kib_max)
        return {};
    return invalid("out_of_range",
                   "people.password_memory_kib must be from " +
                       std::to_string(least.memory_bytes / kib) + " to 1048576.",
                   "people.password_memory_kib");
}

result<> check_oidc(const config& value) {
    const auto& oidc = value.oidc;
    if (oidc.issuer.empty()) return {};
    const auto address = delivery::parse_webhook(oidc.issuer);
    if (!address || (!address->tls && !oidc.private_networks))
        return invalid("bad_issuer", "oidc.issuer must be an https:// address.", "oidc.issuer");
    for (const auto& [key, text] :
         {std::pair{"oidc.client_id", &oidc.client_id}, std::pair{"oidc.team_id", &oidc.team_id}})
        if (text->empty())
            return invalid("setting_needed", std::string{key} + " is needed with oidc.issuer.",
                           key);
    if (oidc.roles.empty())
        return invalid("setting_needed",
                       "oidc.roles is needed with oidc.issuer: without it nobody may sign in.",
                       "oidc.roles");
    const auto roles = tenancy::read_role_map(oidc.roles);
    if (roles) return {};
    return invalid(roles.error().code, "oidc.roles " + roles.error().message + ".", "oidc.roles");
}

result<> check_webhook(const std::string& key, const std::string& url, bool has_secret) {
    if (url.empty()) return {};
    const auto address = delivery::parse_webhook(url);
    if (!address)
        return invalid(address.error().code, key + " " + address.error().message + ".", key);
    if (has_secret) return {};
    return invalid("no_webhook_secret",
                   key + " needs a secret that signs its messages: set " + key +
                       "_secret_file or " + key + "_secret. openssl rand -base64 32 makes one.",
                   key + "_secret");
}

result<> check_syslog(const std::string& key, const std::string& text) {
    if (text.empty()) return {};
    const auto address = delivery::parse_syslog(text);
    if (address) return {};
    return invalid(address.error().code,
                   key + " " + address.error().message + ", not '" + text + "'.", key);
}

result<> check_audit(const config& value) {
    const auto& audit = value.audit;
    auto webhook = check_webhook(
        "audit.anchor_webhook", audit.anchor_webhook,
        !audit.anchor_webhook_secret.empty() || !audit.anchor_webhook_secret_file.empty());
    if (!webhook) return webhook;
    webhook = check_webhook(
        "audit.forward_webhook", audit.forward_webhook,
        !audit.forward_webhook_secret.empty() || !audit.forward_webhook_secret_file.empty());
    if (!webhook) return webhook;
    auto syslog = check_syslog("audit.anchor_syslog", audit.anchor_syslog);
    if (!syslog) return syslog;
    syslog = check_syslog("audit.forward_syslog", audit.forward_syslog);
    if (!syslog) return syslog;
    constexpr std::chrono::milliseconds second{1000};
    if (audit.anchor_every >= second) return {};
    return invalid("out_of_range", "audit.anchor_every must be at least 1000 ms.",
                   "audit.anchor_every");
}

result<> check_redis(const config& value) {
    if (value.redis.url.empty()) return {};
    const auto& prefix = value.redis.prefix;
    constexpr std::size_t prefix_max = 64;
    if (prefix.empty() || prefix.size() > prefix_max ||
        prefix.find_first_of("{} \t\r\n") != std::string::npos)
        return invalid("bad_prefix",
                       "redis.prefix must have 1 to 64 characters, no braces and no spaces.",
                       "redis.prefix");
    const auto options = storage::parse_redis_url(value.redis.url);
    if (options) return {};
    return invalid(options.error().code, "redis.url: " + options.error().message, "redis.url");
}

}  // namespace

std::optional<host_port> parse_host_port(const std::string& text) {
    const auto parts = base::split_authority(text);
    if (!parts) return {};
    const auto port = base::parse_port(parts->port);
    if (!port) return {};
    return host_port{std::string{parts->host}, *port};
}

namespace {

result<> check_url(const std::string& key, const std::string& url) {
    const auto parsed = base::parse_url(url);
    const bool prefix = parsed && parsed->is_web() && !parsed->has_query && !url.ends_with('/');
    // It is compared as text with what clients and browsers send, which is in lower case.
    const bool as_sent = prefix && url.starts_with(parsed->scheme + "://" + parsed->authority());
    if (url.empty() || as_sent) return {};
    return invalid("bad_url",
                   key +
                       " must begin with https:// (or http://) and a host in lower case, of "
                       "letters, digits, '-', '.' and '_' (a name in another alphabet is written "
                       "as xn--…); it has no user, query or fragment, and does not end in '/'.",
                   key);
}

}  // namespace

result<> check_config(const config& value) {
    for (const auto& [key, text] :
         {std::pair<std::string, std::string>{"server.listen", value.server.listen},
          {"server.admin_listen", value.server.admin_listen},
          {"sandbox.listen", value.sandbox.listen}}) {
        if (text.empty() && key == "server.admin_listen") continue;
        auto done = check_address(key, text);
        if (!done) return done;
    }
    if (value.tls.certificate.empty() != value.tls.key.empty())
        return invalid("tls_incomplete",
                       "tls.certificate and tls.key are given together or not at all.", "tls.key");
    for (const auto& [key, url] :
         {std::pair<std::string, std::string>{"server.public_url", value.server.public_url},
          {"webhooks.link_base", value.webhooks.link_base}}) {
        auto good = check_url(key, url);
        if (!good) return good;
    }
    // Even for the sandbox: anyone who can reach it can do anything with it.
    if (!base::is_loopback_host(parse_host_port(value.sandbox.listen)->host))
        return invalid("sandbox_not_loopback",
                       "sandbox.listen must be a loopback address, such as 127.0.0.1:0, not '" +
                           value.sandbox.listen + "': the sandbox asks nobody for a real key.",
                       "sandbox.listen");
    if (value.limits.header_bytes < 1024 || value.limits.body_bytes < 1024)
        return invalid("out_of_range",
                       "limits.header_bytes and limits.body_bytes must be at least 1024.",
                       "limits.header_bytes");
    if (value.limits.connections == 0 || value.limits.requests_per_token == 0 ||
        value.limits.headers == 0 || value.stripe.connections_per_loop == 0 ||
        value.limits.store_queue == 0)
        return invalid("out_of_range", "A limit of 0 would refuse everything: give at least 1.",
                       "limits");
    if (value.data.read_connections == 0 || value.data.read_connections > connections_max ||
        value.data.write_connections == 0 || value.data.write_connections > connections_max)
        return invalid("out_of_range",
                       "data.read_connections and data.write_connections must be from 1 to 64.",
                       "data.read_connections");
    const auto store = check_store(value);
    if (!store) return store.error();
    auto oauth = check_oauth(value);
    if (!oauth) return oauth;
    auto security = check_security(value);
    if (!security) return security;
    auto orders = check_orders(value);
    if (!orders) return orders;
    auto people = check_people(value);
    if (!people) return people;
    auto oidc = check_oidc(value);
    if (!oidc) return oidc;
    auto audit = check_audit(value);
    if (!audit) return audit;
    auto redis = check_redis(value);
    if (!redis) return redis;
    auto services = check_services(value);
    if (!services) return services;
    return check_upstream(value);
}

}  // namespace tollgate::server
