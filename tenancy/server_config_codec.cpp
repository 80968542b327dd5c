#include <nlohmann/json.hpp>

#include "tenancy/server_config.hpp"

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

// Takes member `name` of `object` when it is there; false when it is no list of strings.
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

}  // namespace

std::string encode_config(const server_config& config) {
    json out = json::object();
    if (config.methods) out["methods"] = *config.methods;
    if (config.tags) out["tags"] = *config.tags;
    if (config.allow) out["tools"]["allow"] = *config.allow;
    if (config.deny) out["tools"]["deny"] = *config.deny;
    if (config.require_api_token_auth)
        out["require_api_token_auth"] = *config.require_api_token_auth;
    if (config.structured_content) out["structured_content"] = *config.structured_content;
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

base::result<server_config> decode_config(std::string_view text) {
    const json object = json::parse(text, nullptr, false);
    if (!object.is_object()) return corrupt("config");
    const json tools = object.value("tools", json::object());
    server_config config;
    const bool good = tools.is_object() && take(object, "methods", config.methods) &&
                      take(object, "tags", config.tags) && take(tools, "allow", config.allow) &&
                      take(tools, "deny", config.deny) &&
                      take(object, "require_api_token_auth", config.require_api_token_auth) &&
                      take(object, "structured_content", config.structured_content);
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
