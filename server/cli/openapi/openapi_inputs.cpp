#include "server/cli/openapi/openapi_inputs.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "server/cli/openapi/openapi_schema.hpp"
#include "server/cli/openapi/openapi_words.hpp"
#include "stripe/declarations/capability_reader.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;
using stripe::document_input;
using stripe::input_place;

constexpr std::size_t input_description_bytes_max = 120;
constexpr std::size_t inputs_max = 200;  // of one operation
constexpr std::string_view form_type = "application/x-www-form-urlencoded";

// OpenAPI says that these are no parameters (3.1 §4.8.12.1): other parts of the request set them.
bool is_ignored_header(std::string_view name) {
    const auto lower = base::to_lower(name);
    return lower == "accept" || lower == "content-type" || lower == "authorization";
}

bool is_json_type(std::string_view type) {
    type = type.substr(0, type.find(';'));
    return type == "application/json" || type.ends_with("+json");
}

std::string described(const openapi_value& value) {
    std::string out = first_sentence(value.description, input_description_bytes_max);
    if (value.members.empty()) return out;
    std::string names;
    for (const auto& name : value.members) {
        if (out.size() + names.size() + name.size() > input_description_bytes_max * 2) break;
        names += (names.empty() ? "" : ", ") + name;
    }
    if (!out.empty()) out += ' ';
    return out + "Members: " + names + '.';
}

class inputs_reader {
public:
    inputs_reader(const openapi_document& in, const openapi_entry& entry, written_capability& into,
                  std::vector<openapi_left_out>& left_out)
        : in_(in), entry_(entry), into_(into), left_out_(left_out) {}

    base::result<> run() {
        // Those of the operation replace those of its path.
        if (auto read = parameters(entry_.operation); !read) return read;
        if (auto read = parameters(entry_.path_item); !read) return read;
        for (const auto& name : stripe::path_names(into_.path).value_or(std::vector<std::string>{}))
            if (into_.find_input(name) == nullptr)
                into_.inputs.push_back({.at = {}, .name = name, .required = true});
        return body();
    }

private:
    struct wanted {
        std::string_view name;
        std::string_view description;
        input_place where;
        bool required;
    };

    // Fails for what is required.
    base::result<> leave_out(std::string_view name, bool required, const std::string& reason) {
        const auto shown = plain_line(name.substr(0, base::quoted_bytes_max));
        if (required) return base::invalid("unsayable", "it needs '" + shown + "', and " + reason);
        left_out_.push_back({entry_.id, shown, reason});
        return {};
    }

    base::result<> add(const wanted& one, const base::result<openapi_value>& value) {
        const std::string name =
            one.where == input_place::path ? path_input_name(one.name) : std::string(one.name);
        if (!value) return leave_out(one.name, one.required, value.error().message);
        if (!stripe::is_tool_name(name))
            return leave_out(one.name, one.required,
                             "its name cannot be said: names are letters, digits, '_' and '-', a "
                             "letter first, 64 at most");
        if (into_.find_input(name) != nullptr)
            return leave_out(one.name, one.required, "another input has its name");
        if (into_.inputs.size() == inputs_max)
            return leave_out(one.name, one.required, "a tool may have 200 inputs from here");
        document_input input{.at = {}, .name = name, .type = value->type};
        openapi_value shown = *value;
        if (!one.description.empty()) shown.description = one.description;
        input.description = described(shown);
        if (input.type == tenancy::declared_type::choice) input.values = value->values;
        if (one.where != input_place::path) input.usual = value->usual;
        input.required = one.required && input.usual.empty();
        input.where = one.where;
        if (input.type == tenancy::declared_type::integer && !value->values.empty())
            into_.constraints.push_back(
                {.at = {}, .path = {}, .input = name, .allowed_values = value->values});
        into_.limited.push_back({name, value->limits});
        into_.inputs.push_back(std::move(input));
        return {};
    }

