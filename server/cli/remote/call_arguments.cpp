#include "server/cli/remote/call_arguments.hpp"

#include <CLI/CLI.hpp>
#include <simdjson.h>

#include "base/json_text.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;
using base::result;

// The value as JSON: itself if it is some that is no text, or a text.
std::string value_of(const std::string& text) {
    dom::parser parser;
    dom::element value;
    const simdjson::padded_string padded{text};
    const bool json =
        !text.empty() && parser.parse(padded).get(value) == simdjson::SUCCESS && !value.is_string();
    if (json) return simdjson::minify(value);
    std::string out;
    base::append_json_string(out, text);
    return out;
}

base::failure bad(const std::string& why) {
    return base::invalid("bad_arguments", why);
}

}  // namespace

void call_arguments::add_to(CLI::App& command) {
    command.add_option("--arguments", json, "The arguments as a JSON object");
    command.add_option(
        "-p,--argument", pairs,
        "One argument, name=value; may be repeated. A value that is JSON is taken as "
        "that");
}

result<std::string> call_arguments::object() const {
    std::string out = "{";
    const auto add = [&out](std::string_view name, const std::string& value) {
        if (out.size() > 1) out += ',';
        base::append_json_string(out, name);
        out += ':' + value;
    };
    dom::parser parser;
    dom::object given;
    const simdjson::padded_string padded{json};
    if (!json.empty()) {
        if (parser.parse(padded).get(given) != simdjson::SUCCESS)
            return bad("--arguments must be a JSON object, such as '{\"limit\": 3}'");
        for (const auto member : given) add(member.key, simdjson::minify(member.value));
    }
    for (const auto& pair : pairs) {
        const auto sign = pair.find('=');
        if (sign == 0 || sign == std::string::npos)
            return bad("-p must be name=value, not '" + pair + "'");
        add(pair.substr(0, sign), value_of(pair.substr(sign + 1)));
    }
    return out + '}';
}

}  // namespace tollgate::server
