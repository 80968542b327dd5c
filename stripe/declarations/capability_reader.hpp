// Reads one capability of a declarations file.
#pragma once
#include <string_view>

#include "stripe/declarations/map_reader.hpp"

namespace tollgate::stripe {

constexpr std::size_t guardrails_max = 50;  // of a capability

// The capability in `node`, at `path` ("capabilities[0]"); what is wrong is added to `problems`,
// and left out of the result.
document_capability read_capability(const base::yaml_node& node, const std::string& path,
                                    problem_list& problems);

// True for a name that every client takes: 1 to 64 letters, digits, '_' and '-', a letter first.
bool is_tool_name(std::string_view name);

}  // namespace tollgate::stripe
