#include "tests/unit/server/admin/openapi_document.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/clock.hpp"

namespace tollgate::test {

namespace {

json scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!") return text;  // quoted
    if (text == "true" || text == "false") return text == "true";
    if (text == "null" || text == "~" || text.empty()) return nullptr;
    if (text.find_first_not_of("0123456789") == std::string::npos) return std::stoll(text);
    return text;
}

json to_json(const YAML::Node& node) {
    if (node.IsNull()) return nullptr;
    if (node.IsScalar()) return scalar(node);
    json out = node.IsSequence() ? json::array() : json::object();
    if (node.IsSequence())
        for (const auto& item : node) out.push_back(to_json(item));
    if (node.IsMap()) {
        for (const auto& member : node) {
            const auto name = member.first.as<std::string>();
            if (out.contains(name)) throw std::runtime_error("twice in the document: " + name);
            out[name] = to_json(member.second);
        }
    }
    return out;
}

bool has_type(const json& value, const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "boolean") return value.is_boolean();
    if (type == "null") return value.is_null();
    throw std::runtime_error("the validator does not know the type " + type);
}

bool fits_type(const json& value, const json& type) {
    if (type.is_string()) return has_type(value, type.get<std::string>());
    return std::any_of(type.begin(), type.end(),
                       [&](const json& one) { return has_type(value, one.get<std::string>()); });
}

// Words of JSON Schema that are checked, or that say nothing about an answer.
const std::set<std::string> known_words{
    "type",      "required", "properties",  "enum",          "items",    "additionalProperties",
    "format",    "$ref",     "description", "default",       "example",  "minLength",
    "maxLength", "minimum",  "maximum",     "minProperties", "maxItems", "uniqueItems"};

}  // namespace

openapi_document::openapi_document(std::string_view yaml)
    : root_(to_json(YAML::Load(std::string{yaml}))) {}

const json& openapi_document::resolve(const json& node) const {
    if (!node.is_object() || !node.contains("$ref")) return node;
    const auto target = node.at("$ref").get<std::string>();
    return resolve(root_.at(json::json_pointer(target.substr(1))));
}

const json* openapi_document::operation(std::string_view verb, std::string_view pattern) const {
    const auto path = root_.at("paths").find(std::string{pattern});
    if (path == root_.at("paths").end()) return nullptr;
    std::string name{verb};
    for (char& c : name) c = static_cast<char>(c + 32);
    const auto found = path->find(name);
    return found == path->end() ? nullptr : &*found;
}

std::vector<std::string> openapi_document::check(std::string_view verb, std::string_view pattern,
                                                 unsigned status, std::string_view content_type,
                                                 const std::string& body) const {
    const json* call = operation(verb, pattern);
    if (call == nullptr) return {"the document has no such call"};
    const json& responses = call->at("responses");
    const std::string code = std::to_string(status);
    if (!responses.contains(code) && status < 400) return {"the call has no answer " + code};
    const json& response = resolve(responses.at(responses.contains(code) ? code : "default"));
    if (!response.contains("content")) {
        if (body.empty() && content_type.empty()) return {};
        return {"the answer has no body in the document"};
    }
    const auto content = response.at("content").find(std::string{content_type});
    if (content == response.at("content").end())
        return {"content type " + std::string{content_type}};
    if (content_type != "application/json" && content_type != "application/problem+json") return {};
    const json value = json::parse(body, nullptr, false);
    if (value.is_discarded()) return {"the body is not JSON"};
    return validate(content->at("schema"), value);
}

std::vector<std::string> openapi_document::validate(const json& schema, const json& value) const {
    std::vector<std::string> out;
    validate(schema, value, "$", out);
    return out;
}

void openapi_document::validate(const json& given, const json& value, const std::string& path,
                                std::vector<std::string>& out) const {
    const json& schema = resolve(given);
    for (const auto& word : schema.items())
        if (!known_words.contains(word.key()))
            throw std::runtime_error("the validator does not know the word " + word.key());
    if (schema.contains("type") && !fits_type(value, schema.at("type"))) {
        out.push_back(path + " is not of type " + schema.at("type").dump());
        return;
    }
    if (schema.contains("enum")) {
        const json& list = schema.at("enum");
        if (std::find(list.begin(), list.end(), value) == list.end())
            out.push_back(path + " is none of " + list.dump());
    }
    if (schema.value("format", "") == "date-time" && value.is_string() &&
        !base::parse_timestamp(value.get<std::string>()))
        out.push_back(path + " is no date-time");
    if (value.is_object()) validate_object(schema, value, path, out);
    if (value.is_array() && value.size() > schema.value("maxItems", value.size()))
        out.push_back(path + " has too many items");
    if (value.is_array() && schema.value("uniqueItems", false) &&
        std::set<json>(value.begin(), value.end()).size() != value.size())
        out.push_back(path + " has an item twice");
    if (value.is_array() && schema.contains("items"))
        for (std::size_t i = 0; i < value.size(); ++i)
            validate(schema.at("items"), value[i], path + "[" + std::to_string(i) + "]", out);
}

void openapi_document::validate_object(const json& schema, const json& value,
                                       const std::string& path,
                                       std::vector<std::string>& out) const {
    for (const json& name : schema.value("required", json::array()))
        if (!value.contains(name.get<std::string>()))
            out.push_back(path + "." + name.get<std::string>() + " is missing");
    const json properties = schema.value("properties", json::object());
    for (const auto& member : value.items()) {
        if (properties.contains(member.key()))
            validate(properties.at(member.key()), member.value(), path + "." + member.key(), out);
        else if (!schema.value("additionalProperties", true))
            out.push_back(path + "." + member.key() + " is not in the document");
    }
}

}  // namespace tollgate::test
