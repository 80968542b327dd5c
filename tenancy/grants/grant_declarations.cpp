#include "tenancy/grants/grant_declarations.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::tenancy {

namespace {

// Beyond this number, entries whose declarations are no longer used are removed.
constexpr std::size_t known_declarations_max = 4'096;

// An empty allow list allows everything. This name, which no tool can have, makes a list that
// allows none.
constexpr const char* no_tool = "(none)";

}  // namespace

base::result<std::shared_ptr<const declared_tools>> grant_declarations::of(
    const declarations_place& place, const std::string& document) {
    if (document.empty()) return std::shared_ptr<const declared_tools>{};
    const std::lock_guard lock{mutex_};
    if (const auto found = known_.find(place.account_id); found != known_.end())
        if (auto kept = found->second.lock(); kept && kept->version == place.version) return kept;
    if (reader_ == nullptr)
        return base::fail(base::errc::corrupt, "stored_declarations",
                          "declarations cannot be read here");
    auto read = reader_->read(document, place);
    if (!read)
        return base::fail(base::errc::corrupt, "stored_declarations",
                          "stored declarations are not valid any more: " + read.error().message);
    if (known_.size() >= known_declarations_max)
        std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
    known_[place.account_id] = *read;
    return read;
}

tool_filter narrowed_by(tool_filter filter, const declared_tools& declared) {
    filter.deny.insert(filter.deny.end(), declared.forbidden.begin(), declared.forbidden.end());
    std::ranges::sort(filter.deny);
    if (!declared.only) return filter;
    std::vector<std::string> called;
    for (const auto& tool : declared.tools)
        if (filter.allow.empty() || std::ranges::binary_search(filter.allow, tool.operation))
            called.push_back(tool.operation);
    std::ranges::sort(called);
    called.erase(std::ranges::unique(called).begin(), called.end());
    if (called.empty()) called.emplace_back(no_tool);
    filter.allow = std::move(called);
    return filter;
}

tool_filter without_tools(tool_filter filter) {
    filter.allow = {no_tool};
    return filter;
}

}  // namespace tollgate::tenancy
