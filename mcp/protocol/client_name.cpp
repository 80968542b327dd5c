#include "mcp/protocol/client_name.hpp"

#include <utility>

#include "base/json_text.hpp"
#include "tenancy/audit/storable_text.hpp"

namespace tollgate::mcp {

namespace {

constexpr std::string_view client_info = "io.modelcontextprotocol/clientInfo";
constexpr std::size_t name_max = 200;

}  // namespace

std::string client_name(const message& value, const base::http_request& request) {
    simdjson::dom::object info;
    std::string_view name;
    std::string out;
    if (value.meta && value.meta->at_key(client_info).get(info) == simdjson::SUCCESS &&
        info["name"].get(name) == simdjson::SUCCESS) {
        out = name;
        std::string_view version;
        if (info["version"].get(version) == simdjson::SUCCESS) (out += '/') += version;
    } else {
        out = request.header("user-agent");
    }
    out = tenancy::storable(std::move(out));
    return std::string{base::clipped_text(out, name_max)};
}

}  // namespace tollgate::mcp
