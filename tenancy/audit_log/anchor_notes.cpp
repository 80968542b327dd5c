#include "tenancy/audit_log/anchor_notes.hpp"

#include <algorithm>

namespace tollgate::tenancy::audit_log {

namespace {

// The start of a signature line (signed-note, "Format").
constexpr std::string_view signature_begin = "\xe2\x80\x94 ";

}  // namespace

// A blank line ends a note unless it is between the text and the first signature.
std::vector<std::string_view> split_notes(std::string_view text) {
    std::vector<std::string_view> out;
    std::size_t begin = 0;
    bool signatures = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
        const std::string_view line = text.substr(at, end - at);
        const bool blank = line == "\n";
        const bool signature_next = text.substr(end).starts_with(signature_begin);
        if (line.starts_with(signature_begin)) signatures = true;
        if (blank && (signatures || !signature_next)) {
            if (at > begin) out.push_back(text.substr(begin, at - begin));
            begin = end;
            signatures = false;
        }
        at = end;
    }
    if (begin < text.size()) out.push_back(text.substr(begin));
    return out;
}

}  // namespace tollgate::tenancy::audit_log
