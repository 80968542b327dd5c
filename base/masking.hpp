// Text that is masked wherever it leaves the gateway: one list for logs and results.
#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace tollgate::base {

// The replacement for masked text.
constexpr std::string_view mask = "***";

// The prefixes of our own tokens and of Stripe's keys and signing secrets: the text after a prefix
// is secret. The first '_' of each is at the end of its first word.
constexpr std::array<std::string_view, 17> secret_prefixes{
    "tgm_",     "tgs_",     "tgk_",     "tgr_",     "tga_",     "tgp_",
    "tgi_",     "sk_test_", "sk_live_", "rk_test_", "rk_live_", "pk_test_",
    "pk_live_", "sk_org_",  "whsec_",   "ek_test_", "ek_live_"};

// The only prefix whose secret may also contain '-'.
constexpr std::string_view dashed_prefix = "tga_";

// Between the id and the secret part of a client secret: pi_3N…_secret_….
constexpr std::string_view client_secret_word = "_secret_";

// The length of a card number at the start of `text`, or 0: 13 to 19 digits that pass the Luhn
// check, with single spaces or dashes between them. The digits after a space or dash may be another
// number (an expiry date), so every end of a group is tried and the longest card number wins.
std::size_t card_number_at(std::string_view text) noexcept;

// False if `text`, which may be JSON with its escapes, certainly contains no card number. This is a
// cheap check that reads one byte in thirteen. Digits inside a word are not a card number.
bool may_hold_card_number(std::string_view text) noexcept;

}  // namespace tollgate::base
