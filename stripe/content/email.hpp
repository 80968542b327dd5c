// Checks cheaply whether a text can be an e-mail address, before Stripe is asked for it.
#pragma once
#include <algorithm>
#include <string_view>

namespace tollgate::stripe {

// Printable ASCII without spaces, double quotes, backslashes, commas and angle brackets; one @ with
// text on both sides and a dot after it; at most 254 bytes.
inline bool is_email(std::string_view text) noexcept {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at == 0 || text.size() > 254) return false;
    const auto host = text.substr(at + 1);
    const auto dot = host.find('.');
    const bool dotted = dot != std::string_view::npos && dot > 0 && !host.ends_with('.');
    return dotted && host.find('@') == std::string_view::npos &&
           std::ranges::none_of(text, [](char c) {
               return c <= 0x20 || c >= 0x7F || c == '"' || c == '\\' || c == '<' || c == '>' ||
                      c == ',';
           });
}

}  // namespace tollgate::stripe
