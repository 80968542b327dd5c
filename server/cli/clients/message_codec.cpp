#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/json_text.hpp"
#include "mcp/method_table.hpp"
#include "server/cli/clients/message.hpp"

namespace tollgate::server::clients {

namespace {

using json = nlohmann::ordered_json;

constexpr std::string_view version_key = "io.modelcontextprotocol/protocolVersion";

json parse(std::string_view text) {
    return json::parse(text.begin(), text.end(), nullptr, false);
}

std::string text_of(const json& object, std::string_view key) {
    if (!object.is_object()) return {};
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string id_of(const json& object, std::string_view key) {
    if (!object.is_object()) return {};
    const auto found = object.find(key);
    const bool there = found != object.end() && (found->is_string() || found->is_number());
    return there ? found->dump(-1, ' ', false, json::error_handler_t::replace) : std::string{};
}

void read_params(const json& params, bridged_message& into) {
    if (!params.is_object()) return;
    const auto meta = params.find("_meta");
    if (meta != params.end()) into.version = text_of(*meta, version_key);
    if (into.method == "notifications/cancelled") into.cancelled = id_of(params, "requestId");
    const auto* method = mcp::find_method(into.method);
    if (method != nullptr && !method->mirrored.empty())
        into.name = text_of(params, method->mirrored);
}

bool plain(char c) {
    return c >= 0x20 && c < 0x7F;
}

// A value of a header: itself, or in Base64 if it has characters that headers cannot have.
std::string header_value(const std::string& text) {
    const bool good = !text.empty() && std::all_of(text.begin(), text.end(), plain) &&
                      text.front() != ' ' && text.back() != ' ' && !text.starts_with("=?");
    return good ? text : "=?base64?" + base::base64(text) + "?=";
}

}  // namespace

std::optional<bridged_message> read_message(std::string_view text) {
    const json parsed = parse(text);
    if (!parsed.is_object() || text_of(parsed, "jsonrpc") != "2.0") return {};
    bridged_message out;
    out.id = id_of(parsed, "id");
    out.method = text_of(parsed, "method");
    if (!out.method.empty()) {
        out.kind = out.id.empty() ? message_kind::notification : message_kind::request;
        const auto params = parsed.find("params");
        if (params != parsed.end()) read_params(*params, out);
        return out;
    }
    out.kind = message_kind::response;
    const auto error = parsed.find("error");
    const auto result = parsed.find("result");
    if (error == parsed.end() && result == parsed.end()) return {};
    if (error != parsed.end() && error->is_object()) {
        const auto code = error->find("code");
        if (code != error->end() && code->is_number_integer()) out.error_code = code->get<int>();
    }
    if (result != parsed.end()) out.negotiated = text_of(*result, "protocolVersion");
    return out;
}

std::vector<std::pair<std::string_view, std::string>> mirror_headers(
    const bridged_message& message) {
    std::vector<std::pair<std::string_view, std::string>> out;
    if (!message.stateless()) return out;
    out.emplace_back("MCP-Protocol-Version", header_value(message.version));
    out.emplace_back("Mcp-Method", header_value(message.method));
    if (!message.name.empty()) out.emplace_back("Mcp-Name", header_value(message.name));
    return out;
}

std::string error_message(const std::string& id, int code, std::string_view sentence) {
    std::string out = R"({"jsonrpc":"2.0","id":)";
    out += id.empty() ? "null" : id;
    out += R"(,"error":{"code":)" + std::to_string(code) + R"(,"message":)";
    base::append_json_string(out, sentence);
    return out += "}}";
}

std::string with_id(std::string_view text, const std::string& id) {
    json parsed = parse(text);
    parsed["id"] = parse(id);
    return parsed.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string problem_sentence(std::string_view text) {
    const json parsed = parse(text);
    const auto detail = text_of(parsed, "detail");
    return detail.empty() ? text_of(parsed, "title") : detail;
}

std::string on_one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    std::replace(text.begin(), text.end(), '\r', ' ');
    return text;
}

}  // namespace tollgate::server::clients
