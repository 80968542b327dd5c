#include "stripe/declarations/tool_text.hpp"

#include <algorithm>
#include <array>

#include "base/json_text.hpp"
#include "tenancy/rules/server_config.hpp"

namespace tollgate::stripe {

namespace {

using tenancy::declared_type;

constexpr std::array<std::string_view, 7> type_words{"string", "integer", "number", "boolean",
                                                     "string", "array",   "object"};

// The smallest limit on the value of a number; nothing if there is none.
std::optional<std::int64_t> value_max(const document_capability& of, const document_input& input) {
    std::optional<std::int64_t> out;
    for (const auto& limit : of.constraints) {
        if (!limit.value_max || (!limit.input.empty() && limit.input != input.name)) continue;
        out = out ? std::min(*out, *limit.value_max) : *limit.value_max;
    }
    return out;
}

const std::vector<std::string>* allowed_values(const document_capability& of,
                                               const document_input& input) {
    for (const auto& limit : of.constraints)
        if (limit.allowed_values && (limit.input.empty() || limit.input == input.name) &&
            input.type == declared_type::string)
            return &*limit.allowed_values;
    return input.values.empty() ? nullptr : &input.values;
}

std::string property_json(const document_capability& of, const document_input& input) {
    std::string out = "{";
    base::json_members members{out};
    members.text("type", type_words.at(static_cast<std::size_t>(input.type)));
    if (!input.description.empty()) members.text("description", input.description);
    if (const auto* const values = allowed_values(of, input))
        members.raw("enum", tenancy::encode_words(*values));
    const bool number = input.type == declared_type::integer || input.type == declared_type::number;
    if (const auto most = value_max(of, input); most && number)
        members.number("minimum", 0).number("maximum", *most);
    if (!input.usual.empty()) members.raw("default", input.usual);
    return out + '}';
}

std::string own_json(std::string_view name) {
    if (name == "next_cursor")
        return R"({"type":"string","description":"next_cursor of the previous answer, for )"
               R"(the next page."})";
    return R"({"type":"string","description":"One key for one write, 1 to 255 characters: repeat )"
           R"(it to repeat the call without a second effect."})";
}

std::string schema_json(const resolved_capability& one) {
    std::string properties = "{";
    const auto add = [&](std::string_view name, const std::string& json) {
        if (properties.size() > 1) properties += ',';
        base::append_json_string(properties, name);
        properties += ':' + json;
    };
    std::vector<std::string> required;
    for (const auto& input : one.tool.inputs) {
        add(input.name, property_json(*one.from, *one.from->find_input(input.name)));
        if (input.required) required.push_back(input.name);
    }
    for (const auto& name : one.tool.own_arguments) add(name, own_json(name));
    std::string out = R"({"type":"object","properties":)" + properties + '}';
    if (!required.empty()) out += ",\"required\":" + tenancy::encode_words(required);
    return out + R"(,"additionalProperties":false})";
}

std::string with_consent(std::string description) {
    if (!description.ends_with('.')) description += '.';
    return description + " A person must approve each call.";
}

}  // namespace

std::string tool_text(const resolved_capability& one) {
    const auto& from = *one.from;
    const auto& hints = from.annotations;
    std::string annotations = "{";
    base::json_members{annotations}
        .truth("readOnlyHint", one.called->read_only())
        .truth("destructiveHint", hints.destructive.value_or(one.called->destructive()))
        .truth("idempotentHint", hints.idempotent.value_or(one.called->idempotent()))
        .truth("openWorldHint", hints.open_world.value_or(one.called->open_world()));
    std::string out = "{";
    base::json_members members{out};
    members.text("name", from.name);
    members.text("title", from.title.empty() ? one.called->title() : std::string_view(from.title));
    members.text("description",
                 from.consent_required ? with_consent(from.description) : from.description);
    members.raw("inputSchema", schema_json(one));
    members.raw("annotations", annotations + '}');
    if (!from.tags.empty())
        members.raw("_meta", R"({"tollgate/tags":)" + tenancy::encode_words(from.tags) + '}');
    return out + '}';
}

}  // namespace tollgate::stripe
