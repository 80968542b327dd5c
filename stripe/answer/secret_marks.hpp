// A fast search for the marks that every secret contains.
#pragma once
#include <span>
#include <string_view>

#include "base/processor_form.hpp"

namespace tollgate::stripe {

// True if `text` may contain something that mask_secrets or mask_cards masks, or a value that is
// secret because of its member's name: one cheap check of a whole answer instead of a check of each
// string. False positives are possible, false negatives are not.
bool may_hold_secrets(std::string_view text) noexcept;

// The forms of its search for marks, which all answer the same, the fastest first.
using mark_search = base::processor_form<bool (*)(std::string_view) noexcept>;
std::span<const mark_search> mark_searches() noexcept;

}  // namespace tollgate::stripe
