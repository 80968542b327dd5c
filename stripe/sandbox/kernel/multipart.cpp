#include "stripe/sandbox/kernel/multipart.hpp"

#include "stripe/sandbox/kernel/decode.hpp"

namespace tollgate::sandbox {
namespace {

constexpr std::size_t parts_max = 200;

api_error malformed() {
    return bad_request("Invalid request: the body is not multipart/form-data with one file.");
}

// Takes the text before `end`, and `end`, from `text`; nullopt if `end` is missing.
std::optional<std::string_view> take(std::string_view& text, std::string_view end) {
    const auto at = text.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    const auto out = text.substr(0, at);
    text.remove_prefix(at + end.size());
    return out;
}

// The quoted value of `key` in a header line, or nullopt.
std::optional<std::string> quoted_parameter(std::string_view line, std::string_view key) {
    const auto at = line.find(key);
    if (at == std::string_view::npos) return std::nullopt;
    line.remove_prefix(at + key.size());
    const auto value = take(line, "\"");
    return value ? std::optional<std::string>(*value) : std::nullopt;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

struct part {
    std::string disposition;
    std::string content_type;
    std::string_view content;
};

// Takes the part at the front of `rest`, which begins after a delimiter.
std::optional<part> take_part(std::string_view& rest, const std::string& delimiter) {
    part out;
    for (;;) {
        const auto line = take(rest, "\r\n");
        if (!line) return std::nullopt;
        if (line->empty()) break;
        constexpr std::string_view type = "Content-Type: ";
        if (line->starts_with("Content-Disposition: form-data;")) out.disposition = *line;
        if (line->starts_with(type)) out.content_type = line->substr(type.size());
    }
    const auto content = take(rest, "\r\n" + delimiter);
    if (!content) return std::nullopt;
    out.content = *content;
    return out;
}

}  // namespace

outcome<uploaded_file> decode_multipart(std::string_view content_type, std::string_view body,
                                        json& tree) {
    constexpr std::string_view kind = "multipart/form-data; boundary=";
    if (!content_type.starts_with(kind)) return malformed();
    const auto delimiter = "--" + std::string(content_type.substr(kind.size()));
    if (!body.starts_with(delimiter)) return malformed();
    body.remove_prefix(delimiter.size());
    uploaded_file file;
    std::string pairs;
    for (std::size_t count = 0; !body.starts_with("--"); ++count) {
        if (count == parts_max || !body.starts_with("\r\n")) return malformed();
        body.remove_prefix(2);
        const auto each = take_part(body, delimiter);
        const auto name = each ? quoted_parameter(each->disposition, " name=\"") : std::nullopt;
        if (!name) return malformed();
        const auto filename = quoted_parameter(each->disposition, " filename=\"");
        if (!filename) {
            pairs += (pairs.empty() ? "" : "&") + *name + '=' + percent_encoded(each->content);
            continue;
        }
        if (!file.name.empty() || each->content.empty()) return malformed();
        file = {*name, *filename, each->content_type, each->content.size()};
    }
    if (file.name.empty()) return malformed();
    if (auto read = decode_pairs(pairs, tree); !read) return read.error();
    tree[file.name] = file.filename;
    return file;
}

}  // namespace tollgate::sandbox
