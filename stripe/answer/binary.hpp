// A binary answer (the PDF of a quote) as a tool result.
#pragma once
#include <cstddef>
#include <string_view>

#include "mcp/tool_provider.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// The largest embedded file, in bytes: in base64 it stays below the 150,000 characters that clients
// accept in a result.
constexpr std::size_t embedded_bytes_max = 105 * 1024;

// Fills `out` with a sentence and an embedded resource (stripe://quotes/qt_1/pdf) for a successful
// answer to `target` ("/v1/quotes/qt_1/pdf?…"). A file over the limit, an empty file, or an answer
// that is not a PDF becomes an error of the gateway.
void write_binary_result(mcp::tool_result& out, std::string_view target,
                         const upstream_response& answer);

}  // namespace tollgate::stripe
