#include "stripe/sandbox/kernel/validate_json.hpp"

#include <algorithm>

namespace tollgate::sandbox {
namespace {

using stripe::parameter;
using stripe::value_type;

std::optional<api_error> check(const parameter& form, const json& value, const std::string& name);

std::string inner_name(const std::string& outer, std::string_view key) {
    return outer.empty() ? std::string(key) : outer + '.' + std::string(key);
}

api_error unknown(const std::string& name) {
    return bad_request("Received unknown parameter: " + name, name, "parameter_unknown");
}

api_error mistyped(const char* wanted, const json& value, const std::string& name) {
    return bad_request("Invalid " + std::string(wanted) + ": " + value.dump().substr(0, 40), name,
                       "invalid_fields");
}

std::optional<api_error> check_string(const parameter& form, const json& value,
                                      const std::string& name) {
    if (!value.is_string()) return mistyped("string", value, name);
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() > form.length_limit()) return mistyped("string, too long", value, name);
    const auto values = form.enum_values();
    const bool legal = values.empty() || std::ranges::any_of(values, [&](const auto& each) {
                           return each.view() == text;
                       });
    return legal ? std::optional<api_error>{} : mistyped("enum value", value, name);
}

std::optional<api_error> check_members(std::span<const parameter> known, const json& value,
                                       const std::string& name) {
    if (!value.is_object()) return mistyped("object", value, name);
    for (const auto& [key, inner] : value.items()) {
        const auto at = inner_name(name, key);
        const auto form = std::ranges::find(known, std::string_view(key), &parameter::name);
        if (form == known.end()) return unknown(at);
        if (auto why = check(*form, inner, at)) return why;
    }
    for (const auto& form : known)
        if (form.required() && !has_value(value, form.name()))
            return missing_param(inner_name(name, form.name()));
    return {};
}

std::optional<api_error> check_map(const parameter& form, const json& value,
                                   const std::string& name) {
    if (!value.is_object()) return mistyped("object", value, name);
    for (const auto& [key, inner] : value.items()) {
        const auto at = inner_name(name, key);
        if (form.name() == "metadata" && inner.is_null()) continue;
        if (form.children().empty() && !inner.is_string()) return mistyped("string", inner, at);
        if (form.children().empty()) continue;
        if (auto why = check(form.children().front(), inner, at)) return why;
    }
    return {};
}

std::optional<api_error> check_array(const parameter& form, const json& value,
                                     const std::string& name) {
    if (!value.is_array()) return mistyped("array", value, name);
    for (std::size_t i = 0; i < value.size(); ++i)
        if (auto why =
                check(form.children().front(), value[i], name + '[' + std::to_string(i) + ']'))
            return why;
    return {};
}

std::optional<api_error> check_any(const parameter& form, const json& value,
                                   const std::string& name) {
    std::optional<api_error> first;
    for (const auto& each : form.children()) {
        auto why = check(each, value, name);
        if (!why) return {};
        if (!first) first = std::move(why);
    }
    return first;
}

std::optional<api_error> check(const parameter& form, const json& value, const std::string& name) {
    if (value.is_null() && form.unset()) return {};
    switch (form.type()) {
        case value_type::object:
            return check_members(form.children(), value, name);
        case value_type::array:
            return check_array(form, value, name);
        case value_type::map:
            return check_map(form, value, name);
        case value_type::any_of:
            return check_any(form, value, name);
        case value_type::integer:
        case value_type::range:
            if (!value.is_number_integer()) return mistyped("integer", value, name);
            return {};
        case value_type::number:
            if (!value.is_number()) return mistyped("number", value, name);
            return {};
        case value_type::boolean:
            if (!value.is_boolean()) return mistyped("boolean", value, name);
            return {};
        default:
            return check_string(form, value, name);
    }
}

}  // namespace

outcome<json> validate_json(const stripe::operation& op, const json& body) {
    std::vector<parameter> known;
    for (const auto& each : op.parameters())
        if (each.place() != stripe::place::path) known.push_back(each);
    if (auto why = check_members(known, body, {})) return *std::move(why);
    return body;
}

}  // namespace tollgate::sandbox
