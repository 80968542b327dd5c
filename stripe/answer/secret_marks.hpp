// A fast look for what every secret has in it.
#pragma once
#include <string_view>

namespace tollgate::stripe {

// True when `text` may hold what mask_secrets or mask_cards masks, or a value that is a secret by
// its member's name: a cheap look at a whole answer that saves the look at each string. May be
// wrong in that direction only.
bool may_hold_secrets(std::string_view text) noexcept;

}  // namespace tollgate::stripe
