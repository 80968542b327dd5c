#include "mcp/protocol/era.hpp"

#include "base/crypto.hpp"
#include "base/json_text.hpp"
#include "mcp/method_table.hpp"

namespace tollgate::mcp {

namespace {

constexpr std::array<std::string_view, 4> legacy_versions{"2024-11-05", "2025-03-26", "2025-06-18",
                                                          "2025-11-25"};
constexpr std::string_view version_key = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view capabilities_key = "io.modelcontextprotocol/clientCapabilities";

// True for "2026-07-28" and later dates; comparing texts orders dates.
bool is_modern_date(std::string_view version) {
    if (version.size() != modern_version.size()) return false;
    for (std::size_t i = 0; i < version.size(); ++i) {
        const bool dash = i == 4 || i == 7;
        if (dash ? version[i] != '-' : (version[i] < '0' || version[i] > '9')) return false;
    }
    return version >= modern_version;
}

std::string_view meta_text(const message& value, std::string_view key) {
    std::string_view text;
    if (!value.meta || value.meta->at_key(key).get(text) != simdjson::SUCCESS) return {};
    return text;
}

// True if the message names a version, which only the modern era does. The version may be unknown.
bool names_version(const message& value) {
    simdjson::dom::element version;
    return value.meta && value.meta->at_key(version_key).get(version) == simdjson::SUCCESS;
}

refusal bad(int code, std::string text, std::string data = {}) {
    return refusal{400, rpc_error{code, std::move(text), std::move(data)}};
}

// Each name stands in the table once.
static_assert(std::ranges::all_of(method_table, [](const method_row& row) {
    return find_method(row.name) == &row;
}));

// The value that a request must repeat in Mcp-Name: its tool, prompt, resource or task.
std::string_view mirrored_name(const message& value) {
    const auto* row = find_method(value.method);
    if (!value.params || row == nullptr || row->mirrored.empty()) return {};
    std::string_view name;
    if (value.params->at_key(row->mirrored).get(name) != simdjson::SUCCESS) return {};
    return name;
}

std::optional<refusal> check_mirror(const base::http_request& request, std::string_view header,
                                    std::string_view body_value) {
    if (!request.has_header(header))
        return bad(header_mismatch, "The header " + std::string(header) + " is missing.");
    const auto value = decode_header_value(trimmed(request.header(header)));
    if (!value || *value != body_value)
        return bad(header_mismatch, "The header " + std::string(header) +
                                        " differs from the body, which says '" +
                                        std::string(body_value) + "'.");
    return {};
}

std::optional<refusal> check_modern(const base::http_request& request, const message& value,
                                    std::string_view header) {
    const std::string_view in_body = meta_text(value, version_key);
    simdjson::dom::object capabilities;
    if (value.kind == message_kind::request) {
        if (in_body.empty())
            return bad(invalid_params, "params._meta must carry " + std::string(version_key) + ".");
        if (value.meta->at_key(capabilities_key).get(capabilities) != simdjson::SUCCESS)
            return bad(invalid_params, "params._meta must carry " + std::string(capabilities_key) +
                                           ", an object that may be empty.");
    }
    if (!in_body.empty() && in_body != header)
        return bad(header_mismatch,
                   "The header MCP-Protocol-Version differs from the version in params._meta.");
    if (header != modern_version) {
        std::string data = R"({"supported":[")" + std::string(modern_version) + R"("],)";
        base::json_members{data}.text("requested", header);
        data += '}';
        return bad(unsupported_version,
                   "This server speaks MCP " + std::string(modern_version) +
                       " and, through initialize, the revisions up to " +
                       std::string(newest_legacy_version) + ".",
                   std::move(data));
    }
    if (auto wrong = check_mirror(request, "Mcp-Method", value.method)) return wrong;
    if (value.kind != message_kind::request) return {};
    if (const auto name = mirrored_name(value); !name.empty())
        return check_mirror(request, "Mcp-Name", name);
    return {};
}

}  // namespace

std::string_view trimmed(std::string_view value) {
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t'))
        value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    return value;
}

bool is_legacy_version(std::string_view version) {
    return std::find(legacy_versions.begin(), legacy_versions.end(), version) !=
           legacy_versions.end();
}

bool is_modern_request(const base::http_request& request) {
    return is_modern_date(trimmed(request.header("MCP-Protocol-Version")));
}

std::optional<std::string> decode_header_value(std::string_view value) {
    constexpr std::string_view open = "=?base64?";
    constexpr std::string_view close = "?=";
    const bool wrapped = value.starts_with(open) && value.ends_with(close) &&
                         value.size() >= open.size() + close.size();
    if (!wrapped) return std::string(value);
    return base::from_base64(value.substr(open.size(), value.size() - open.size() - close.size()));
}

std::variant<era, refusal> select_era(const base::http_request& request, const message& value) {
    const std::string_view header = trimmed(request.header("MCP-Protocol-Version"));
    if (header.empty()) {
        if (names_version(value))
            return bad(header_mismatch, "The header MCP-Protocol-Version is missing.");
        return era::legacy;
    }
    if (is_modern_date(header) || (!is_legacy_version(header) && names_version(value))) {
        if (value.kind == message_kind::response)
            return bad(invalid_request, "A client sends no responses in this revision of MCP.");
        if (auto wrong = check_modern(request, value, header)) return std::move(*wrong);
        return era::modern;
    }
    if (names_version(value) && meta_text(value, version_key) != header)
        return bad(header_mismatch,
                   "The header MCP-Protocol-Version differs from the version in params._meta.");
    if (!is_legacy_version(header))
        return bad(invalid_request,
                   "The header MCP-Protocol-Version names no known revision of MCP.");
    return era::legacy;
}

}  // namespace tollgate::mcp
