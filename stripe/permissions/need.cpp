#include "stripe/permissions/need.hpp"

#include <algorithm>
#include <map>

#include "stripe/catalog/permissions.hpp"
#include "stripe/listing/visibility.hpp"

namespace tollgate::stripe {

using tenancy::key_access;

const tenancy::area_access* permission_need::find(std::string_view area) const {
    const auto found = std::find_if(areas.begin(), areas.end(),
                                    [area](const auto& one) { return one.area == area; });
    return found == areas.end() ? nullptr : &*found;
}

permission_need need_of(std::span<const tenancy::tool_filter> filters, tenancy::account_mode mode) {
    permission_need out;
    std::map<std::string, key_access> needed;
    for (const auto& one : operations()) {
        const bool shown = std::any_of(filters.begin(), filters.end(), [&](const auto& filter) {
            return is_visible(one, filter, mode);
        });
        if (!shown) continue;
        auto area = permission_area(one);
        if (area.empty()) {
            ++out.v2_tools;
            continue;
        }
        auto& access = needed.try_emplace(std::move(area), key_access::read).first->second;
        if (permission_access(one) == key_access::write) access = key_access::write;
    }
    for (const auto& [area, access] : needed) out.areas.push_back({area, access});
    return out;
}

std::set<std::string> readable_with(const permission_need& need) {
    std::set<std::string> out;
    std::vector<std::string> open;
    for (const auto& one : need.areas) open.push_back(one.area);
    while (!open.empty()) {
        const auto area = std::move(open.back());
        open.pop_back();
        if (!out.insert(area).second) continue;
        for (const auto implied : implied_reads(area)) open.emplace_back(implied);
    }
    return out;
}

}  // namespace tollgate::stripe
