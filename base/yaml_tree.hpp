// A YAML or JSON file that a person wrote, as a tree: every node knows its line and column, so that
// a mistake found later can be shown at its place.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::base {

enum class yaml_kind : std::uint8_t { null, truth, number, text, list, map };

// A place in a file, from 1; columns count bytes.
struct yaml_place {
    int line = 1;
    int column = 1;
};

struct yaml_node {
    yaml_kind kind = yaml_kind::null;
    yaml_place at;
    std::string scalar;  // of a text: the text; of a truth or a number: its JSON
    std::string key;     // of a member of a map
    yaml_place key_at;
    std::vector<yaml_node> children;  // of a list or a map
};

// The node as compact JSON.
std::string json_of(const yaml_node& node);

// The member of a map with that key, or null.
const yaml_node* member_of(const yaml_node& map, std::string_view key);

struct found_node {
    const yaml_node* node;
    bool exact;  // false: the path leads to nothing in the file; `node` is as near as it leads
};
// The node at a path such as "rules[2].max_value.argument", from `root`.
found_node node_at(const yaml_node& root, std::string_view path);

}  // namespace tollgate::base
