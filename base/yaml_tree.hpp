// A YAML or JSON file written by a person, as a tree. Every node knows its line and column, so that
// a later error message can point to its place.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::base {

enum class yaml_kind : std::uint8_t { null, truth, number, text, list, map };

// A place in a file. Lines and columns start at 1; columns count bytes.
struct yaml_place {
    int line = 1;
    int column = 1;
};

struct yaml_node {
    yaml_kind kind = yaml_kind::null;
    yaml_place at;
    std::string scalar;  // of text: the text; of a boolean or a number: its JSON
    std::string key;     // of a member of a map
    yaml_place key_at;
    std::vector<yaml_node> children;  // of a list or a map
};

// The node as compact JSON.
std::string json_of(const yaml_node& node);

// Returns the member of a map with that key, or null.
const yaml_node* member_of(const yaml_node& map, std::string_view key);

struct found_node {
    const yaml_node* node;
    bool exact;  // false: the path is not in the file; `node` is the deepest node on it
};
// Finds the node at a path such as "rules[2].max_value.argument", starting at `root`.
found_node node_at(const yaml_node& root, std::string_view path);

}  // namespace tollgate::base
