#include "stripe/listing/list_cache.hpp"

#include <utility>

#include "stripe/listing/declared_list.hpp"
#include "stripe/listing/named_tools.hpp"
#include "stripe/listing/reach.hpp"
#include "stripe/listing/receipt_tool.hpp"
#include "stripe/listing/tool_list.hpp"
#include "stripe/listing/visibility.hpp"
#include "stripe/request/connected_account.hpp"

namespace tollgate::stripe {

void append_tool_list(const tenancy::grant& grant, std::string& out) {
    const auto member = connected_account_member(grant.account->connected_accounts);
    std::string_view comma;
    const auto append = [&](std::string_view json) {
        out += comma;
        out += json;
        comma = ",";
    };
    if (grant.declared != nullptr) {
        for (const auto& tool : grant.declared->tools) {
            if (!is_shown(tool, grant)) continue;
            out += comma;
            append_with_property(out, tool.json, "inputSchema", member);
            comma = ",";
        }
    }
    if (shows_declared_only(grant)) {
        if (declares_writes(grant)) append(receipt_tool_json());
        return;
    }
    const auto list = list_tools(grant);
    out.reserve(out.size() + list.bytes + list.size());
    for (const auto* tool : list.search_tools) append(tool->json);
    for (const auto& tool : list.research_tools) append(tool.json);
    for (const auto* tool : list.operations_tools) append(tool->json);
    if (!list.receipt_tool.empty()) append(list.receipt_tool);
    const bool limited = limits_reach(grant);
    std::string narrowed;
    for (const auto* one : list.operations) {
        out += comma;
        const bool changes = limited || names_others(*one);
        if (changes) narrowed = shown_tool(grant, *one);
        append_with_property(out, changes ? narrowed : one->tool_json(), "inputSchema", member);
        comma = ",";
    }
}

std::string_view list_cache::tools(const tenancy::grant& grant) {
    const auto found = lists_.find(grant.listing_key);
    if (found != lists_.end()) return found->second;
    std::string made;
    append_tool_list(grant, made);
    make_room(made.size());
    bytes_ += made.size();
    order_.push_back(grant.listing_key);
    return lists_.emplace(grant.listing_key, std::move(made)).first->second;
}

void list_cache::make_room(std::size_t bytes) {
    while (!order_.empty() && (order_.size() >= lists_max || bytes_ + bytes > bytes_max)) {
        const auto oldest = lists_.find(order_.front());
        bytes_ -= oldest->second.size();
        lists_.erase(oldest);
        order_.pop_front();
    }
}

}  // namespace tollgate::stripe
