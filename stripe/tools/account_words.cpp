#include "stripe/tools/account_words.hpp"

namespace tollgate::stripe {

namespace {

using tenancy::account_mode;

// "2026-11-29"
std::string date_of(base::timestamp when) {
    constexpr std::size_t date_bytes = 10;
    return base::format_timestamp(when).substr(0, date_bytes);
}

}  // namespace

std::string title_with_mode(std::string_view name, account_mode mode, bool sandbox) {
    if (name.empty()) return {};
    const std::string_view word = sandbox                      ? "sandbox"
                                  : mode == account_mode::live ? "live"
                                                               : "test";
    return std::string(name) + " · " + std::string(word);
}

std::string account_state_text(account_mode mode, bool sandbox, base::timestamp now) {
    const std::string day = "Today is " + date_of(now) + " in UTC. ";
    if (sandbox) return day + "This is a sandbox, not Stripe: no money is real.";
    if (mode == account_mode::live) return day + "This is a live account: money is real.";
    return day + "This is a test account: no money is real.";
}

std::chrono::milliseconds until_midnight(base::timestamp now) {
    return std::chrono::floor<std::chrono::days>(now) + std::chrono::days{1} - now;
}

answer_setting account_setting(account_mode mode, bool sandbox, base::timestamp now) {
    return {date_of(now), sandbox ? "sandbox" : mode == account_mode::live ? "real" : "test"};
}

}  // namespace tollgate::stripe
