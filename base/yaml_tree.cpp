#include "base/yaml_tree.hpp"

#include <charconv>

#include "base/json_text.hpp"

namespace tollgate::base {

namespace {

void append_node(std::string& out, const yaml_node& node) {
    switch (node.kind) {
        case yaml_kind::null:
            out += "null";
            return;
        case yaml_kind::truth:
        case yaml_kind::number:
            out += node.scalar;
            return;
        case yaml_kind::text:
            append_json_string(out, node.scalar);
            return;
        case yaml_kind::list:
        case yaml_kind::map:
            break;
    }
    const bool map = node.kind == yaml_kind::map;
    out += map ? '{' : '[';
    bool first = true;
    for (const auto& child : node.children) {
        if (!first) out += ',';
        first = false;
        if (map) {
            append_json_string(out, child.key);
            out += ':';
        }
        append_node(out, child);
    }
    out += map ? '}' : ']';
}

// Takes "[2]" from the front of `path`; null if it is not there, or if `list` has no such item.
const yaml_node* take_item(const yaml_node& list, std::string_view& path) {
    const auto end = path.find(']');
    if (list.kind != yaml_kind::list || !path.starts_with('[') || end == std::string_view::npos)
        return nullptr;
    std::size_t index = 0;
    const auto read = std::from_chars(path.data() + 1, path.data() + end, index);
    if (read.ptr != path.data() + end || index >= list.children.size()) return nullptr;
    path.remove_prefix(end + 1);
    return &list.children[index];
}

// Takes the longest key of `map` that is a prefix of `path`; null if there is none.
const yaml_node* take_member(const yaml_node& map, std::string_view& path) {
    if (map.kind != yaml_kind::map) return nullptr;
    if (path.starts_with('.')) path.remove_prefix(1);
    const yaml_node* found = nullptr;
    for (const auto& child : map.children) {
        if (!path.starts_with(child.key)) continue;
        const auto rest = path.substr(child.key.size());
        if (!rest.empty() && rest.front() != '.' && rest.front() != '[') continue;
        if (found == nullptr || child.key.size() > found->key.size()) found = &child;
    }
    if (found != nullptr) path.remove_prefix(found->key.size());
    return found;
}

}  // namespace

std::string json_of(const yaml_node& node) {
    std::string out;
    append_node(out, node);
    return out;
}

const yaml_node* member_of(const yaml_node& map, std::string_view key) {
    if (map.kind != yaml_kind::map) return nullptr;
    for (const auto& child : map.children)
        if (child.key == key) return &child;
    return nullptr;
}

found_node node_at(const yaml_node& root, std::string_view path) {
    const yaml_node* node = &root;
    while (!path.empty()) {
        const auto* const next =
            path.starts_with('[') ? take_item(*node, path) : take_member(*node, path);
        if (next == nullptr) return {node, false};
        node = next;
    }
    return {node, true};
}

}  // namespace tollgate::base
