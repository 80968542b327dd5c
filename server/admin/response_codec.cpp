#include "server/admin/response_codec.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

#include "server/admin/addresses.hpp"
#include "server/admin/problem.hpp"
#include "tenancy/rules/credential.hpp"
#include "tenancy/rules/orders_kind.hpp"

namespace tollgate::admin {

namespace {

using json = nlohmann::ordered_json;

std::string text_of(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json time(base::timestamp value) {
    return base::format_timestamp(value);
}
json time(const std::optional<base::timestamp>& value) {
    return value ? time(*value) : json(nullptr);
}
json or_null(const std::string& text) {
    return text.empty() ? json(nullptr) : json(text);
}
json or_null(const std::optional<std::int64_t>& number) {
    return number ? json(*number) : json(nullptr);
}

json object_of(const tenancy::team& team) {
    return {{"id", team.id},
            {"name", team.name},
            {"frozen_at", time(team.frozen_at)},
            {"suspended_at", time(team.suspended_at)},
            {"receipt_retention_days", team.settings.receipt_retention_days},
            {"audit_retention_days", or_null(team.settings.audit_retention_days)},
            {"audit_legal_hold", team.settings.audit_legal_hold},
            {"audit_arguments", team.settings.audit_arguments},
            {"receipt_metadata", team.settings.receipt_metadata},
            {"allow_live_writes", team.settings.allow_live_writes},
            {"policy_changes", team.settings.policy_changes},
            {"created_at", time(team.created_at)}};
}

json object_of(const tenancy::api_key& key) {
    return {{"id", key.id},
            {"name", key.name},
            {"role", tenancy::to_string(key.rank)},
            {"instance_owner", key.instance_owner},
            {"key_prefix", key.key_prefix},
            {"created_by", or_null(key.created_by)},
            {"created_at", time(key.created_at)},
            {"last_used_at", time(key.last_used_at)}};
}

json object_of(const tenancy::new_api_key& made) {
    json out = object_of(made.key);
    out["key"] = made.secret.reveal();
    return out;
}

// The config as its owner wrote it. Exceptions are not part of it.
json config_of(const tenancy::server_config& config) {
    auto shown = json::parse(tenancy::encode_config(config));
    shown.erase("exceptions");
    return shown;
}

std::string_view word(tenancy::known value) {
    constexpr std::array<std::string_view, 3> words{"no", "yes", "unknown"};
    return words[static_cast<std::size_t>(value)];
}

json rows_of(const std::vector<tenancy::area_access>& list) {
    json out = json::array();
    for (const auto& one : list)
        out.push_back({{"area", one.area}, {"access", to_string(one.access)}});
    return out;
}

std::string over_budget(std::uint64_t tokens, const tenancy::listing_rules& rules) {
    return "The list costs a model about " + std::to_string(tokens) +
           " tokens, over the budget of " + std::to_string(rules.tokens_max) +
           "; some clients refuse it. Narrow methods or tags, pin fewer tools, or set "
           "config.listing to auto.";
}

json summary_of(const tenancy::list_summary& list, const tenancy::listing_rules& rules) {
    const auto most = std::max(list.claude_tokens, list.openai_tokens);
    json warnings = json::array();
    if (most > rules.tokens_max) warnings.push_back(over_budget(most, rules));
    return {{"listing", list.searching ? "search" : "full"},
            {"listed", list.listed},
            {"reachable", list.reachable},
            {"bytes", list.bytes},
            {"tokens", {{"claude", list.claude_tokens}, {"openai", list.openai_tokens}}},
            {"tokens_max", rules.tokens_max},
            {"writing", list.writing},
            {"warnings", std::move(warnings)}};
}

json tools_of(std::span<const tenancy::directory_entry> shown, const tenancy::list_summary& list,
              const tenancy::listing_rules& rules) {
    json rows = json::array();
    std::uint64_t tokens = 0;
    for (const auto& entry : shown) {
        rows.push_back({{"name", entry.facts.name},
                        {"method", tenancy::to_string(entry.facts.kind)},
                        {"tags", std::vector<std::string_view>{entry.facts.tags.begin(),
                                                               entry.facts.tags.end()}},
                        {"tokens", entry.tokens}});
        tokens += entry.tokens;
    }
    return {{"result", std::move(rows)},
            {"tool_count", shown.size()},
            {"tokens", tokens},
            {"list", summary_of(list, rules)}};
}

void warn_of_idle_rules(json& warnings, const server_list& list) {
    for (const std::string& id : list.idle_rules)
        warnings.push_back("The rule '" + id +
                           "' of config.guardrails decides nothing: methods, tags and tools of the "
                           "config leave out every tool that it is about.");
}

// Warns of settings that the server's creator may not have intended.
void warn(json& warnings, const tenancy::server_config& config, bool never_expires,
          const server_list& list) {
    const bool named = config.methods || config.allow || config.tags;
    if (!named && list.shown.writing > 0)
        warnings.push_back("It may call every operation of Stripe, " +
                           std::to_string(list.shown.writing) +
                           " of which change something. Name config.methods (read), config.tags or "
                           "config.tools.allow to give less.");
    if (never_expires)
        warnings.push_back(
            "It never expires: give it an end (expires_at), or suspend or revoke it when nobody "
            "needs it any "
            "more.");
    warn_of_idle_rules(warnings, list);
}

json summary_of(const tenancy::mcp_server& server, const server_list& list) {
    json out = summary_of(list.shown, tenancy::listing_of(server.config));
    if (server.status == tenancy::server_status::active)
        warn(out["warnings"], server.config, !server.expires_at, list);
    return out;
}

// The address for OAuth clients; it is not a secret.
json oauth_url(const tenancy::mcp_server& server, std::string_view base_url) {
    if (tenancy::auth_of(server.config) == tenancy::server_auth::url) return nullptr;
    return std::string{base_url}.append(addresses::below_mcp).append(server.id);
}

json object_of(const tenancy::mcp_server& server, const server_list& list,
               std::string_view base_url) {
    json out{{"id", server.id},
             {"integrated_account_id", server.account_id},
             {"name", server.name},
             {"holder", or_null(server.holder)},
             {"config", config_of(server.config)},
             {"tools", summary_of(server, list)},
             {"status", tenancy::to_string(server.status)},
             {"expires_at", time(server.expires_at)},
             {"suspended_at", time(server.suspended_at)},
             {"suspended_by", or_null(server.suspended_by)},
             {"revoked_at", time(server.revoked_at)},
             {"created_by", server.created_by},
             {"created_by_name", or_null(server.created_by_name)},
             {"created_at", time(server.created_at)},
             {"updated_at", time(server.updated_at)},
             {"last_used_at", time(server.last_used_at)},
             {"use_count", server.use_count},
             {"token_prefix", or_null(server.token_prefix)},
             {"old_token_prefix", or_null(server.old_token_prefix)},
             {"old_token_expires_at", time(server.old_token_expires_at)}};
    out["oauth_url"] = oauth_url(server, base_url);
    if (!server.exceptions.empty())
        out["exceptions"] = json::parse(tenancy::encode_exceptions(server.exceptions));
    return out;
}

std::string_view credential_kind(const tenancy::integrated_account& account) {
    if (account.service) return to_string(account.service->auth);
    return account.restricted_key ? "restricted" : "secret";
}

// Null for a Stripe account.
json service_of(const tenancy::integrated_account& account) {
    if (!account.service) return nullptr;
    return {{"base_url", account.service->base_url()},
            {"auth", to_string(account.service->auth)},
            {"header", or_null(account.service->header)}};
}

// Null until the key was checked.
json check_of(const tenancy::integrated_account& account) {
    if (!account.checked) return nullptr;
    const auto& found = *account.checked;
    return {{"checked_at", time(found.at)},
            {"status", to_string(found.state)},
            {"missing", rows_of(found.missing)},
            {"beyond_need", found.beyond_need}};
}

}  // namespace

std::string encode(const tenancy::team& team) {
    return text_of(object_of(team));
}
std::string encode(const tenancy::api_key& key) {
    return text_of(object_of(key));
}

std::string encode(const tenancy::integrated_account& account) {
    return text_of(
        {{"id", account.id},
         {"name", account.name},
         {"mode", tenancy::to_string(account.mode)},
         {"status", account.suspended_at      ? "suspended"
                    : account.needs_reauth_at ? "needs_reauth"
                                              : "active"},
         {"needs_reauth_at", time(account.needs_reauth_at)},
         {"key_check", check_of(account)},
         {"frozen_at", time(account.frozen_at)},
         {"suspended_at", time(account.suspended_at)},
         {"credential_kind", credential_kind(account)},
         {"credential_last4", account.last4},
         {"stripe_account", or_null(account.stripe_account)},
         {"stripe_version", or_null(account.stripe_version)},
         {"tags", account.tags},
         {"connected_accounts", account.connected_accounts},
         {"orders", tenancy::orders_kind_names.at(static_cast<std::size_t>(account.orders))},
         {"service", service_of(account)},
         {"created_by", account.created_by},
         {"created_by_name", or_null(account.created_by_name)},
         {"created_at", time(account.created_at)},
         {"updated_at", time(account.updated_at)}});
}

std::string encode(const tenancy::mcp_server& server, const server_list& list,
                   std::string_view base_url) {
    return text_of(object_of(server, list, base_url));
}

std::string encode(const tenancy::oauth::authorization& given) {
    return text_of({{"id", given.id},
                    {"mcp_server_id", given.server_id},
                    {"client_id", given.client_id},
                    {"client_name", or_null(given.client_name)},
                    {"redirect_host", given.redirect_host},
                    {"scope", given.scope},
                    {"status", given.active ? "active" : "ended"},
                    {"allowed_by", given.allowed_by},
                    {"allowed_by_name", or_null(given.allowed_by_name)},
                    {"created_at", time(given.created_at)},
                    {"last_used_at", time(given.last_used_at)},
                    {"expires_at", time(given.expires_at)},
                    {"revoked_at", time(given.revoked_at)}});
}

std::string encode(const tenancy::key_review& review, tenancy::account_mode mode) {
    json permissions = json::array();
    for (const auto& one : review.permissions)
        permissions.push_back(
            {{"area", one.area}, {"read", word(one.read)}, {"write", word(one.write)}});
    return text_of({{"status", to_string(review.state)},
                    {"mode", tenancy::to_string(mode)},
                    {"credential_kind", review.restricted ? "restricted" : "secret"},
                    {"unrestricted", !review.restricted},
                    {"active_servers", review.servers},
                    {"needed", rows_of(review.needed)},
                    {"missing", rows_of(review.missing)},
                    {"beyond_need", rows_of(review.beyond_need)},
                    {"permissions", std::move(permissions)},
                    {"not_checked", review.not_checked},
                    {"v2_tools", review.v2_tools},
                    {"requests", review.requests},
                    {"notes", review.notes}});
}

std::string encode_new(const tenancy::new_team& team) {
    json out = object_of(team.made);
    out["api_key"] = object_of(team.first_key);
    return text_of(out);
}

std::string encode_new(const tenancy::new_api_key& key) {
    return text_of(object_of(key));
}

std::string encode_new(const tenancy::new_mcp_server& made, const server_list& list,
                       std::string_view base_url) {
    json out = object_of(made.server, list, base_url);
    std::string url;
    if (!made.token.empty())
        url.append(base_url).append(addresses::below_mcp).append(made.token.reveal());
    out["url"] = or_null(url);
    return text_of(out);
}

std::string encode_counted(std::string object, std::int64_t servers) {
    object.pop_back();  // the closing brace
    return object + ",\"mcp_servers\":" + std::to_string(servers) + "}";
}

std::string encode_would_end(std::int64_t count, const std::vector<std::string>& items,
                             std::string_view next_cursor) {
    return "{\"would_end\":" + std::to_string(count) + "," +
           encode_list(items, next_cursor).substr(1);
}

std::string encode_deleted(std::string_view id, std::int64_t servers) {
    return text_of({{"id", id}, {"deleted", true}, {"revoked", servers}});
}

std::string encode_refused(const std::string& explained, std::string_view code,
                           std::string_view message) {
    json out = json::parse(explained);
    out["allowed"] = false;
    out["refused_by"] = {{"rule", "server"}, {"code", code}, {"message", message}};
    return text_of(out);
}

std::string encode_revoked(std::int64_t count) {
    return text_of({{"revoked", count}});
}

std::string encode_suspended(std::int64_t count) {
    return text_of({{"suspended", count}});
}

std::string encode(const tenancy::known_token& known) {
    return text_of({{"kind", tenancy::to_string(known.kind)},
                    {"id", known.id},
                    {"name", or_null(known.name)},
                    {"mcp_server_id", or_null(known.server_id)},
                    {"integrated_account_id", or_null(known.account_id)},
                    {"expires_at", time(known.expires_at)}});
}

std::string encode_found(const std::vector<std::string>& items, std::string_view next_cursor,
                         const std::optional<tenancy::known_token>& token) {
    std::string out = encode_list(items, next_cursor);
    out.pop_back();  // the closing brace
    return out + ",\"token\":" + (token ? encode(*token) : std::string{"null"}) + "}";
}

std::string encode_list(const std::vector<std::string>& items, std::string_view next_cursor) {
    std::string out = "{\"result\":[";
    std::string_view comma;
    for (const std::string& item : items) {
        out += comma;
        out += item;
        comma = ",";
    }
    out += "],\"next_cursor\":";
    out += next_cursor.empty() ? std::string{"null"} : text_of(json(next_cursor));
    out += "}";
    return out;
}

std::string encode_tools(std::span<const tenancy::directory_entry> shown,
                         const tenancy::list_summary& list, const tenancy::listing_rules& rules) {
    return text_of(tools_of(shown, list, rules));
}

std::string encode_checked(std::span<const tenancy::directory_entry> shown, const server_list& list,
                           const tenancy::server_config& config, bool never_expires) {
    json out = tools_of(shown, list.shown, tenancy::listing_of(config));
    warn(out["list"]["warnings"], config, never_expires, list);
    out["config"] = config_of(config);
    return text_of(out);
}

std::string encode_problem(unsigned status, std::string_view title, std::string_view code,
                           std::string_view detail, std::string_view field,
                           std::string_view request_id) {
    json out{{"type", "urn:tollgate:problem:" + std::string{code}},
             {"title", title},
             {"status", status},
             {"code", code},
             {"detail", detail}};
    if (!field.empty()) out["field"] = field;
    out["request_id"] = request_id;
    return text_of(out);
}

}  // namespace tollgate::admin
