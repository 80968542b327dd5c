// A prompt's text for one MCP server: with the names of its tools, and only what they can do.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "stripe/catalog/catalog.hpp"
#include "stripe/content/prompt_book.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// The tool for each role, in the order of the prompt's roles; null if none is shown.
using role_tools = std::vector<const operation*>;

// Returns nullopt if a tool that the prompt needs is hidden from `grant`; the prompt is then not
// offered.
std::optional<role_tools> tools_for(const prompt& of, const tenancy::grant& grant);

// The first role without a tool, for a sentence about why a prompt is not offered.
std::string_view missing_tool(const prompt& of, const tenancy::grant& grant);

// The user's message to the model: the steps that these tools can do, how to call them, how amounts
// are written, that a person must approve every write, and `given_json`, the user's input, as data
// on one line.
std::string prompt_text(const prompt& of, const role_tools& cast, const tenancy::grant& grant,
                        const std::string& given_json);

}  // namespace tollgate::stripe
