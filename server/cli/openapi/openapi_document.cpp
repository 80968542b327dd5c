#include "server/cli/openapi/openapi_document.hpp"

#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "base/yaml_reader.hpp"
#include "server/cli/openapi/openapi_words.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;

base::failure wrong_reference(std::string message) {
    return base::invalid("bad_reference", std::move(message));
}

base::failure too_much_work() {
    return wrong_reference("the document has too many references");
}

std::string quoted_reference(std::string_view reference) {
    return '\'' + plain_line(base::clipped_text(reference, base::quoted_bytes_max)) + '\'';
}

// A token of a JSON pointer (RFC 6901) as the key that it means.
std::string unescaped_token(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const bool escape = token[i] == '~' && i + 1 < token.size();
        if (escape && (token[i + 1] == '0' || token[i + 1] == '1'))
            out += token[++i] == '0' ? '~' : '/';
        else
            out += token[i];
    }
    return out;
}

// YAML as JSON; fails as read_yaml_tree(), and if it is too large.
base::result<std::string> json_of_yaml(std::string_view text, const std::string& name) {
    if (text.size() > openapi_yaml_bytes_max)
        return base::invalid("too_large", name +
                                              " has more than 16 MiB of YAML: convert it to "
                                              "JSON, or take out what is not needed");
    const auto tree = base::read_yaml_tree(text, name, {.depth_max = openapi_depth_max});
    if (!tree) return tree.error();
    return base::json_of(*tree);
}

}  // namespace

base::result<std::unique_ptr<openapi_document>> openapi_document::read(std::string_view text,
                                                                       const std::string& name) {
    if (text.size() > openapi_bytes_max)
        return base::invalid("too_large", name +
                                              " has more than 32 MiB: take out what is not "
                                              "needed");
    auto out = std::unique_ptr<openapi_document>{new openapi_document};
    const auto parse = [&](std::string_view json) {
        return out->parser_.allocate(json.size(), openapi_depth_max) == simdjson::SUCCESS &&
               out->parser_.parse(json.data(), json.size()).get(out->top_) == simdjson::SUCCESS &&
               out->top_.get(out->root_) == simdjson::SUCCESS;
    };
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const auto start = text.find_first_not_of(" \t\r\n");
    const bool looks_json = start != std::string_view::npos && text[start] == '{';
    if (!looks_json || !parse(text)) {
        // Also for JSON with a mistake: it is YAML, whose reader says where the mistake is.
        const auto json = json_of_yaml(text, name);
        if (!json) return json.error();
        if (!parse(*json))
            return base::invalid("not_openapi", name +
                                                    " is not an OpenAPI document: it must be one "
                                                    "object, such as 'openapi: 3.1.0' and more");
    }
    if (const auto known = out->check_version(name); !known) return known.error();
    return out;
}

base::result<> openapi_document::check_version(const std::string& name) const {
    std::string version{openapi_text(root_, "openapi")};
    double number = 0;  // YAML without quotes
    if (root_["openapi"].get(number) == simdjson::SUCCESS) version = number == 3.1 ? "3.1" : "3.0";
    if (version.starts_with("3.0") || version.starts_with("3.1")) return {};
    if (!openapi_text(root_, "swagger").empty())
        return base::invalid("not_openapi", name +
                                                " is a document of Swagger 2.0: convert it to "
                                                "OpenAPI 3.0 or 3.1 first");
    return base::invalid("not_openapi",
                         name +
                             " is not an OpenAPI document of version 3.0 or 3.1: its member "
                             "'openapi' must say one of them");
}

base::result<dom::element> openapi_document::find(std::string_view reference) const {
    if (!reference.starts_with('#'))
        return wrong_reference("it refers to another document, " + quoted_reference(reference) +
                               ", which is not read");
    const auto pointer = base::percent_decoded(reference.substr(1), base::plus_sign::itself);
    if (!pointer || (!pointer->empty() && !pointer->starts_with('/')))
        return wrong_reference(quoted_reference(reference) + " is not a reference");
    dom::element at = top_;
    std::string_view rest = *pointer;
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const std::string key = unescaped_token(rest.substr(0, rest.find('/')));
        rest.remove_prefix(std::min(rest.find('/'), rest.size()));
        dom::object inside;
        if (at.get(inside) != simdjson::SUCCESS)
            return wrong_reference(quoted_reference(reference) + " leads to nothing");
        bool found = false;
        for (const auto& member : inside) {
            if (!take_steps(1)) return too_much_work();
            if (member.key != key) continue;
            at = member.value;
            found = true;
            break;
        }
        if (!found) return wrong_reference(quoted_reference(reference) + " leads to nothing");
    }
    return at;
}

base::result<dom::object> openapi_document::follow(dom::element at) const {
    for (int hops = 0; hops <= openapi_reference_hops_max; ++hops) {
        dom::object here;
        if (at.get(here) != simdjson::SUCCESS)
            return wrong_reference("an object is missing, or something else is in its place");
        // A member is found by looking at those before it, and readers look for some of them.
        if (!take_steps(1 + static_cast<std::int64_t>(here.size()))) return too_much_work();
        const auto reference = openapi_text(here, "$ref");
        if (reference.empty()) return here;
        const auto next = find(reference);
        if (!next) return next.error();
        at = *next;
    }
    return wrong_reference("its references lead in a circle");
}

std::string_view openapi_text(dom::object from, std::string_view key) {
    std::string_view out;
    if (from[key].get(out) != simdjson::SUCCESS) return {};
    return out;
}

bool openapi_truth(dom::object from, std::string_view key) {
    bool out = false;
    return from[key].get(out) == simdjson::SUCCESS && out;
}

}  // namespace tollgate::server
