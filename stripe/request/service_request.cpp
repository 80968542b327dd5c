#include "stripe/request/service_request.hpp"

#include <algorithm>
#include <optional>

#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "stripe/catalog/made_operation.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;
using base::failure;

failure refused_value(std::string code, const std::string& name, std::string_view why) {
    return base::invalid(std::move(code), '\'' + name + "' " + std::string(why), name);
}

std::optional<dom::element> given_value(dom::object arguments, const std::string& name) {
    dom::element out;
    if (arguments.at_key(name).get(out) != simdjson::SUCCESS || out.is_null()) return {};
    return out;
}

// A text, number or boolean as text; nullopt for anything else.
std::optional<std::string> plain_text(const dom::element& value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return std::string(text);
    if (value.is_number() || value.is_bool()) return simdjson::minify(value);
    return {};
}

std::optional<failure> append_segment(std::string& out, const std::string& name,
                                      dom::object arguments) {
    const auto value = given_value(arguments, name);
    if (!value) return refused_value("missing_argument", name, "is required");
    const auto text = plain_text(*value);
    if (!text) return refused_value("wrong_type", name, "must be a text or a number");
    // Some receivers decode a segment before they resolve dots and slashes.
    if (text->empty() || *text == "." || *text == "..")
        return refused_value("invalid_value", name,
                             "must name something: it is a part of the path");
    if (text->find_first_of("/\\") != std::string::npos)
        return refused_value("invalid_value", name,
                             "must have no slash: it is one part of the path");
    base::append_percent_encoded(out, *text);
    return {};
}

// The path, with each {name} replaced by the encoded argument.
std::optional<failure> append_path(std::string& out, std::string_view path, dom::object arguments) {
    while (!path.empty()) {
        out += '/';
        path.remove_prefix(1);
        const auto segment = path.substr(0, path.find('/'));
        path.remove_prefix(segment.size());
        if (!segment.starts_with('{')) {
            out += segment;
            continue;
        }
        const std::string name{segment.substr(1, segment.size() - 2)};
        if (auto why = append_segment(out, name, arguments)) return why;
    }
    return {};
}

// Appends "name=value" to pairs that begin at `begin`.
void append_pair(std::string& out, std::size_t begin, const std::string& name,
                 std::string_view text) {
    if (out.size() > begin) out += '&';
    base::append_percent_encoded(out, name);
    out += '=';
    base::append_percent_encoded(out, text);
}

std::optional<failure> append_pairs(std::string& out, std::size_t begin, const std::string& name,
                                    const dom::element& value) {
    dom::array items;
    if (value.get(items) != simdjson::SUCCESS) {
        const auto text = plain_text(value);
        if (!text) return refused_value("wrong_type", name, "must be a text, a number or a list");
        append_pair(out, begin, name, *text);
        return {};
    }
    for (const auto item : items) {
        const auto text = plain_text(item);
        if (!text) return refused_value("wrong_type", name, "must be a list of texts or numbers");
        append_pair(out, begin, name, *text);
    }
    return {};
}

std::optional<failure> write_query(const operation& to, dom::object arguments,
                                   encoded_request& into) {
    std::string query;
    for (const auto& one : to.made->parameters) {
        const auto value = given_value(arguments, one.name);
        if (one.place != place::query || !value) continue;
        if (auto why = append_pairs(query, 0, one.name, *value)) return why;
    }
    if (!query.empty()) into.target += '?' + query;
    return {};
}

void write_json_body(const operation& to, dom::object arguments, encoded_request& into) {
    into.content_type = "application/json";
    into.body = "{";
    for (const auto& one : to.made->parameters) {
        const auto value = given_value(arguments, one.name);
        if (one.place != place::body || !value) continue;
        if (into.body.size() > 1) into.body += ',';
        base::append_json_string(into.body, one.name);
        into.body += ':' + simdjson::minify(*value);
    }
    into.body += '}';
}

std::optional<failure> write_form_body(const operation& to, dom::object arguments,
                                       encoded_request& into) {
    into.content_type = "application/x-www-form-urlencoded";
    for (const auto& one : to.made->parameters) {
        const auto value = given_value(arguments, one.name);
        if (one.place != place::body || !value) continue;
        if (auto why = append_pairs(into.body, 0, one.name, *value)) return why;
    }
    return {};
}

}  // namespace

base::result<encoded_request> encode_for_service(const operation& to, dom::object arguments) {
    encoded_request out;
    out.method = to.method();
    if (auto why = append_path(out.target, to.path_template(), arguments)) return *std::move(why);
    if (auto why = write_query(to, arguments, out)) return *std::move(why);
    if (to.encoding() == encoding::json) write_json_body(to, arguments, out);
    if (to.encoding() == encoding::form)
        if (auto why = write_form_body(to, arguments, out)) return *std::move(why);
    if (out.target.size() > encoded_bytes_max || out.body.size() > encoded_bytes_max)
        return base::invalid("too_large", "the arguments of a call may have 512 KiB in all");
    const auto key = given_value(arguments, "operation_key");
    std::string_view text;
    if (key && key->get(text) != simdjson::SUCCESS)
        return refused_value("wrong_type", "operation_key", "must be a text");
    out.operation_key = text;
    return out;
}

}  // namespace tollgate::stripe
