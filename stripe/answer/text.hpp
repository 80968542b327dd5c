// The buffer for answers, and functions that make text by third parties harmless.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tenancy/rules/serving_rules.hpp"

namespace tollgate::stripe {

// A flat buffer that grows by doubling and can be truncated. Cheaper than a string for many short
// pieces.
class flat_text {
public:
    explicit flat_text(std::size_t room) : room_(room), data_(new char[room]) {}

    std::size_t size() const noexcept { return size_; }
    std::string_view view() const noexcept { return {data_.get(), size_}; }
    std::string_view from(std::size_t at) const noexcept { return view().substr(at); }
    void cut(std::size_t size) noexcept { size_ = size; }

    void put(char c) {
        reserve(1);
        data_[size_++] = c;
    }
    void put(std::string_view piece);
    void put_integer(std::int64_t value);
    void put_unsigned(std::uint64_t value);
    // The shortest text that parses to the same value.
    void put_double(double value);
    // A time in seconds since 1970 as a JSON string in UTC: "2026-12-12T23:59:59Z", or only the
    // date at midnight. Requires is_unix_time(seconds).
    void put_time(std::int64_t seconds);
    // `text` as a JSON string with its quotes. Characters that are invisible or change the
    // direction of writing are escaped (\u202e), so that a reader of the JSON sees them; the value
    // is unchanged.
    void put_string(std::string_view text);

private:
    void reserve(std::size_t more);
    void put_visible(std::string_view text);

    std::size_t size_ = 0;
    std::size_t room_;
    std::unique_ptr<char[]> data_;
};

// True for a number that put_time can write. Smaller numbers are counts of days or months, not
// times.
constexpr bool is_unix_time(std::int64_t seconds) noexcept {
    return seconds >= 100'000'000 && seconds <= 253'402'300'799;
}

// `text` with every secret of base/masking.hpp cut to its prefix ("rk_test_***"), and every client
// secret cut after "_secret_".
std::string mask_secrets(std::string_view text);

// `text` with every card number replaced by "***": 13 to 19 digits that pass the Luhn check. Digits
// within a word belong to an id and stay, as does a telephone number after a plus.
std::string mask_cards(std::string_view text);

// `text` with every e-mail address replaced by "[redacted]".
std::string mask_emails(std::string_view text);

// The replacement for a redacted value.
constexpr std::string_view redacted = "[redacted]";

}  // namespace tollgate::stripe
