#include "stripe/request/idempotency_key.hpp"

#include <algorithm>

#include "stripe/catalog/made_operation.hpp"

namespace tollgate::stripe {

bool carries_idempotency_key(const operation& called) noexcept {
    if (called.made != nullptr) return called.made->honours_key;
    if (called.method() == http_method::post) return true;
    return called.method() == http_method::delete_ && called.path_template().starts_with("/v2/");
}

bool is_idempotency_key(std::string_view text) noexcept {
    const bool printable =
        std::ranges::all_of(text, [](char byte) { return byte > 0x20 && byte < 0x7F; });
    return !text.empty() && text.size() <= idempotency_key_max && printable;
}

}  // namespace tollgate::stripe
