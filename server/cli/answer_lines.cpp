#include "server/cli/answer_lines.hpp"

#include "base/encoding.hpp"

namespace tollgate::server {

namespace dom = simdjson::dom;
using base::result;

std::string shown_member(dom::object from, const char* key) {
    dom::element value;
    std::string_view text;
    if (from[key].get(value) != simdjson::SUCCESS || value.is_null()) return {};
    if (value.get(text) == simdjson::SUCCESS) return std::string(text);
    return simdjson::minify(value);
}

base::failure unreadable_answer() {
    return base::fail(base::errc::unavailable, "unreadable_answer",
                      "the answer cannot be read: is --url the admin API of a gateway of this "
                      "version?");
}

result<std::size_t> each_row(std::string_view body,
                             const std::function<result<>(const dom::element&)>& each) {
    dom::parser parser;
    dom::object root;
    dom::array rows;
    const simdjson::padded_string text{body};
    if (parser.parse(text).get(root) != simdjson::SUCCESS ||
        root["result"].get(rows) != simdjson::SUCCESS)
        return unreadable_answer();
    std::size_t count = 0;
    for (const auto row : rows) {
        const auto done = each(row);
        if (!done) return done.error();
        ++count;
    }
    return count;
}

result<std::string> details_of(std::string_view body) {
    dom::parser parser;
    dom::object root;
    const simdjson::padded_string text{body};
    if (parser.parse(text).get(root) != simdjson::SUCCESS) return unreadable_answer();
    std::string out;
    for (const auto member : root) {
        if (member.value.is_null()) continue;
        const std::string key{member.key};
        out += key + ": " + shown_member(root, key.c_str()) + '\n';
    }
    return out;
}

void add_query(std::string& path, std::string_view name, std::string_view value) {
    path += path.find('?') == std::string::npos ? '?' : '&';
    path += name;
    path += '=';
    base::append_percent_encoded(path, value);
}

std::string path_below(std::string_view root, std::string_view id) {
    std::string out{root};
    out += '/';
    base::append_percent_encoded(out, id);
    return out;
}

std::string member_of(std::string_view body, const char* key) {
    dom::parser parser;
    dom::object root;
    const simdjson::padded_string text{body};
    return parser.parse(text).get(root) == simdjson::SUCCESS ? shown_member(root, key)
                                                             : std::string{};
}

}  // namespace tollgate::server
