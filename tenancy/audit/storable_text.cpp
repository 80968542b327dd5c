#include "tenancy/audit/storable_text.hpp"

#include <simdjson.h>

#include <algorithm>

namespace tollgate::tenancy {

bool is_storable(std::string_view text) {
    return text.find('\0') == text.npos && simdjson::validate_utf8(text.data(), text.size());
}

std::string storable(std::string text) {
    if (is_storable(text)) return text;
    const bool utf8 = simdjson::validate_utf8(text.data(), text.size());
    std::ranges::replace_if(
        text,
        [utf8](char c) { return c == '\0' || (!utf8 && static_cast<unsigned char>(c) >= 0x80); },
        '?');
    return text;
}

}  // namespace tollgate::tenancy
