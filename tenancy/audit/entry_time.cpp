#include "tenancy/audit/entry_time.hpp"

namespace tollgate::tenancy {

// Inside a text of the entry, the quotes of this name would be escaped; only the name of the tool
// comes after it.
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