    base::result<> parameters(dom::object from) {
        dom::array all;
        if (from["parameters"].get(all) != simdjson::SUCCESS) return {};
        for (const auto one : all) {
            const auto followed = in_.follow(one);
            if (!followed) {
                // Nobody knows whether it is required.
                return base::invalid("unsayable",
                                     "a parameter cannot be read: " + followed.error().message);
            }
            if (auto read = parameter(*followed); !read) return read;
        }
        return {};
    }

    base::result<> parameter(dom::object one) {
        const auto name = openapi_text(one, "name");
        const auto in = openapi_text(one, "in");
        if (in == "header" && is_ignored_header(name)) return {};
        const std::string key = std::string(in) + '\n' + std::string(name);
        if (std::ranges::find(seen_, key) != seen_.end()) return {};
        if (seen_.size() == inputs_max * 2) return {};
        seen_.push_back(key);
        const bool required = openapi_truth(one, "required") || in == "path";
        if (in == "header" || in == "cookie")
            return leave_out(name, required, "a caller cannot set a " + std::string(in));
        if (in != "path" && in != "query")
            return leave_out(name, required, "its place in the request is not known");
        dom::element schema;
        if (one["schema"].get(schema) != simdjson::SUCCESS)
            return leave_out(name, required, "it has no schema");
        return add({name, openapi_text(one, "description"),
                    in == "path" ? input_place::path : input_place::query, required},
                   value_of_schema(in_, schema));
    }

    // The media type that a request is written in; JSON if there is a choice.
    base::result<dom::element> media_type(dom::object content) {
        dom::element form;
        bool has_form = false;
        for (const auto& one : content) {
            if (is_json_type(one.key)) {
                into_.json_body = true;
                return one.value;
            }
            if (one.key.substr(0, one.key.find(';')) == form_type) {
                form = one.value;
                has_form = true;
            }
        }
        if (has_form) return form;
        return base::invalid("unsayable", "its body is neither JSON nor a form");
    }

    base::result<> body() {
        dom::element member;
        if (entry_.operation["requestBody"].get(member) != simdjson::SUCCESS) return {};
        const auto followed = in_.follow(member);
        if (!followed) return base::invalid("unsayable", "its body: " + followed.error().message);
        const bool required = openapi_truth(*followed, "required");
        const auto all = body_properties(*followed);
        if (!all) {
            if (required) return base::invalid("unsayable", all.error().message);
            left_out_.push_back({entry_.id, "requestBody", all.error().message});
            return {};
        }
        for (const auto& one : *all) {
            const bool needed = required && one.required;
            const bool readable = entry_.method != "GET";
            const auto added = readable ? add({one.name, {}, input_place::body, needed},
                                              value_of_schema(in_, one.schema))
                                        : leave_out(one.name, needed, "a declared GET has no body");
            if (!added) return added;
        }
        return {};
    }

    base::result<std::vector<openapi_property>> body_properties(dom::object from) {
        dom::object content;
        if (from["content"].get(content) != simdjson::SUCCESS)
            return base::invalid("unsayable", "its body has no content");
        const auto type = media_type(content);
        if (!type) return type.error();
        const auto inside = in_.follow(*type);
        dom::element schema;
        if (!inside || (*inside)["schema"].get(schema) != simdjson::SUCCESS)
            return base::invalid("unsayable", "its body has no schema");
        return properties_of_schema(in_, schema);
    }

    const openapi_document& in_;
    const openapi_entry& entry_;
    written_capability& into_;
    std::vector<openapi_left_out>& left_out_;
    std::vector<std::string> seen_;
};

}  // namespace

std::string path_input_name(std::string_view name) {
    if (stripe::is_tool_name(name)) return std::string(name);
    return snake_name(name);
}

base::result<> read_openapi_inputs(const openapi_document& in, const openapi_entry& entry,
                                   written_capability& into,
                                   std::vector<openapi_left_out>& left_out) {
    return inputs_reader{in, entry, into, left_out}.run();
}

}  // namespace tollgate::server
