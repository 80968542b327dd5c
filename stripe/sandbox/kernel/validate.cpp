#include "stripe/sandbox/kernel/validate.hpp"

#include <charconv>
#include <cmath>
#include <map>

namespace tollgate::sandbox {
namespace {

using stripe::parameter;
using stripe::value_format;
using stripe::value_type;

// Above every amount and time, and far enough below the type's maximum that sums do not overflow.
constexpr std::int64_t integer_max = 1'000'000'000'000;

outcome<json> convert(const parameter& form, const json& value, const std::string& name);

std::string inner_name(const std::string& outer, std::string_view key) {
    return outer.empty() ? std::string(key) : outer + "[" + std::string(key) + "]";
}

api_error unknown(const std::string& name) {
    return bad_request("Received unknown parameter: " + name, name, "parameter_unknown");
}

std::optional<std::int64_t> integer(const std::string& text) {
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || at != end) return std::nullopt;
    if (value > integer_max || value < -integer_max) return std::nullopt;
    return value;
}

std::string named_values(const parameter& form) {
    std::string out;
    const auto values = form.enum_values();
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i != 0) out += i + 1 == values.size() ? (values.size() > 2 ? ", or " : " or ") : ", ";
        out += values[i].view();
    }
    return out;
}

outcome<json> convert_string(const parameter& form, const std::string& text,
                             const std::string& name) {
    if (text.size() > form.length_limit())
        return bad_request("Invalid string: " + text.substr(0, 12) + "…; must be at most " +
                               std::to_string(form.length_limit()) + " characters",
                           name, "parameter_invalid_string");
    const auto values = form.enum_values();
    // Inside arrays Stripe accepts values that its specification does not list (payment method
    // types), so these stay open.
    const bool open = name.ends_with(']') && form.name().empty();
    const bool legal = values.empty() || open ||
                       std::any_of(values.begin(), values.end(),
                                   [&](const auto& each) { return each.view() == text; });
    if (!legal) {
        const auto short_name = std::string(form.name().empty() ? name : form.name());
        return bad_request("Invalid " + short_name + ": must be one of " + named_values(form),
                           name);
    }
    if (form.format() == value_format::decimal) {
        double number = 0;
        const auto* end = text.data() + text.size();
        const auto [at, error] = std::from_chars(text.data(), end, number);
        if (error != std::errc{} || at != end || !std::isfinite(number))
            return bad_request("Invalid decimal: " + text, name);
    }
    return json(text);
}

outcome<json> convert_scalar(const parameter& form, const json& value, const std::string& name) {
    if (!value.is_string()) return bad_request("Invalid string: {}", name);
    const auto& text = value.get_ref<const std::string&>();
    switch (form.type()) {
        case value_type::integer: {
            const auto number = integer(text);
            if (!number)
                return bad_request("Invalid integer: " + text, name, "parameter_invalid_integer");
            return json(*number);
        }
        case value_type::number: {
            double number = 0;
            const auto* end = text.data() + text.size();
            const auto [at, error] = std::from_chars(text.data(), end, number);
            if (error != std::errc{} || at != end || !std::isfinite(number))
                return bad_request("Invalid decimal: " + text, name);
            return json(number);
        }
        case value_type::boolean:
            if (text == "true") return json(true);
            if (text == "false") return json(false);
            return bad_request("Invalid boolean: " + text, name);
        default:
            return convert_string(form, text, name);
    }
}

outcome<json> convert_object(const parameter& form, const json& value, const std::string& name) {
    if (!value.is_object()) return bad_request("Invalid object", name);
    json out = json::object();
    for (const auto& [key, inner] : value.items()) {
        const auto* child = form.find_child(key);
        const auto child_name = inner_name(name, key);
        if (child == nullptr) return unknown(child_name);
        auto converted = convert(*child, inner, child_name);
        if (!converted) return converted;
        out[key] = std::move(*converted);
    }
    for (const auto& child : form.children())
        if (child.required() && !has_value(out, child.name()))
            return missing_param(inner_name(name, child.name()));
    return out;
}

