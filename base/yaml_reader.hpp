// Reads YAML, of which JSON is a subset, from an unchecked file.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/yaml_tree.hpp"

namespace tollgate::base {

struct yaml_limits {
    std::size_t depth_max = 32;  // of nested lists and maps
};

// Returns "rules.yaml:3:5: ": the start of a message about the place `at` in the file `name`.
std::string place_text(const std::string& name, yaml_place at);

// Parses the only document in `text`. Quoted scalars are text; other scalars are read by
// plain_scalar(). Fails with invalid_argument and a message that begins with place_text():
// "not_yaml", "not_text" (invalid UTF-8, a control character, or the escapes \N and \_),
// "too_deep", "repeated_key", "bad_key", "alias" (aliases, anchors), "tag", "several_documents",
// "not_representable". The caller limits the size.
result<yaml_node> read_yaml_tree(std::string_view text, const std::string& name,
                                 const yaml_limits& limits = {});

}  // namespace tollgate::base
