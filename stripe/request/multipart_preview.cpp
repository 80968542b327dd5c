#include "stripe/request/multipart_preview.hpp"

#include <algorithm>

#include "base/json_text.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::size_t preview_bytes_max = 4096;
constexpr std::string_view blank_line = "\r\n\r\n";

std::string bytes_of(std::size_t count, std::string_view what) {
    return "(" + std::to_string(count) + std::string(what) + ")";
}

// Appends one part, from after its boundary to the next line break before a boundary.
void append_part(std::string& out, std::string_view part) {
    const auto end = part.find(blank_line);
    const bool file = end != part.npos && part.substr(0, end).find("; filename=") != part.npos;
    if (!file) {
        out += part;
        return;
    }
    const auto content = end + blank_line.size();
    out += part.substr(0, content);
    out += bytes_of(part.size() - content, " bytes of the file");
}

}  // namespace

std::string preview_multipart(std::string_view body, std::string_view content_type) {
    constexpr std::string_view key = "boundary=";
    const auto at = content_type.find(key);
    std::string out;
    if (at != content_type.npos) {
        const std::string line = "\r\n--" + std::string(content_type.substr(at + key.size()));
        while (!body.empty()) {
            const auto part = body.substr(0, body.find(line));
            append_part(out, part);
            body.remove_prefix(part.size());
            out += body.substr(0, line.size());
            body.remove_prefix(std::min(body.size(), line.size()));
        }
    } else {
        out = body;
    }
    if (out.size() <= preview_bytes_max) return out;
    const auto shown = base::clipped_text(out, preview_bytes_max);
    return std::string(shown) + bytes_of(out.size() - shown.size(), " more bytes");
}

}  // namespace tollgate::stripe
