#include <nlohmann/json.hpp>

#include "tenancy/rules/server_config.hpp"

namespace tollgate::tenancy {

namespace {

using json = nlohmann::ordered_json;

base::failure corrupt(std::string_view what) {
    return base::fail(base::errc::corrupt, "stored_json",
                      "a stored " + std::string{what} + " cannot be read");
}

bool all_strings(const json& list) {
    return list.is_array() &&
           std::all_of(list.begin(), list.end(), [](const json& item) { return item.is_string(); });
}

// Takes member `name` of `object` if present; false if it is not a list of strings.
bool take(const json& object, const char* name, std::optional<words>& out) {
    const auto found = object.find(name);
    if (found == object.end()) return true;
    if (!all_strings(*found)) return false;
    out = found->get<words>();
    return true;
}

bool take(const json& object, const char* name, std::optional<bool>& out) {
    const auto found = object.find(name);
    if (found == object.end()) return true;
    if (!found->is_boolean()) return false;
    out = found->get<bool>();
    return true;
}

bool take(const json& object, const char* name, std::optional<std::string>& out) {
    const auto found = object.find(name);
    if (found == object.end()) return true;
    if (!found->is_string()) return false;
    out = found->get<std::string>();
    return true;
}

bool take(const json& object, const char* name, std::optional<std::int64_t>& out) {
    const auto found = object.find(name);
    if (found == object.end()) return true;
    if (!found->is_number_integer()) return false;
    out = found->get<std::int64_t>();
    return true;
}

// Takes the list unread: tenancy/policy reads rules and exceptions.
bool take_list(const json& object, const char* name, std::optional<std::string>& out) {
    const auto found = object.find(name);
    if (found == object.end()) return true;
    if (!found->is_array()) return false;
    out = found->dump(-1, ' ', false, json::error_handler_t::replace);
    return true;
}

bool take_serving(const json& object, server_config& out) {
    const json rate = object.value("rate_limit", json::object());
    return rate.is_object() && take(object, "listing", out.listing) &&
           take(object, "list_tokens_max", out.list_tokens_max) &&
           take(object, "results", out.results) &&
           take(object, "result_tokens_max", out.result_tokens_max) &&
           take(object, "redact", out.redact) && take(object, "deep_research", out.deep_research) &&
           take(object, "confirm", out.confirm) && take(object, "expand", out.expand) &&
           take(rate, "calls", out.rate_calls) && take(rate, "seconds", out.rate_seconds);
}

void put_serving(json& out, const server_config& config) {
    if (config.listing) out["listing"] = *config.listing;
    if (config.list_tokens_max) out["list_tokens_max"] = *config.list_tokens_max;
    if (config.results) out["results"] = *config.results;
    if (config.result_tokens_max) out["result_tokens_max"] = *config.result_tokens_max;
    if (config.redact) out["redact"] = *config.redact;
    if (config.deep_research) out["deep_research"] = *config.deep_research;
    if (config.confirm) out["confirm"] = *config.confirm;
    if (config.expand) out["expand"] = *config.expand;
    if (config.rate_calls) out["rate_limit"]["calls"] = *config.rate_calls;
    if (config.rate_seconds) out["rate_limit"]["seconds"] = *config.rate_seconds;
}

}  // namespace

std::string encode_config(const server_config& config) {
    json out = json::object();
    if (config.preset) out["preset"] = *config.preset;
    if (config.methods) out["methods"] = *config.methods;
    if (config.tags) out["tags"] = *config.tags;
    if (config.allow) out["tools"]["allow"] = *config.allow;
    if (config.deny) out["tools"]["deny"] = *config.deny;
    if (config.pinned) out["tools"]["pinned"] = *config.pinned;
    put_serving(out, config);
    if (config.auth) out["auth"] = *config.auth;
    if (config.require_api_token_auth)
        out["require_api_token_auth"] = *config.require_api_token_auth;
    if (config.structured_content) out["structured_content"] = *config.structured_content;
    if (config.allow_live_writes) out["allow_live_writes"] = *config.allow_live_writes;
    if (config.guardrails) out["guardrails"] = json::parse(*config.guardrails, nullptr, false);
    if (config.exceptions) out["exceptions"] = json::parse(*config.exceptions, nullptr, false);
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

base::result<server_config> decode_config(std::string_view text) {
    const json object = json::parse(text, nullptr, false);
    if (!object.is_object()) return corrupt("config");
    const json tools = object.value("tools", json::object());
    server_config config;
    const bool good = tools.is_object() && take(object, "methods", config.methods) &&
                      take(object, "tags", config.tags) && take(tools, "allow", config.allow) &&
                      take(tools, "deny", config.deny) && take(tools, "pinned", config.pinned) &&
                      take_serving(object, config) && take(object, "auth", config.auth) &&
                      take(object, "require_api_token_auth", config.require_api_token_auth) &&
                      take(object, "structured_content", config.structured_content) &&
                      take(object, "preset", config.preset) &&
                      take(object, "allow_live_writes", config.allow_live_writes) &&
                      take_list(object, "guardrails", config.guardrails) &&
                      take_list(object, "exceptions", config.exceptions);
    if (!good) return corrupt("config");
    return config;
}

std::string encode_words(const words& list) {
    return json(list).dump(-1, ' ', false, json::error_handler_t::replace);
}

base::result<words> decode_words(std::string_view text) {
    const json list = json::parse(text, nullptr, false);
    if (!all_strings(list)) return corrupt("list");
    return list.get<words>();
}

}  // namespace tollgate::tenancy
