#include "stripe/sandbox/kernel/store.hpp"

#include <algorithm>

namespace tollgate::sandbox {

json& table::add(json row) {
    auto id = text_of(row, "id");
    rows_.push_back(std::make_unique<json>(std::move(row)));
    by_id_.emplace(std::move(id), rows_.back().get());
    return *rows_.back();
}

json* table::find(std::string_view id) {
    const auto found = by_id_.find(std::string(id));
    return found == by_id_.end() ? nullptr : found->second;
}

void table::erase(std::string_view id) {
    const auto found = by_id_.find(std::string(id));
    if (found == by_id_.end()) return;
    std::erase_if(rows_, [&](const auto& row) { return row.get() == found->second; });
    by_id_.erase(found);
}

table& store::of(std::string_view object) {
    const auto found = tables_.find(object);
    if (found != tables_.end()) return found->second;
    return tables_.emplace(std::string(object), table{}).first->second;
}

std::size_t store::size() const {
    std::size_t out = 0;
    for (const auto& [name, each] : tables_) out += each.rows().size();
    return out;
}

std::vector<json*> store::newest(std::string_view object,
                                 const std::function<bool(const json&)>& wanted) {
    std::vector<json*> out;
    const auto& rows = of(object).rows();
    for (auto at = rows.rbegin(); at != rows.rend(); ++at)
        if (wanted(**at)) out.push_back(at->get());
    return out;
}

}  // namespace tollgate::sandbox
