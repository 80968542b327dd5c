// JSON-RPC messages of MCP, as far as a bridge has to look into them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tollgate::server::clients {

enum class message_kind : std::uint8_t { request, notification, response };

struct bridged_message {
    message_kind kind = message_kind::request;
    std::string id{};          // as JSON; empty: none, or null
    std::string method{};      // empty: a response
    std::string version{};     // params._meta: the revision of MCP; empty before 2026-07-28
    std::string name{};        // what the header Mcp-Name repeats; empty: nothing
    std::string cancelled{};   // of notifications/cancelled: the id of the request, as JSON
    int error_code = 0;        // of a response with an error
    std::string negotiated{};  // of a response to initialize: the revision of MCP

    bool stateless() const { return !version.empty(); }
};

// Reads a message; nothing if it is no JSON, or no single JSON-RPC message.
std::optional<bridged_message> read_message(std::string_view text);

// The headers that repeat parts of a message of 2026-07-28 or later.
std::vector<std::pair<std::string_view, std::string>> mirror_headers(
    const bridged_message& message);

// An answer with an error. An empty `id` is null.
std::string error_message(const std::string& id, int code, std::string_view sentence);

// `text` with another id. It must be a JSON object.
std::string with_id(std::string_view text, const std::string& id);

// The sentence of a problem document (RFC 9457); empty if `text` is none.
std::string problem_sentence(std::string_view text);

// JSON on one line: line breaks outside strings become blanks.
std::string on_one_line(std::string text);

}  // namespace tollgate::server::clients
