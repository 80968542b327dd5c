#include "base/http_message.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tollgate::base {

bool equal_ignore_case(std::string_view a, std::string_view b) noexcept {
    constexpr unsigned case_bit = 0x20;
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               const unsigned differing =
                   static_cast<unsigned char>(x) ^ static_cast<unsigned char>(y);
               return differing == 0 ||
                      (differing == case_bit && is_letter_or_digit(x) && !is_digit(x));
           });
}

std::string_view http_request::header(std::string_view name) const noexcept {
    for (const auto& entry : headers)
        if (equal_ignore_case(entry.name, name)) return entry.value;
    return {};
}

bool http_request::has_header(std::string_view name) const noexcept {
    return std::any_of(headers.begin(), headers.end(), [name](const http_header& entry) {
        return equal_ignore_case(entry.name, name);
    });
}

}  // namespace tollgate::base
