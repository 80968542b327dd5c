#include "server/cli/openapi/openapi_schema.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "server/cli/openapi/openapi_limits.hpp"
#include "server/cli/openapi/openapi_words.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;
using tenancy::declared_type;

constexpr int schema_depth_max = 12;
constexpr std::size_t values_max = 100;
constexpr std::size_t value_bytes_max = 100;
constexpr std::size_t default_bytes_max = 200;
constexpr std::size_t members_max = 8;
constexpr std::size_t properties_max = 1'000;  // of one body
constexpr std::array<std::string_view, 2> alternative_keys{"oneOf", "anyOf"};

base::failure unsayable(const char* code, const char* message) {
    return base::invalid(code, message);
}

std::optional<declared_type> type_named(std::string_view word) {
    if (word == "string") return declared_type::string;
    if (word == "integer") return declared_type::integer;
    if (word == "number") return declared_type::number;
    if (word == "boolean") return declared_type::boolean;
    if (word == "array") return declared_type::array;
    if (word == "object") return declared_type::object;
    return {};
}

// The type that is written in the schema, or that its other members imply.
std::optional<declared_type> own_type(dom::object schema) {
    dom::array several;
    if (schema["type"].get(several) == simdjson::SUCCESS) {
        for (const auto one : several)
            if (std::string_view word; one.get(word) == simdjson::SUCCESS)
                if (const auto type = type_named(word)) return type;
        return {};
    }
    if (const auto type = type_named(openapi_text(schema, "type"))) return type;
    dom::element any;
    if (schema["properties"].get(any) == simdjson::SUCCESS) return declared_type::object;
    if (schema["items"].get(any) == simdjson::SUCCESS) return declared_type::array;
    if (dom::array values; schema["enum"].get(values) == simdjson::SUCCESS)
        for (const auto one : values)
            if (one.is_string()) return declared_type::string;
    if (schema["const"].get(any) == simdjson::SUCCESS && any.is_string())
        return declared_type::string;
    return {};
}

// A value of an enum as a declaration writes it; nothing for null, an empty text, and what cannot
// be shown as it is.
std::optional<std::string> listed_value(dom::element value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) {
        if (text.empty() || text.size() > value_bytes_max || plain_line(text) != text) return {};
        return std::string{text};
    }
    std::int64_t number = 0;
    if (value.get(number) == simdjson::SUCCESS) return std::to_string(number);
    return {};
}

// Nothing when the values are too many to be listed, or one of them cannot be.
std::vector<std::string> listed_values(dom::object schema, declared_type type) {
    std::vector<std::string> out;
    dom::element only;
    if (schema["const"].get(only) == simdjson::SUCCESS)
        if (auto value = listed_value(only)) return {std::move(*value)};
    dom::array all;
    if (schema["enum"].get(all) != simdjson::SUCCESS) return out;
    for (const auto one : all) {
        std::string_view text;
        if (one.is_null() || (one.get(text) == simdjson::SUCCESS && text.empty())) continue;
        auto value = listed_value(one);
        const bool fits = value && one.is_string() == (type == declared_type::string);
        if (!fits || out.size() == values_max) return {};
        if (std::ranges::find(out, *value) == out.end()) out.push_back(std::move(*value));
    }
    return out;
}

std::string usual_of(dom::object schema, const openapi_value& value) {
    dom::element usual;
    if (schema["default"].get(usual) != simdjson::SUCCESS) return {};
    const bool choice = !value.values.empty();
    std::string_view text;
    const bool is_text = usual.get(text) == simdjson::SUCCESS;
    if (is_text && (text.size() > default_bytes_max || plain_line(text) != text)) return {};
    if (choice) {
        const auto one = listed_value(usual);
        if (!one || std::ranges::find(value.values, *one) == value.values.end()) return {};
    }
    switch (value.type) {
        case declared_type::string:
        case declared_type::choice:
            return is_text ? simdjson::minify(usual) : "";
        case declared_type::boolean:
            return usual.is_bool() ? simdjson::minify(usual) : "";
        case declared_type::integer:
            return usual.is_int64() ? simdjson::minify(usual) : "";
        case declared_type::number:
            return usual.is_int64() || usual.is_double() ? simdjson::minify(usual) : "";
        default:
            return {};
    }
}

// Null, or a text that must be empty: how documents say that a member may be unset.
bool is_unset(dom::object schema) {
    dom::array values;
    std::string_view only;
    if (schema["enum"].get(values) == simdjson::SUCCESS && values.size() == 1 &&
        values.at(0).get(only) == simdjson::SUCCESS && only.empty())
        return true;
    return openapi_text(schema, "type") == "null";
}

class schema_reader {
public:
    explicit schema_reader(const openapi_document& in) : in_(in) {}

