#include "stripe/generator/schema_writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "stripe/generator/gateway_arguments.hpp"

namespace tollgate::stripe::generator {

namespace {

constexpr std::size_t enum_values_max = 40;
constexpr std::size_t field_names_max = 14;

// How much of an argument is written. Depth 1 is the argument itself.
struct detail {
    std::size_t text_depth = 64;   // below it: no descriptions
    std::size_t shape_depth = 64;  // below it: bare objects
};

// From everything to little: an argument that is too large moves to the next one.
constexpr detail details[] = {{},
                              {.text_depth = 4},
                              {.text_depth = 3},
                              {.text_depth = 2},
                              {.text_depth = 2, .shape_depth = 5},
                              {.text_depth = 2, .shape_depth = 4},
                              {.text_depth = 2, .shape_depth = 3},
                              {.text_depth = 1, .shape_depth = 3},
                              {.text_depth = 1, .shape_depth = 2},
                              {.text_depth = 1, .shape_depth = 1}};

using path = std::vector<std::string>;

// A time is a string, described with both of its forms: an ISO date, or Unix seconds as text; the
// number is accepted too, as everywhere.
const char* scalar_name(value_type type, value_format format) {
    if (format == value_format::unix_time) return "string";
    switch (type) {
        case value_type::integer:
            return "integer";
        case value_type::number:
            return "number";
        case value_type::boolean:
            return "boolean";
        default:
            return "string";
    }
}

std::string format_text(value_format format) {
    switch (format) {
        case value_format::unix_time:
            return "ISO date or Unix seconds.";
        case value_format::decimal:
            return "Decimal number as a string.";
        default:
            return {};
    }
}

std::string list_of(const std::vector<std::string>& values) {
    std::string out;
    for (const auto& value : values) out += (out.empty() ? "" : ",") + json_string(value);
    return '[' + out + ']';
}

using fact_list = std::vector<const fact_parameter*>;

// Required properties first, then by name.
fact_list sorted_children(const fact_parameter& of) {
    fact_list out;
    out.reserve(of.children.size());
    for (const auto& child : of.children) out.push_back(&child);
    std::ranges::sort(out, [](const auto* a, const auto* b) {
        return std::pair(!a->required, std::string_view(a->name)) <
               std::pair(!b->required, std::string_view(b->name));
    });
    return out;
}

// The replacement for properties that are not written out: their names, if they are few.
std::string fields_of(const fact_list& properties) {
    std::string out = "Fields: ";
    for (std::size_t i = 0; i < properties.size(); ++i) {
        if (i == field_names_max) return out + ", ...";
        out += (i == 0 ? "" : ", ") + properties[i]->name;
    }
    return out + '.';
}

bool has_form(const fact_parameter& fact, value_type type) {
    return std::ranges::count(fact.children, type, &fact_parameter::type) != 0;
}

// Writes the members of schema nodes; one per tool.
class schema_member_writer {
public:
    schema_member_writer(const documentation& texts, const detail& how)
        : texts_(texts), detail_(how) {}

    // `"name":{…}` of a top-level argument.
    std::string argument(const model_parameter& parameter, const std::vector<std::string>& expand) {
        const auto& fact = parameter.fact;
        const auto text = texts_.argument(parameter);
        if (fact.name == "limit" && fact.type == value_type::integer)
            return member(fact.name, R"("type":"integer")" + described(text) +
                                         R"(,"minimum":1,"maximum":100)");
        if (fact.name == "expand")
            return member(fact.name, R"("type":"array")" + described(text) +
                                         R"(,"items":{"type":"string","enum":)" + list_of(expand) +
                                         '}');
        return member(fact.name, node(fact, {fact.name}, text));
    }

    static std::string member(const std::string& name, const std::string& body) {
        return json_string(name) + ":{" + body + '}';
    }

    static std::string described(const std::string& text) {
        return text.empty() ? "" : ",\"description\":" + json_string(text);
    }

private:
    std::string nested_text(const fact_parameter& fact, const path& at) const {
        if (at.size() > detail_.text_depth) return {};
        auto text = texts_.nested(at);
        return text.empty() ? format_text(fact.format) : text;
    }

    // The members of the schema of one value.
    std::string node(const fact_parameter& fact, const path& at, const std::string& text) {
        switch (fact.type) {
            case value_type::object:
                return object(fact, at, text);
            case value_type::array:
                return R"("type":"array")" + described(text) + ",\"items\":{" +
                       node(fact.children.front(), at, {}) + '}';
            case value_type::map:
                return R"("type":"object")" + described(text) + ",\"additionalProperties\":{" +
                       (fact.children.empty() ? R"("type":"string")"
                                              : node(fact.children.front(), at, {})) +
                       '}';
            case value_type::range:
                return R"("type":"object")" + described(text) + range_bounds(fact.name);
            case value_type::any_of:
                return any_of(fact, text);
            default:
                return scalar(fact, text);
        }
    }

    // All ranges are of times, except those of amounts.
    static std::string range_bounds(std::string_view name) {
        const std::string bound =
            name == "amount" ? R"(":{"type":"integer"})" : R"(":{"type":"string"})";
        return R"(,"properties":{"gt)" + bound + R"(,"gte)" + bound + R"(,"lt)" + bound +
               R"(,"lte)" + bound + '}';
    }

