// Reads a multipart/form-data body back: the fields as a tree, the file as bytes. Written apart
// from the encoder, by RFC 7578: parts between delimiters, a header, an empty line, the content.
#pragma once
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/unit/stripe/form_decoder.hpp"

namespace tollgate::test {

struct multipart_body {
    struct uploaded {
        std::string name;
        std::string filename;
        std::string content_type;
        std::string bytes;
    };
    form_node fields;
    std::optional<uploaded> file;
};

// Up to `end`, which is taken away too.
inline std::string_view take_until(std::string_view& text, std::string_view end) {
    const auto at = text.find(end);
    if (at == std::string_view::npos) throw std::runtime_error("a part is cut");
    const auto out = text.substr(0, at);
    text.remove_prefix(at + end.size());
    return out;
}

// The quoted value behind `key=`, or nothing.
inline std::optional<std::string> quoted_after(std::string_view line, std::string_view key) {
    const auto at = line.find(std::string(key) + "=\"");
    if (at == std::string_view::npos) return {};
    auto rest = line.substr(at + key.size() + 2);
    std::string out(take_until(rest, "\""));
    for (const auto& [what, by] : {std::pair{"%22", "\""}, {"%0D", "\r"}, {"%0A", "\n"}})
        for (auto found = out.find(what); found != std::string::npos; found = out.find(what))
            out.replace(found, 3, by);
    return out;
}

inline multipart_body decode_multipart(std::string_view content_type, std::string_view body) {
    constexpr std::string_view kind = "multipart/form-data; boundary=";
    if (!content_type.starts_with(kind)) throw std::runtime_error("not multipart/form-data");
    const auto delimiter = "--" + std::string(content_type.substr(kind.size()));
    multipart_body out;
    if (!take_until(body, delimiter).empty()) throw std::runtime_error("text before the parts");
    while (body != "--\r\n") {
        if (!take_until(body, "\r\n").empty()) throw std::runtime_error("a bad delimiter");
        const auto disposition = take_until(body, "\r\n");
        std::string_view type = take_until(body, "\r\n");
        if (!type.empty() && !take_until(body, "\r\n").empty())
            throw std::runtime_error("a header too many");
        const auto content = take_until(body, "\r\n" + delimiter);
        if (!disposition.starts_with("Content-Disposition: form-data; name=\""))
            throw std::runtime_error("no name");
        const auto name = quoted_after(disposition, "name").value();
        const auto filename = quoted_after(disposition, "; filename");
        if (!filename) {
            add_pair(out.fields, name, content, spelling::as_it_is);
            continue;
        }
        if (out.file) throw std::runtime_error("two files");
        constexpr std::string_view header = "Content-Type: ";
        if (!type.starts_with(header)) throw std::runtime_error("a file without a type");
        out.file = multipart_body::uploaded{
            name, *filename, std::string(type.substr(header.size())), std::string(content)};
    }
    return out;
}

}  // namespace tollgate::test