outcome<json> convert_array(const parameter& form, const json& value, const std::string& name) {
    if (!value.is_object()) return bad_request("Invalid array", name);
    std::map<std::int64_t, const json*> by_position;
    for (const auto& [key, inner] : value.items()) {
        const auto position = integer(key);
        if (!position || *position < 0) return bad_request("Invalid array", name);
        by_position[*position] = &inner;
    }
    json out = json::array();
    for (const auto& [position, inner] : by_position) {
        const auto item_name = inner_name(name, std::to_string(position));
        auto converted = form.children().empty()
                             ? outcome<json>(*inner)
                             : convert(form.children().front(), *inner, item_name);
        if (!converted) return converted;
        out.push_back(std::move(*converted));
    }
    return out;
}

outcome<json> check_metadata(const json& value, const std::string& name) {
    if (value.size() > 50)
        return bad_request("Metadata can have at most 50 keys; you passed in " +
                               std::to_string(value.size()) + ".",
                           name);
    for (const auto& [key, inner] : value.items()) {
        if (key.size() > 40)
            return bad_request("Metadata keys can be at most 40 characters long.",
                               inner_name(name, key));
        if (!inner.is_string()) return bad_request("Invalid string: {}", inner_name(name, key));
        if (inner.get_ref<const std::string&>().size() > 500)
            return bad_request("Metadata values can be at most 500 characters long.",
                               inner_name(name, key));
    }
    return value;
}

outcome<json> convert_map(const parameter& form, const json& value, const std::string& name) {
    if (!value.is_object()) return bad_request("Invalid object", name);
    if (form.children().empty()) return check_metadata(value, name);
    json out = json::object();
    for (const auto& [key, inner] : value.items()) {
        auto converted = convert(form.children().front(), inner, inner_name(name, key));
        if (!converted) return converted;
        out[key] = std::move(*converted);
    }
    return out;
}

outcome<json> convert_range(const json& value, const std::string& name) {
    const auto bound = [](const json& text, const std::string& at) -> outcome<json> {
        const auto number =
            text.is_string() ? integer(text.get_ref<const std::string&>()) : std::nullopt;
        if (number) return json(*number);
        return bad_request(
            "Invalid integer: " + (text.is_string() ? text.get<std::string>() : "{}"), at,
            "parameter_invalid_integer");
    };
    if (!value.is_object()) return bound(value, name);
    json out = json::object();
    for (const auto& [key, inner] : value.items()) {
        const auto at = inner_name(name, key);
        if (key != "gt" && key != "gte" && key != "lt" && key != "lte") return unknown(at);
        auto number = bound(inner, at);
        if (!number) return number;
        out[key] = std::move(*number);
    }
    return out;
}

outcome<json> convert_any(const parameter& form, const json& value, const std::string& name) {
    outcome<json> first = json();
    bool tried = false;
    for (const auto& each : form.children()) {
        auto converted = convert(each, value, name);
        if (converted) return converted;
        if (!tried) first = std::move(converted);
        tried = true;
    }
    return first;
}

outcome<json> convert(const parameter& form, const json& value, const std::string& name) {
    if (value.is_string() && value.get_ref<const std::string&>().empty()) {
        if (form.unset()) return json(nullptr);
        if (form.type() != value_type::any_of)
            return bad_request("You passed an empty string for '" + name +
                                   "'. We assume empty values are an attempt to unset a "
                                   "parameter; however '" +
                                   name + "' cannot be unset. You should remove '" + name +
                                   "' from your request or supply a non-empty value.",
                               name, "parameter_invalid_empty");
    }
    switch (form.type()) {
        case value_type::object:
            return convert_object(form, value, name);
        case value_type::array:
            return convert_array(form, value, name);
        case value_type::map:
            return convert_map(form, value, name);
        case value_type::range:
            return convert_range(value, name);
        case value_type::any_of:
            return convert_any(form, value, name);
        default:
            return convert_scalar(form, value, name);
    }
}

}  // namespace

outcome<json> validate(const stripe::operation& op, const json& tree) {
    json out = json::object();
    for (const auto& [key, value] : tree.items()) {
        const auto* form = op.find_parameter(key);
        if (form == nullptr || form->place() == stripe::place::path) return unknown(key);
        auto converted = convert(*form, value, key);
        if (!converted) return converted;
        out[key] = std::move(*converted);
    }
    for (const auto& form : op.parameters())
        if (form.required() && form.place() != stripe::place::path && !has_value(out, form.name()))
            return missing_param(form.name());
    return out;
}

}  // namespace tollgate::sandbox