    static std::string scalar(const fact_parameter& fact, const std::string& text) {
        auto values = fact.enum_values;
        if (values.size() > enum_values_max) values.clear();
        if (!values.empty() && fact.unset && std::ranges::count(values, "") == 0)
            values.emplace_back();
        return std::string("\"type\":\"") + scalar_name(fact.type, fact.format) + '"' +
               described(text) + (values.empty() ? "" : ",\"enum\":" + list_of(values));
    }

    // A union is written as a string, the form that can express all or most of it: an integer or a
    // boolean may be given as text, and a token represents the object it was created from.
    static std::string any_of(const fact_parameter& fact, std::string text) {
        const auto words =
            std::ranges::find(fact.children, value_type::string, &fact_parameter::type);
        if (words == fact.children.end())
            throw build_error(fact.name + ": a union without a string form");
        auto values = words->enum_values;
        if (has_form(fact, value_type::boolean)) values.insert(values.end(), {"true", "false"});
        if (!has_form(fact, value_type::integer))
            return R"("type":"string")" + described(text) +
                   (values.empty() ? "" : ",\"enum\":" + list_of(values));
        std::string forms;
        for (const auto& value : values) forms += value + ", ";
        text += (text.empty() ? "" : " ") + std::string("Values: ") + forms + "or an integer.";
        return R"("type":"string")" + described(text);
    }

    std::string object(const fact_parameter& fact, const path& at, const std::string& text) {
        auto head = R"("type":"object")" + described(text);
        if (fact.children.empty()) return head;
        if (at.size() >= detail_.shape_depth)
            return R"("type":"object")" +
                   described(text + (text.empty() ? "" : " ") + fields_of(sorted_children(fact)));
        std::string members;
        std::vector<std::string> required;
        for (const auto* child : sorted_children(fact)) {
            auto below = at;
            below.push_back(child->name);
            members += (members.empty() ? "" : ",") +
                       member(child->name, node(*child, below, nested_text(*child, below)));
            if (child->required) required.push_back(child->name);
        }
        return head + ",\"properties\":{" + members + '}' +
               (required.empty() ? "" : ",\"required\":" + list_of(required));
    }

    const documentation& texts_;
    const detail& detail_;
};

struct top_level {
    std::string name;
    std::string member;
    bool required = false;
    const model_parameter* parameter = nullptr;  // null: an argument of the gateway
    std::size_t level = 0;                       // index into details
};

void add_gateway_arguments(const model_operation& operation, const documentation& texts,
                           std::vector<top_level>& out) {
    for (const auto& added : gateway_arguments(operation, texts))
        out.push_back({added.name, schema_member_writer::member(added.name, added.schema)});
}

std::string assemble(const std::vector<top_level>& arguments) {
    std::string members;
    std::vector<std::string> required;
    for (const auto& argument : arguments) {
        members += (members.empty() ? "" : ",") + argument.member;
        if (argument.required) required.push_back(argument.name);
    }
    return R"({"type":"object","properties":{)" + members + '}' +
           (required.empty() ? "" : ",\"required\":" + list_of(required)) +
           R"(,"additionalProperties":false})";
}

// True for arguments about what is sold or billed, which almost every call needs.
bool is_essential(std::string_view name) {
    constexpr std::string_view names[] = {"items", "line_items", "lines", "phases"};
    return std::ranges::count(names, name) != 0;
}

// The next argument to lose depth, or null: the largest, where essential ones count a quarter of
// their size.
top_level* largest(std::vector<top_level>& arguments) {
    top_level* out = nullptr;
    std::size_t most = 0;
    for (auto& argument : arguments) {
        const bool can = argument.parameter != nullptr && argument.level + 1 < std::size(details);
        const auto size = argument.member.size() / (is_essential(argument.name) ? 4 : 1);
        if (!can || size <= most) continue;
        out = &argument;
        most = size;
    }
    return out;
}

}  // namespace

std::string json_string(std::string_view value) {
    return nlohmann::json(value).dump();
}

schema write_schema(const model_operation& operation, const documentation& texts,
                    const std::vector<std::string>& expand, std::size_t bytes_max) {
    std::vector<top_level> arguments;
    for (const auto& parameter : operation.parameters)
        if (parameter.documented)
            arguments.push_back(
                {parameter.fact.name,
                 schema_member_writer(texts, details[0]).argument(parameter, expand),
                 parameter.fact.required && !replaced_by_gateway(operation, parameter.fact.name),
                 &parameter});
    add_gateway_arguments(operation, texts, arguments);
    std::ranges::sort(arguments, [](const auto& a, const auto& b) {
        return std::pair(!a.required, std::string_view(a.name)) <
               std::pair(!b.required, std::string_view(b.name));
    });
    schema out{assemble(arguments), {}, true};
    while (out.json.size() > bytes_max) {
        auto* argument = largest(arguments);
        if (argument == nullptr) break;
        ++argument->level;
        argument->member = schema_member_writer(texts, details[argument->level])
                               .argument(*argument->parameter, expand);
        out.json = assemble(arguments);
    }
    for (const auto& argument : arguments)
        if (argument.level != 0) out.cut.push_back(argument.name);
    out.fits = out.json.size() <= bytes_max;
    return out;
}

}  // namespace tollgate::stripe::generator
