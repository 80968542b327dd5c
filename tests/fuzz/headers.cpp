// Any headers beside a message of either era: who is let in says the same as the body.
#include "fuzz.hpp"
#include "mcp/protocol/era.hpp"

using namespace tollgate;

namespace {

constexpr std::string_view bodies[] = {
    R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})",
    R"({"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"a://b","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})",
    R"({"jsonrpc":"2.0","id":1,"method":"ping"})",
    R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})",
};
constexpr std::string_view mirrored[] = {"echo", "a://b", "", ""};

// Surrounding blanks are no part of a header's value (RFC 9110 §5.5).
std::string_view bare(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

// One byte that chooses the message, then four header values, a line each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = fuzz::text_of(data, size);
    if (rest.empty()) return 0;
    const std::size_t chosen = static_cast<unsigned char>(rest.front()) % std::size(bodies);
    rest.remove_prefix(1);
    base::http_request request;
    request.method = "POST";
    for (const auto* name : {"mcp-protocol-version", "mcp-method", "mcp-name", "mcp-session-id"}) {
        const auto value = fuzz::take_until(rest, '\n');
        if (!value.empty()) request.headers.push_back({name, value});
        if (const auto plain = mcp::decode_header_value(value))
            fuzz::require(plain->size() <= value.size(), "decoding makes nothing longer");
    }
    const std::string body = fuzz::padded(bodies[chosen]);
    simdjson::dom::parser parser;
    const auto in = mcp::parse_message(parser, body);
    const auto selected = mcp::select_era(request, in.value);
    if (const auto* wrong = std::get_if<mcp::refusal>(&selected)) {
        fuzz::require(
            wrong->status == 400 && wrong->error.code < 0 && !wrong->error.message.empty(),
            "a refusal says what is wrong");
        return 0;
    }
    if (std::get<mcp::era>(selected) == mcp::era::legacy) return 0;
    fuzz::require(bare(request.header("mcp-protocol-version")) == mcp::modern_version,
                  "the modern era is named by the header");
    const auto method = mcp::decode_header_value(bare(request.header("mcp-method")));
    fuzz::require(method == std::string(in.value.method), "Mcp-Method is the body's");
    if (!mirrored[chosen].empty()) {
        const auto name = mcp::decode_header_value(bare(request.header("mcp-name")));
        fuzz::require(name == std::string(mirrored[chosen]), "Mcp-Name is the body's");
    }
    return 0;
}
