#include "tenancy/people/sign_in_limits.hpp"

#include <algorithm>
#include <utility>

#include "base/crypto.hpp"

namespace tollgate::tenancy {

sign_in_limits::sign_in_limits(base::secret key) : key_(std::move(key)), full_at_(places, 0) {}

std::vector<storage::attempt_bucket> sign_in_limits::buckets(std::string_view email,
                                                             std::string_view address) const {
    const auto where = places_of(email, address);
    std::vector<storage::attempt_bucket> out;
    for (std::size_t i = 0; i < rules.size(); ++i)
        out.push_back({static_cast<std::int64_t>(where[i]), rules[i].every_ms, rules[i].most});
    return out;
}

// The three buckets of an attempt never share a place with each other, because each kind has its
// own third of the table.
std::array<std::size_t, 3> sign_in_limits::places_of(std::string_view email,
                                                     std::string_view address) const {
    constexpr std::size_t third = places / 3;
    const std::array<std::string, 3> names{std::string{email} + '\n' + std::string{address},
                                           std::string{address}, std::string{email}};
    std::array<std::size_t, 3> out{};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const base::digest digest = base::hmac_sha256(key_.reveal(), names[i]);
        const std::size_t number = std::size_t{digest[0]} | (std::size_t{digest[1]} << 8U) |
                                   (std::size_t{digest[2]} << 16U);
        out[i] = i * third + number % third;
    }
    return out;
}

std::chrono::milliseconds sign_in_limits::take(std::string_view email, std::string_view address,
                                               base::timestamp now) {
    const std::int64_t now_ms = base::to_unix_ms(now);
    const auto where = places_of(email, address);
    const std::lock_guard lock{mutex_};
    std::array<std::int64_t, 3> later{};
    std::int64_t wait = 0;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        later[i] = std::max(full_at_[where[i]], now_ms) + rules[i].every_ms;
        wait = std::max(wait, later[i] - now_ms - rules[i].every_ms * rules[i].most);
    }
    if (wait > 0) return std::chrono::milliseconds{wait};
    for (std::size_t i = 0; i < rules.size(); ++i) full_at_[where[i]] = later[i];
    return {};
}

void sign_in_limits::give_back(std::string_view email, std::string_view address) {
    const auto where = places_of(email, address);
    const std::lock_guard lock{mutex_};
    for (std::size_t i = 0; i < rules.size(); ++i) full_at_[where[i]] -= rules[i].every_ms;
}

}  // namespace tollgate::tenancy
