#include "mcp/protocol/client_name.hpp"

#include <utility>

#include "base/json_text.hpp"
#include "tenancy/audit/storable_text.hpp"

namespace tollgate::mcp {

namespace {

constexpr std::string_view client_info = "io.modelcontextprotocol/clientInfo";
constexpr std::size_t name_max = 200;

// The name and version of a clientInfo with `between` them; empty if it has no name.
std::string named(const simdjson::dom::object& info, char between) {
    std::string_view name;
    if (info["name"].get(name) != simdjson::SUCCESS) return {};
    std::string out{name};
    std::string_view version;
    if (info["version"].get(version) == simdjson::SUCCESS) (out += between) += version;
    return out;
}

std::string as_stored(std::string text) {
    const std::string storable = tenancy::storable(std::move(text));
    return std::string{base::clipped_text(storable, name_max)};
}

}  // namespace

std::string client_name(const message& value, const base::http_request& request) {
    simdjson::dom::object info;
    std::string out;
    if (value.meta && value.meta->at_key(client_info).get(info) == simdjson::SUCCESS)
        out = named(info, '/');
    return as_stored(out.empty() ? std::string{request.header("user-agent")} : std::move(out));
}

std::string client_title(const message& value) {
    simdjson::dom::object info;
    if (!value.params || value.params->at_key("clientInfo").get(info) != simdjson::SUCCESS)
        return {};
    return as_stored(named(info, ' '));
}

}  // namespace tollgate::mcp
