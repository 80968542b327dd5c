// Removes references to other tools from a tool's texts, so that they do not send a model to a
// hidden tool.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "stripe/catalog/catalog.hpp"

namespace tollgate::stripe {

// True if the texts of the tool name another operation. Any thread.
bool names_others(const operation& one);

// `tool_json` without the clauses that name an operation for which `visible` is false: a sentence,
// or the part after its semicolon. `own` may name itself. Pure.
std::string without_hidden_names(std::string_view tool_json, const operation& own,
                                 const std::function<bool(const operation&)>& visible);

}  // namespace tollgate::stripe
