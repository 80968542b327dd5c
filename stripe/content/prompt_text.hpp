// A prompt in the words of one MCP server: with the names of its tools, and only what they can do.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "stripe/catalog/catalog.hpp"
#include "stripe/content/prompt_book.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// Which tool plays each role, in the order of the prompt's roles; null where none is shown.
using prompt_cast = std::vector<const operation*>;

// Nothing when a tool that the prompt needs is hidden from `grant`: then it is not offered.
std::optional<prompt_cast> cast_for(const prompt& of, const tenancy::grant& grant);

// The first role nobody plays, for a sentence about why a prompt is not offered.
std::string_view missing_tool(const prompt& of, const tenancy::grant& grant);

// What the user says to the model: the steps that these tools can do, how they are called, how
// amounts are written, that a person agrees before anything is written, and `given_json`, what the
// user gave, as data in one line.
std::string prompt_text(const prompt& of, const prompt_cast& cast, const tenancy::grant& grant,
                        const std::string& given_json);

}  // namespace tollgate::stripe
