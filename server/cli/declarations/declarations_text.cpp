#include "server/cli/declarations/declarations_text.hpp"

#include <simdjson.h>

#include <algorithm>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/yaml_scalar.hpp"
#include "tenancy/policy/policy.hpp"
#include "tenancy/rules/server_config.hpp"

namespace tollgate::server {

namespace {

using tenancy::declared_type;

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
    return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string problems_json(const std::vector<stripe::document_problem>& problems, bool regrets) {
    std::string out = "[";
    for (const auto& one : problems) {
        if (one.regret != regrets) continue;
        std::string item = "{";
        base::json_members members{item};
        members.number("line", one.at.line).number("column", one.at.column);
        members.text("path", one.path).text("code", one.code).text("message", one.message);
        out += (out.size() > 1 ? "," : "") + item + '}';
    }
    return out + ']';
}

std::vector<std::string> rule_ids(const stripe::resolved_capability& one) {
    std::vector<std::string> out;
    if (one.tool.rules != nullptr)
        for (const auto& rule : one.tool.rules->rules)
            out.push_back(rule.what.id.substr(one.tool.name.size() + 1));
    return out;
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string capability_json(const stripe::resolved_capability& one) {
    std::string out = "{";
    base::json_members members{out};
    members.text("name", one.tool.name)
        .text("permission", to_string(one.tool.tier))
        .text("method", one.from->method)
        .text("path", one.from->path)
        .text("operation", one.tool.operation)
        .truth("consent_required", one.from->consent_required)
        .raw("rules", tenancy::encode_words(rule_ids(one)))
        .raw("tool", one.tool.json);
    return out + '}';
}

base::failure bad_parameter(std::string message) {
    return base::invalid("bad_parameter", std::move(message));
}

// The JSON of a text from the command line for an input of that type.
base::result<std::string> value_json(const tenancy::declared_input& input,
                                     const std::string& text) {
    if (input.type == declared_type::string || input.type == declared_type::choice) {
        std::string out;
        base::append_json_string(out, text);
        return out;
    }
    if (input.type == declared_type::array || input.type == declared_type::object) {
        simdjson::dom::parser parser;
        if (parser.parse(text).error() == simdjson::SUCCESS) return text;
        return bad_parameter(input.name + " must be JSON, such as [\"a\",\"b\"]");
    }
    const auto read = base::plain_scalar(text);
    if (read && (read->kind == base::yaml_kind::number || read->kind == base::yaml_kind::truth))
        return read->scalar;
    return bad_parameter(input.name + " must be " +
                         (input.type == declared_type::boolean ? "true or false" : "a number") +
                         ", not " + text);
}

}  // namespace

std::string valid_line(const declarations_file& file, bool strict) {
    const auto& read = file.checked.read;
    std::string out = "valid (" + read.document.service + ", " +
                      counted(read.document.capabilities.size(), "capability", "capabilities");
    if (strict) out += ", " + counted(read.regrets(), "regret", "regrets");
    return out + ')';
}

std::string validation_json(const declarations_file& file) {
    const auto& read = file.checked.read;
    std::string out = "{";
    base::json_members members{out};
    members.truth("valid", read.valid());
    if (read.document.service.empty())
        members.raw("service", "null");
    else
        members.text("service", read.document.service);
    members.number("capabilities", static_cast<std::int64_t>(read.document.capabilities.size()))
        .raw("errors", problems_json(read.problems, false))
        .raw("regrets", problems_json(read.problems, true));
    return out + '}';
}

std::string inspection_text(const declarations_file& file) {
    const auto& document = file.checked.read.document;
    std::string out = document.service + " (" + document.base_url + ")\n";
    std::size_t name_width = 0;
    std::size_t path_width = 0;
    for (const auto& one : file.checked.resolved) {
        name_width = std::max(name_width, one.tool.name.size());
        path_width = std::max(path_width, one.from->method.size() + 1 + one.from->path.size());
    }
    for (const auto& one : file.checked.resolved) {
        out += padded(std::string(to_string(one.tool.tier)), 6) +
               padded(one.tool.name, name_width) + "  " +
               padded(one.from->method + ' ' + one.from->path, path_width) + "  " +
               one.tool.operation;
        for (const auto& rule : rule_ids(one)) out += "  " + rule;
        out += '\n';
    }
    for (const auto& name : document.forbidden) out += "never " + name + '\n';
    if (!document.only) out += "beside the tools of the catalogue (only: false)\n";
    return out;
}

std::string inspection_json(const declarations_file& file) {
    const auto& document = file.checked.read.document;
    std::string list = "[";
    for (const auto& one : file.checked.resolved)
        list += (list.size() > 1 ? "," : "") + capability_json(one);
    std::string out = "{";
    base::json_members members{out};
    members.text("service", document.service)
        .text("base_url", document.base_url)
        .truth("only", document.only)
        .raw("capabilities", list + ']')
        .raw("forbidden", tenancy::encode_words(document.forbidden));
    return out + '}';
}

base::result<std::string> arguments_of(const stripe::resolved_capability& one,
                                       const std::vector<std::string>& parameters) {
    std::string out = "{";
    std::vector<std::string_view> seen;
    for (const auto& each : parameters) {
        const auto equals = each.find('=');
        if (equals == std::string::npos || equals == 0)
            return bad_parameter("-p takes name=value, not " + each);
        const std::string_view name = std::string_view{each}.substr(0, equals);
        if (std::ranges::find(seen, name) != seen.end())
            return bad_parameter(std::string(name) + " is given twice");
        seen.push_back(name);
        const auto input = std::ranges::find(one.tool.inputs, name, &tenancy::declared_input::name);
        // Unknown names are refused later, as those of a call are, with the nearest one.
        const tenancy::declared_input unknown{.name = std::string(name), .path = {}};
        const auto value =
            value_json(input == one.tool.inputs.end() ? unknown : *input, each.substr(equals + 1));
        if (!value) return value.error();
        if (out.size() > 1) out += ',';
        base::append_json_string(out, name);
        out += ':' + *value;
    }
    return out + '}';
}

}  // namespace tollgate::server
