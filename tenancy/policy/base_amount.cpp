#include "tenancy/policy/base_amount.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace tollgate::tenancy {

namespace {

__extension__ using wide = __int128;  // holds every product of two numbers of 64 bits

std::int64_t narrowed(wide value) {
    constexpr wide largest = std::numeric_limits<std::int64_t>::max();
    constexpr wide smallest = std::numeric_limits<std::int64_t>::min();
    return static_cast<std::int64_t>(std::clamp(value, smallest, largest));
}

// `divisor` is positive.
wide divided_down(wide value, wide divisor) {
    const wide out = value / divisor;
    return value % divisor < 0 ? out - 1 : out;
}

wide divided_up(wide value, wide divisor) {
    return -divided_down(-value, divisor);
}

bool is_digits(std::string_view text) {
    constexpr std::size_t most = 9;
    return !text.empty() && text.size() <= most &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t number_in(std::string_view digits) {
    std::int64_t out = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return out;
}

}  // namespace

std::optional<exchange_rate> parse_rate(std::string currency, std::string_view text) {
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    const auto part = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    if (!is_digits(whole) || (point != std::string_view::npos && !is_digits(part))) return {};
    exchange_rate out{std::move(currency), number_in(whole), 1};
    for (std::size_t i = 0; i < part.size(); ++i) out.scale *= 10;
    out.digits = out.digits * out.scale + number_in(part);
    if (out.digits == 0) return {};
    return out;
}

std::int64_t largest_within(const exchange_rate& rate, std::int64_t value) {
    return narrowed(divided_down(wide{value} * rate.scale, rate.digits));
}

std::int64_t smallest_reaching(const exchange_rate& rate, std::int64_t value) {
    return narrowed(divided_up(wide{value} * rate.scale, rate.digits));
}

std::optional<std::int64_t> base_rates::worth(std::string_view of, std::int64_t amount,
                                              base::timestamp now) const {
    if (of == currency) return amount;
    const auto found = std::ranges::find(rates, of, &exchange_rate::currency);
    if (found == rates.end() || now >= until) return {};
    return narrowed(divided_up(wide{amount} * found->digits, found->scale));
}

std::optional<std::int64_t> base_rates::most_worth(std::int64_t amount, base::timestamp now) const {
    if (now >= until) return {};
    std::int64_t out = amount;
    for (const auto& one : rates)
        out = std::max(out, worth(one.currency, amount, now).value_or(out));
    return out;
}

}  // namespace tollgate::tenancy
