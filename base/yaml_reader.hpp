// Reads YAML, of which JSON is a part, from a file that nobody has checked.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/yaml_tree.hpp"

namespace tollgate::base {

struct yaml_limits {
    std::size_t depth_max = 32;  // of lists and maps in each other
};

// "rules.yaml:3:5: ": how a message about a place of the file `name` begins.
std::string place_text(const std::string& name, yaml_place at);

// The one document in `text`. Text in quotes stays text; other scalars are read by plain_scalar().
// Fails with invalid_argument and a message that begins with place_text(): "not_yaml", "not_text"
// (invalid UTF-8, a control character, or the escapes \N and \_), "too_deep", "repeated_key",
// "bad_key", "alias" (aliases, anchors), "tag", "several_documents", "not_representable". The
// caller limits the size.
result<yaml_node> read_yaml_tree(std::string_view text, const std::string& name,
                                 const yaml_limits& limits = {});

}  // namespace tollgate::base
