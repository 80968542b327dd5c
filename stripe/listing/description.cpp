#include "stripe/listing/description.hpp"

#include <vector>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "stripe/listing/search_tools.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

// An argument with a shorter schema is not changed.
constexpr std::size_t whole_argument_bytes_max = 400;

// The properties of a schema node, or those of an array's items.
bool parts_of(dom::element node, dom::object& out) {
    dom::object object;
    if (node.get(object) != simdjson::SUCCESS) return false;
    if (object["properties"].get(out) == simdjson::SUCCESS) return true;
    dom::element items;
    return object["items"].get(items) == simdjson::SUCCESS && parts_of(items, out);
}

std::string part_names(dom::object parts) {
    std::string out;
    for (const auto part : parts) {
        if (!out.empty()) out += ", ";
        out += part.key;
    }
    return out;
}

// Writes one argument with the names of its parts instead of their schemas.
void append_flat(std::string& out, dom::element node, dom::object parts) {
    std::string_view text;
    out += '{';
    base::json_members members{out};
    if (node["type"].get(text) == simdjson::SUCCESS) members.text("type", text);
    if (node["description"].get(text) == simdjson::SUCCESS) members.text("description", text);
    members.text("parts", part_names(parts));
    out += '}';
}

void append_properties(std::string& out, dom::object properties) {
    out += '{';
    bool first = true;
    for (const auto property : properties) {
        if (!first) out += ',';
        first = false;
        base::append_json_string(out, property.key);
        out += ':';
        dom::object parts;
        const std::string whole = simdjson::minify(property.value);
        if (whole.size() <= whole_argument_bytes_max || !parts_of(property.value, parts))
            out += whole;
        else
            append_flat(out, property.value, parts);
    }
    out += '}';
}

// Writes a schema node: whole if it is short, otherwise with less depth. True if something was left
// out.
bool append_schema(std::string& out, dom::element node) {
    const std::string whole = simdjson::minify(node);
    dom::object parts;
    if (whole.size() <= whole_schema_bytes_max || !parts_of(node, parts)) {
        out += whole;
        return false;
    }
    out += R"({"type":"object","properties":)";
    append_properties(out, parts);
    dom::element required;
    if (node["required"].get(required) == simdjson::SUCCESS)
        out += ",\"required\":" + std::string(simdjson::minify(required));
    out += '}';
    return true;
}

base::failure no_such_part(std::string_view argument, std::string_view step, dom::object parts) {
    std::vector<std::string_view> names;
    for (const auto part : parts) names.push_back(part.key);
    const auto near = base::nearest_word(step, names);
    std::string message = "There is no argument '" +
                          std::string(base::clipped_text(argument, base::quoted_bytes_max)) + "'";
    message += near.empty() ? "; at this place there are: " + part_names(parts) + '.'
                            : "; did you mean '" + std::string(near) + "'?";
    return base::invalid("unknown_argument", std::move(message), "argument");
}

base::result<dom::element> find_part(dom::element schema, std::string_view argument) {
    dom::element at = schema;
    std::string_view rest = argument;
    while (!rest.empty()) {
        const auto dot = std::min(rest.find('.'), rest.size());
        const auto step = rest.substr(0, dot);
        rest.remove_prefix(std::min(dot + 1, rest.size()));
        dom::object parts;
        if (!parts_of(at, parts))
            return base::invalid(
                "unknown_argument",
                "'" + std::string(base::clipped_text(argument, base::quoted_bytes_max)) +
                    "' goes deeper than the description; the values it takes are "
                    "those of the Stripe API.",
                "argument");
        if (parts.at_key(step).get(at) != simdjson::SUCCESS)
            return no_such_part(argument, step, parts);
    }
    return at;
}

// The item of an array, the value of a map, or the first form of a union.
const parameter& inside(const parameter& as) {
    const parameter* at = &as;
    while (!at->children().empty() &&
           (at->type() == value_type::array || at->type() == value_type::map))
        at = &at->children().front();
    return *at;
}

// The parameter at a dotted path, or null.
const parameter* parameter_at(const operation& one, std::string_view path) {
    const parameter* at = nullptr;
    for (bool first = true; !path.empty(); first = false) {
        const auto dot = std::min(path.find('.'), path.size());
        const auto step = path.substr(0, dot);
        path.remove_prefix(std::min(dot + 1, path.size()));
        at = first ? one.find_parameter(step) : inside(*at).find_child(step);
        if (at == nullptr) return nullptr;
    }
    return at;
}

// Stripe's listed values of an argument whose schema omits them because there are many: a JSON
// array, or empty.
std::string values_left_out(const operation& one, std::string_view argument, dom::element schema) {
    const auto* const found = parameter_at(one, argument);
    if (found == nullptr) return {};
    dom::element listed = schema;
    dom::element items;
    while (listed["items"].get(items) == simdjson::SUCCESS) listed = items;
    if (listed["enum"].error() == simdjson::SUCCESS) return {};
    std::string out;
    for (const auto& value : inside(*found).enum_values()) {
        out += out.empty() ? '[' : ',';
        base::append_json_string(out, value.view());
    }
    return out.empty() ? out : out + ']';
}

// Names the operation's arguments that have such values.
std::string note_of_values(const operation& one, dom::element schema) {
    std::string names;
    dom::object properties;
    if (schema["properties"].get(properties) != simdjson::SUCCESS) return {};
    for (const auto property : properties)
        if (!values_left_out(one, property.key, property.value).empty())
            names += (names.empty() ? "" : ", ") + std::string(property.key);
    if (names.empty()) return {};
    return "argument gives every value of: " + names + ".";
}

}  // namespace

base::result<std::string> describe_operation(const operation& one, std::string_view json,
                                             std::string_view argument, dom::parser& parser) {
    dom::element tool;
    dom::element schema;
    if (parser.parse(json.data(), json.size()).get(tool) != simdjson::SUCCESS ||
        tool["inputSchema"].get(schema) != simdjson::SUCCESS)
        return base::fail(base::errc::internal, "unreadable_tool", "The tool cannot be read.");
    const auto part = find_part(schema, argument);
    if (!part) return part.error();
    std::string shown;
    const bool cut = append_schema(shown, *part);
    std::string_view text;
    std::string out = "{";
    base::json_members members{out};
    members.text("operation", one.tool_name()).text("call_with", caller_name(one));
    if (!argument.empty()) members.text("argument", argument);
    if (argument.empty() && tool["description"].get(text) == simdjson::SUCCESS)
        members.text("description", text);
    members.raw(argument.empty() ? "input_schema" : "schema", shown);
    if (!argument.empty())
        if (const auto values = values_left_out(one, argument, *part); !values.empty())
            members.raw("values", values);
    std::string note =
        cut ? "An argument with parts names them only. argument gives one of them in full." : "";
    if (argument.empty()) {
        const auto values = note_of_values(one, *part);
        note += (note.empty() || values.empty() ? "" : " ") + values;
    }
    if (!note.empty()) members.text("note", note);
    out += '}';
    return out;
}

operation_digest digest_of(const operation& one, dom::parser& parser) {
    const auto json = one.tool_json();
    operation_digest out;
    dom::element tool;
    std::string_view text;
    dom::element required;
    if (parser.parse(json.data(), json.size()).get(tool) != simdjson::SUCCESS) return out;
    if (tool["description"].get(text) == simdjson::SUCCESS) out.description = text;
    if (tool["inputSchema"]["required"].get(required) == simdjson::SUCCESS)
        out.required_json = simdjson::minify(required);
    return out;
}

}  // namespace tollgate::stripe
