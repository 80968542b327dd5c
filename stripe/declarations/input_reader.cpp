#include "stripe/declarations/input_reader.hpp"

#include <algorithm>
#include <array>

namespace tollgate::stripe {

namespace {

using base::yaml_kind;
using base::yaml_node;
using tenancy::declared_type;

constexpr std::array<std::string_view, 7> input_fields{
    "type", "required", "description", "values", "default", "in", "constraints"};
// In the order of declared_type.
constexpr std::array<std::string_view, 7> input_types{"string", "integer", "number", "boolean",
                                                      "enum",   "array",   "object"};
// In the order of input_place, without `usual`.
constexpr std::array<std::string_view, 4> places{"query", "path", "body", "header"};
constexpr std::array<std::string_view, 7> limits{
    "max_value",       "allowed_values", "requires_field", "max_per_hour",
    "max_per_request", "field",          "description"};
// Of an input: it is the field.
constexpr std::array<std::string_view, 6> input_limits{"max_value",       "allowed_values",
                                                       "requires_field",  "max_per_hour",
                                                       "max_per_request", "description"};

template <std::size_t Size>
std::size_t place_in(const std::array<std::string_view, Size>& words, std::string_view word) {
    return static_cast<std::size_t>(std::ranges::find(words, word) - words.begin());
}

void read_default(map_reader& from, document_input& out) {
    const auto* const given = from.find("default");
    if (given == nullptr) return;
    const bool listed =
        out.values.empty() || std::ranges::find(out.values, given->scalar) != out.values.end();
    if (!is_of_type(*given, out.type) || !listed) {
        from.note(given->at, "default", "invalid_value",
                  "the default must be a value that the input takes");
        return;
    }
    if (out.required)
        from.note(given->at, "default", "conflicting_fields",
                  "an input with a default cannot be required: remove one of both");
    out.usual = base::json_of(*given);
}

void read_values(map_reader& from, document_input& out) {
    if (auto values = from.scalars("values")) out.values = std::move(*values);
    const auto* const given = from.find("values");
    if (out.type == declared_type::choice && out.values.empty())
        from.note(given == nullptr ? from.node().key_at : given->at, "values", "missing_field",
                  "an input of type enum needs values: a list such as [draft, open]");
    if (out.type != declared_type::choice && given != nullptr)
        from.note(given->at, "values", "conflicting_fields",
                  "values belong to an input of type enum; use constraints: {allowed_values: […]} "
                  "to limit another one");
}

}  // namespace

bool is_of_type(const yaml_node& value, declared_type type) {
    switch (type) {
        case declared_type::string:
            return value.kind == yaml_kind::text;
        case declared_type::integer:
            return value.kind == yaml_kind::number &&
                   value.scalar.find_first_of(".e") == std::string::npos;
        case declared_type::number:
            return value.kind == yaml_kind::number;
        case declared_type::boolean:
            return value.kind == yaml_kind::truth;
        case declared_type::choice:
            return scalar_of(value).has_value();
        case declared_type::array:
            return value.kind == yaml_kind::list;
        case declared_type::object:
            break;
    }
    return value.kind == yaml_kind::map;
}

document_constraint read_constraint(const yaml_node& node, const std::string& path,
                                    const std::string& input, problem_list& problems) {
    document_constraint out{.at = node.at, .path = path, .input = input};
    const std::span<const std::string_view> known =
        input.empty() ? std::span<const std::string_view>{limits} : input_limits;
    map_reader from{node, path, problems, known};
    if (node.kind != yaml_kind::map) return out;
    out.value_max = from.whole("max_value", 0);
    out.per_hour_max = from.whole("max_per_hour", 1);
    out.per_request_max = from.whole("max_per_request", 1);
    out.allowed_values = from.scalars("allowed_values");
    out.requires_field = from.text("requires_field").value_or("");
    if (input.empty()) out.input = from.text("field").value_or("");
    from.text("description");
    if (out.allowed_values && out.allowed_values->empty())
        from.note(from.find("allowed_values")->at, "allowed_values", "out_of_range",
                  "allowed_values must have an entry");
    const bool says_something = std::ranges::any_of(node.children, [](const yaml_node& member) {
        return member.key != "description" && member.key != "field";
    });
    if (!says_something)
        problems.push_back(
            {node.at, "missing_field", path,
             "this limits nothing: write one of " + joined(std::span{limits}.first(5))});
    return out;
}

document_input read_input(const yaml_node& node, const std::string& path,
                          std::vector<document_constraint>& constraints, problem_list& problems) {
    document_input out{.at = node.key_at, .name = node.key};
    map_reader from{node, path, problems, input_fields};
    if (node.kind != yaml_kind::map) return out;
    if (const auto type = from.word("type", input_types, true))
        out.type = static_cast<declared_type>(place_in(input_types, *type));
    out.required = from.truth("required").value_or(false);
    out.description = from.text("description").value_or("");
    read_values(from, out);
    if (const auto where = from.word("in", places, false))
        out.where = static_cast<input_place>(place_in(places, *where) + 1);
    read_default(from, out);
    const auto* const own = from.find("constraints");
    if (own == nullptr) return out;
    const std::string below = from.path_to("constraints");
    if (own->kind != yaml_kind::list) {
        constraints.push_back(read_constraint(*own, below, out.name, problems));
        return out;
    }
    for (std::size_t i = 0; i < own->children.size(); ++i)
        constraints.push_back(read_constraint(
            own->children[i], below + '[' + std::to_string(i) + ']', out.name, problems));
    return out;
}

}  // namespace tollgate::stripe
