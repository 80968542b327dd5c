#include "server/cli/clients/text_place.hpp"

namespace tollgate::server::clients {

std::string place_in(std::string_view file, std::string_view text, std::size_t offset) {
    std::size_t line = 1;
    std::size_t column = 1;
    std::size_t at = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    for (; at < offset && at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte == '\n') {
            ++line;
            column = 1;
        } else if ((byte & 0xC0U) != 0x80U) {
            ++column;
        }
    }
    std::string out{file};
    out += ':' + std::to_string(line) + ':' + std::to_string(column) + ": ";
    return out;
}

base::failure mistake_in(std::string_view file, std::string_view text, std::size_t offset,
                         const std::string& sentence) {
    return base::invalid("unreadable_file", place_in(file, text, offset) + sentence);
}

std::string_view line_end_of(std::string_view text) {
    const auto at = text.find('\n');
    const bool both = at != std::string_view::npos && at > 0 && text[at - 1] == '\r';
    return both ? "\r\n" : "\n";
}

std::string_view indentation_at(std::string_view text, std::size_t offset) {
    const auto before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
    std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    if (begin == 0 && text.starts_with(byte_order_mark)) begin = byte_order_mark.size();
    std::size_t end = begin;
    while (end < offset && (text[end] == ' ' || text[end] == '\t')) ++end;
    return text.substr(begin, end - begin);
}

}  // namespace tollgate::server::clients
