#include "stripe/declarations/declared_arguments.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;
using tenancy::declared_input;
using tenancy::declared_type;

constexpr std::array<std::string_view, 7> type_phrases{
    "a text", "a whole number", "a number", "true or false", "one of its values",
    "a list", "an object"};

// A value, or the members inside an argument.
struct argument_tree {
    std::string json;
    std::map<std::string, argument_tree> members;
};

void append_tree(std::string& out, const argument_tree& tree) {
    if (tree.members.empty()) {
        out += tree.json;
        return;
    }
    out += '{';
    for (const auto& [name, member] : tree.members) {
        if (out.back() != '{') out += ',';
        base::append_json_string(out, name);
        out += ':';
        append_tree(out, member);
    }
    out += '}';
}

void put(argument_tree& into, const std::vector<std::string>& path, std::string json) {
    auto* at = &into;
    for (const auto& name : path) at = &at->members[name];
    at->json = std::move(json);
}

std::string clipped(std::string_view name) {
    return '\'' + std::string(base::clipped_text(name, base::quoted_bytes_max)) + '\'';
}

bool is_whole(const dom::element& value) {
    return value.is_int64() || value.is_uint64();
}

bool is_of_type(const dom::element& value, const declared_input& input) {
    switch (input.type) {
        case declared_type::string:
            return value.is_string();
        case declared_type::integer:
            return is_whole(value);
        case declared_type::number:
            return value.is_number();
        case declared_type::boolean:
            return value.is_bool();
        case declared_type::choice:
            return value.is_string() || value.is_number() || value.is_bool();
        case declared_type::array:
            return value.is_array();
        case declared_type::object:
            break;
    }
    return value.is_object();
}

std::string text_of(const dom::element& value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return std::string(text);
    return simdjson::minify(value);
}

std::string listed(const std::vector<std::string>& values) {
    std::string out;
    for (const auto& one : values) out += (out.empty() ? "" : ", ") + one;
    return out;
}

base::result<> check_value(const declared_input& input, const dom::element& value) {
    if (!is_of_type(value, input))
        return base::invalid("wrong_type",
                             clipped(input.name) + " must be " +
                                 std::string(type_phrases.at(static_cast<std::size_t>(input.type))),
                             input.name);
    if (!input.values.empty() &&
        std::ranges::find(input.values, text_of(value)) == input.values.end())
        return base::invalid("invalid_value",
                             clipped(input.name) + " must be one of " + listed(input.values),
                             input.name);
    dom::array items;
    if (input.items_max > 0 && value.get(items) == simdjson::SUCCESS &&
        items.size() > static_cast<std::size_t>(input.items_max))
        return base::invalid("too_large",
                             clipped(input.name) + " may have " + std::to_string(input.items_max) +
                                 " items in one call, and has " + std::to_string(items.size()),
                             input.name);
    return {};
}

base::failure unknown(const tenancy::declared_tool& tool, std::string_view name) {
    std::vector<std::string_view> known;
    for (const auto& input : tool.inputs) known.push_back(input.name);
    for (const auto& own : tool.own_arguments) known.push_back(own);
    const auto near = base::nearest_word(name, known);
    std::string message = "unknown argument " + clipped(name);
    if (!near.empty()) {
        message += "; did you mean '" + std::string(near) + "'?";
    } else {
        std::string all;
        for (const auto one : known) all += (all.empty() ? "" : ", ") + std::string(one);
        message += all.empty() ? "; this tool has none" : "; there are: " + all;
    }
    return base::invalid("unknown_argument", std::move(message),
                         std::string(base::clipped_text(name, base::quoted_bytes_max)));
}

std::string fields_json(const std::vector<std::string>& fields) {
    std::string out = "[";
    for (const auto& one : fields) {
        if (out.size() > 1) out += ',';
        base::append_json_string(out, one);
    }
    return out + ']';
}

}  // namespace

base::result<std::string> operation_arguments_of(const tenancy::declared_tool& tool,
                                                 dom::object given,
                                                 std::span<const std::string_view> other_arguments,
                                                 absent_arguments absent) {
    argument_tree tree;
    for (const auto member : given) {
        const auto input = std::ranges::find(tool.inputs, member.key, &declared_input::name);
        const bool own =
            std::ranges::find(tool.own_arguments, member.key) != tool.own_arguments.end() ||
            std::ranges::find(other_arguments, member.key) != other_arguments.end();
        if (input == tool.inputs.end()) {
            if (!own) return unknown(tool, member.key);
            put(tree, {std::string(member.key)}, simdjson::minify(member.value));
            continue;
        }
        if (member.value.is_null() && !input->required) continue;  // as if it was left out
        if (const auto good = check_value(*input, member.value); !good) return good.error();
        put(tree, input->path, simdjson::minify(member.value));
    }
    for (const auto& input : tool.inputs) {
        dom::element value;
        const bool there =
            given.at_key(input.name).get(value) == simdjson::SUCCESS && !value.is_null();
        if (there) continue;
        if (!input.usual.empty()) put(tree, input.path, input.usual);
        if (input.required && absent == absent_arguments::refused)
            return base::invalid("missing_argument", clipped(input.name) + " is required",
                                 input.name);
    }
    if (!tool.fields.empty()) put(tree, {"fields"}, fields_json(tool.fields));
    if (tree.members.empty()) return std::string("{}");
    std::string out;
    append_tree(out, tree);
    return out;
}

}  // namespace tollgate::stripe
