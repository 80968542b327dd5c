#include "tenancy/approvals/approval_rules.hpp"

#include <algorithm>
#include <charconv>

namespace tollgate::tenancy {

using storage::approval_state;

std::string_view to_string(approval_state state) noexcept {
    return storage::approval_state_names[static_cast<std::size_t>(state)];
}

std::optional<approval_state> approval_state_named(std::string_view name) {
    const auto& names = storage::approval_state_names;
    const auto* const found = std::ranges::find(names, name);
    if (found == names.end()) return {};
    return static_cast<approval_state>(found - names.begin());
}

bool has_ended(approval_state state) noexcept {
    return state != approval_state::pending && state != approval_state::approved;
}

approval_state state_at(const storage::approval_row& approval, base::timestamp now) {
    const bool over = !has_ended(approval.state) && now >= approval.expires_at;
    return over ? approval_state::expired : approval.state;
}

base::timestamp expiry_of(const approval_terms& terms, base::timestamp now) {
    const std::chrono::seconds asked{terms.expires_in_s};
    return now + std::clamp<std::chrono::seconds>(asked, approval_shortest, approval_longest);
}

base::timestamp next_execution(std::int64_t attempts, base::timestamp now) {
    constexpr std::chrono::seconds first{2};
    constexpr std::chrono::seconds longest{300};
    constexpr std::int64_t doublings_max = 8;
    const auto doublings = std::clamp<std::int64_t>(attempts - 1, 0, doublings_max);
    return now + std::min(first * (std::int64_t{1} << doublings), longest);
}

std::string encode_content(const approval_content& content) {
    return std::to_string(content.arguments.size()) + '\n' + content.arguments + content.preview;
}

std::optional<approval_content> decode_content(std::string_view bytes) {
    const auto line = bytes.find('\n');
    if (line == std::string_view::npos) return {};
    std::size_t size = 0;
    const char* const end = bytes.data() + line;
    const auto [stop, error] = std::from_chars(bytes.data(), end, size);
    if (error != std::errc{} || stop != end) return {};
    bytes.remove_prefix(line + 1);
    if (size > bytes.size()) return {};
    return approval_content{std::string(bytes.substr(0, size)), std::string(bytes.substr(size))};
}

}  // namespace tollgate::tenancy
