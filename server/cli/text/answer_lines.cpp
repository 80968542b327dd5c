#include "server/cli/text/answer_lines.hpp"

#include "base/encoding.hpp"
#include "base/json_text.hpp"

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

std::string without_controls(std::string_view text) {
    constexpr std::string_view mark = "\xef\xbf\xbd";  // U+FFFD
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        const bool c1 = byte == 0xc2 && next >= 0x80 && next <= 0x9f;
        if (byte >= 0x20 && byte != 0x7f && !c1) {
            out += text[i];
            continue;
        }
        out += mark;
        if (c1) ++i;
    }
    return out;
}

namespace {

std::string lines_of(std::string_view text, std::string_view between) {
    std::string out;
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        out += without_controls(text.substr(0, end));
        out += between;
        text.remove_prefix(end + 1);
    }
    return out + without_controls(text);
}

}  // namespace

std::string lines_without_controls(std::string_view text) {
    return lines_of(text, "\n");
}

std::string indented_lines(std::string_view text) {
    return lines_of(text, "\n  ");
}

std::string line_with(dom::object from, const std::vector<const char*>& keys) {
    std::string out;
    for (const auto* key : keys) {
        const auto value = without_controls(shown_member(from, key));
        out += (out.empty() ? "" : "  ") + (value.empty() ? std::string{"-"} : value);
    }
    return out;
}

std::string json_list(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const auto& one : texts) {
        if (out.size() > 1) out += ',';
        base::append_json_string(out, one);
    }
    return out + ']';
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
        const auto value = shown_member(root, key.c_str());
        out += without_controls(key) + ": ";
        out += (key == "preview" ? indented_lines(value) : without_controls(value)) + '\n';
    }
    return out;
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
