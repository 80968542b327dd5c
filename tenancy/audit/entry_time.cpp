#include "tenancy/audit/entry_time.hpp"

namespace tollgate::tenancy {

// The last match is the member of the entry itself: the members before it may contain JSON with
// this name, but "tool" and "would_deny", the only ones after it, are texts, in which quotes are
// escaped.
std::optional<base::timestamp> time_of_entry(std::string_view entry) {
    constexpr std::string_view name = R"(,"time":")";
    const auto at = entry.rfind(name);
    if (at == std::string_view::npos) return {};
    std::string_view value = entry.substr(at + name.size());
    const auto end = value.find('"');
    if (end == std::string_view::npos) return {};
    return base::parse_timestamp(value.substr(0, end));
}

}  // namespace tollgate::tenancy
