// Whether an integrated account moves real money, and how the database writes it.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace tollgate::storage {

enum class account_mode : std::uint8_t { test, live };

// "test", "live".
constexpr std::string_view to_string(account_mode mode) {
    return mode == account_mode::live ? "live" : "test";
}

// The mode that `text` names; nothing if it names none.
constexpr std::optional<account_mode> account_mode_named(std::string_view text) {
    if (text == "test") return account_mode::test;
    if (text == "live") return account_mode::live;
    return {};
}

}  // namespace tollgate::storage
