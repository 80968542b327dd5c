// A tool's result as the answer to resources/read.
#pragma once
#include <string>
#include <string_view>

#include "mcp/content_provider.hpp"
#include "mcp/tool_provider.hpp"

namespace tollgate::stripe {

// `"contents":[{…}]` with one text.
std::string contents_json(std::string_view uri, std::string_view mime_type, std::string_view text);

// The answer a result means: its text as the resource; "there is none" for an object that Stripe
// does not have; else a refusal in the words of the error, with all of the error as data.
mcp::content_answer as_resource(std::string_view uri, mcp::tool_result result);

// A URI that means nothing here.
mcp::content_answer no_resource(std::string why);

// True when `text` is a page without rows.
bool is_empty_page(std::string_view text);

}  // namespace tollgate::stripe