    base::result<openapi_value> value(dom::element at, int depth) {
        const auto schema = step(at, depth);
        if (!schema) return schema.error();
        base::result<openapi_value> out = typed(*schema, depth);
        if (!out) return out;
        if (const auto own = openapi_text(*schema, "description"); !own.empty())
            out->description = own;
        if (out->usual.empty()) out->usual = usual_of(*schema, *out);
        add_limits_of_schema(*schema, out->type, out->limits);
        return out;
    }

    base::result<> properties(dom::element at, bool optional, int depth,
                              std::vector<openapi_property>& out) {
        const auto schema = step(at, depth);
        if (!schema) return schema.error();
        const auto type = own_type(*schema);
        if (type && *type != declared_type::object)
            return unsayable("no_object", "the body is not an object: inputs are its properties");
        add_own(*schema, out);
        for (const std::string_view key : {"allOf", "oneOf", "anyOf"}) {
            dom::array parts;
            if ((*schema)[key].get(parts) != simdjson::SUCCESS) continue;
            for (const auto part : parts) {
                const bool weaker = optional || key != "allOf";
                const auto added = properties(part, weaker, depth + 1, out);
                if (!added && !weaker) return added;
            }
        }
        if (!optional) mark_required(*schema, out);
        return {};
    }

private:
    base::result<dom::object> step(dom::element at, int depth) {
        if (depth > schema_depth_max)
            return unsayable("bad_reference", "its schemas are too deep in each other");
        if (!in_.take_step())
            return unsayable("bad_reference", "the document has too many references");
        return in_.follow(at);
    }

    base::result<openapi_value> typed(dom::object schema, int depth) {
        if (const auto type = own_type(schema)) return plain(schema, *type);
        dom::array parts;
        base::result<openapi_value> first =
            unsayable("no_type", "the document says no type for it");
        if (schema["allOf"].get(parts) == simdjson::SUCCESS)
            for (const auto part : parts)
                if (auto found = value(part, depth + 1); found) return found;
        for (const auto key : alternative_keys) {
            if (schema[key].get(parts) != simdjson::SUCCESS) continue;
            // What limits one alternative does not limit the others.
            const bool several = std::ranges::count_if(parts, [&](const auto part) {
                                     const auto one = in_.follow(part);
                                     return !one || !is_unset(*one);
                                 }) > 1;
            for (const auto part : parts) {
                const auto one = in_.follow(part);
                if (one && is_unset(*one)) continue;
                auto found = value(part, depth + 1);
                if (found && several) found->limits = {};
                if (found) return found;
                first = found.error();
            }
        }
        return first;
    }

    base::result<openapi_value> plain(dom::object schema, declared_type type) {
        openapi_value out;
        out.type = type;
        const auto format = openapi_text(schema, "format");
        const bool bytes = format == "binary" || !openapi_text(schema, "contentEncoding").empty();
        if (type == declared_type::string && bytes)
            return unsayable("binary", "it is a file, and inputs are text");
        if (type == declared_type::string || type == declared_type::integer)
            out.values = listed_values(schema, type);
        if (type == declared_type::string && !out.values.empty()) out.type = declared_type::choice;
        if (type == declared_type::object) add_members(schema, out);
        return out;
    }

    static void add_members(dom::object schema, openapi_value& out) {
        dom::object properties;
        if (schema["properties"].get(properties) != simdjson::SUCCESS) return;
        for (const auto& member : properties) {
            if (out.members.size() == members_max) return;
            out.members.push_back(plain_line(member.key.substr(0, value_bytes_max)));
        }
    }

    // Also of properties that a part of allOf has.
    void mark_required(dom::object schema, std::vector<openapi_property>& among) {
        dom::array names;
        if (schema["required"].get(names) != simdjson::SUCCESS) return;
        for (const auto one : names) {
            std::string_view name;
            if (!in_.take_step() || one.get(name) != simdjson::SUCCESS) return;
            const auto found = std::ranges::find(among, name, &openapi_property::name);
            if (found != among.end()) found->required = true;
        }
    }

    void add_own(dom::object schema, std::vector<openapi_property>& out) {
        dom::object properties;
        if (schema["properties"].get(properties) != simdjson::SUCCESS) return;
        for (const auto& member : properties) {
            if (!in_.take_step() || out.size() == properties_max) return;
            const auto followed = in_.follow(member.value);
            if (followed && openapi_truth(*followed, "readOnly")) continue;
            if (std::ranges::find(out, member.key, &openapi_property::name) == out.end())
                out.push_back({member.key, member.value});
        }
    }

    const openapi_document& in_;
};

}  // namespace

base::result<openapi_value> value_of_schema(const openapi_document& in, dom::element at) {
    return schema_reader{in}.value(at, 0);
}

base::result<std::vector<openapi_property>> properties_of_schema(const openapi_document& in,
                                                                 dom::element at) {
    std::vector<openapi_property> out;
    if (const auto read = schema_reader{in}.properties(at, false, 0, out); !read)
        return read.error();
    return out;
}

}  // namespace tollgate::server
