// A tool's result as the answer to resources/read.
#pragma once
#include <string>
#include <string_view>

#include "mcp/content_provider.hpp"
#include "mcp/tool_provider.hpp"

namespace tollgate::stripe {

// `"contents":[{…}]` with one text.
std::string contents_json(std::string_view uri, std::string_view mime_type, std::string_view text);

// The answer for a result: its text as the resource; "there is none" for an object that Stripe does
// not have; otherwise a refusal with the error's text, and the whole error as data.
mcp::content_answer as_resource(std::string_view uri, mcp::tool_result result);

// The answer for an unknown URI.
mcp::content_answer no_resource(std::string why);

// True if `text` is a page without rows.
bool is_empty_page(std::string_view text);

}  // namespace tollgate::stripe
