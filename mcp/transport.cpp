// Message rules of the Streamable HTTP transport (MCP basic/transports).
#include "mcp/endpoint.hpp"

namespace tollgate::mcp {

namespace {

// The media type of a header value, without its parameters.
std::string_view media_type(std::string_view value) {
    value = value.substr(0, value.find(';'));
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    while (!value.empty() && value.back() == ' ') value.remove_suffix(1);
    return value;
}

bool acceptable(std::string_view accept, std::initializer_list<std::string_view> types) {
    while (!accept.empty()) {
        const auto comma = accept.find(',');
        const auto type = media_type(accept.substr(0, comma));
        for (const auto wanted : types)
            if (base::equal_ignore_case(type, wanted)) return true;
        if (comma == std::string_view::npos) break;
        accept.remove_prefix(comma + 1);
    }
    return false;
}

base::http_response plain_refusal(unsigned status, std::string_view text) {
    base::http_response reply;
    reply.status = status;
    reply.body = R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":")";
    reply.body += text;
    reply.body += "\"}}";
    return reply;
}

// Only revisions before 2026-07-28 have a stream for GET. A client that does not accept events,
// such as a link preview, gets none.
std::optional<base::http_response> refuse_get(const base::http_request& request) {
    const auto version = request.header("MCP-Protocol-Version");
    if (!accepts_events(request) || version >= modern_version) return refuse_method(request);
    if (version.empty() || is_legacy_version(version)) return {};
    return plain_refusal(400, "The header MCP-Protocol-Version names no known revision of MCP.");
}

}  // namespace

base::http_response refuse_method(const base::http_request& request) {
    auto reply = plain_refusal(405, "Send JSON-RPC messages with POST.");
    reply.headers.emplace_back("Allow", is_modern_request(request) ? "POST" : "POST, DELETE");
    return reply;
}

std::optional<base::http_response> refuse_transport(const base::http_request& request) {
    if (request.method == "GET") return refuse_get(request);
    // Only the eras with sessions have something to delete.
    if (request.method == "DELETE" && !is_modern_request(request)) return {};
    if (request.method != "POST") return refuse_method(request);
    if (!base::equal_ignore_case(media_type(request.header("Content-Type")), "application/json"))
        return plain_refusal(415, "Content-Type must be application/json.");
    const auto accept = request.header("Accept");
    if (!accept.empty() && !acceptable(accept, {"application/json", "text/event-stream", "*/*",
                                                "application/*", "text/*"}))
        return plain_refusal(406, "Accept must allow application/json or text/event-stream.");
    return {};
}

bool accepts_events(const base::http_request& request) {
    return acceptable(request.header("Accept"), {"text/event-stream"});
}

}  // namespace tollgate::mcp
