#include "stripe/declarations/declared_directory.hpp"

#include <algorithm>

#include "stripe/answer/tokens.hpp"
#include "stripe/listing/declared_list.hpp"
#include "stripe/listing/receipt_tool.hpp"
#include "stripe/listing/service_operation.hpp"
#include "stripe/request/connected_account.hpp"

namespace tollgate::stripe {

namespace {

void add_cost(tenancy::list_summary& out, std::string_view json, std::string_view added) {
    ++out.listed;
    out.bytes += json.size() + (added.empty() ? 0 : added.size() + 1);
    for (const auto text : {json, added}) {
        const auto tokens = estimate_tokens_by_family(text);
        out.openai_tokens += tokens.openai;
        out.claude_tokens += tokens.claude;
    }
}

}  // namespace

declared_directory::declared_directory(std::shared_ptr<const tenancy::tool_directory> base,
                                       std::vector<tenancy::declared_tool> tools,
                                       std::vector<std::string> forbidden, bool only)
    : base_(std::move(base)),
      tools_(std::move(tools)),
      forbidden_(std::move(forbidden)),
      only_(only) {
    for (const auto& one : tools_) {
        const auto* const called = operation_of(one);
        tags_of_tool tags;
        if (called != nullptr) tags.assign(called->tags().begin(), called->tags().end());
        for (const auto& tag : one.tags) {
            if (std::ranges::find(tags, tag) != tags.end()) continue;
            tags.push_back(tag);
            adds_tags_ = true;
        }
        tags_.push_back(std::move(tags));
    }
    entries_.assign(base_->tools().begin(), base_->tools().end());
    for (auto& entry : entries_) {
        const auto calling =
            std::ranges::find(tools_, entry.facts.name, &tenancy::declared_tool::operation);
        if (calling != tools_.end())
            entry.facts.tags = tags_[static_cast<std::size_t>(calling - tools_.begin())];
    }
}

tenancy::tool_filter declared_directory::narrowed(tenancy::tool_filter filter) const {
    filter.deny.insert(filter.deny.end(), forbidden_.begin(), forbidden_.end());
    std::ranges::sort(filter.deny);
    return filter;
}

std::vector<std::size_t> declared_directory::shown_places(const tenancy::tool_filter& filter,
                                                          tenancy::account_mode mode) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < tools_.size(); ++i) {
        const auto* const called = operation_of(tools_[i]);
        if (called == nullptr || std::ranges::binary_search(forbidden_, tools_[i].name)) continue;
        if (is_shown(tools_[i], *called, filter, mode)) out.push_back(i);
    }
    return out;
}

std::vector<tenancy::directory_entry> declared_directory::shown(
    const tenancy::tool_filter& filter, const tenancy::listed_account& account) const {
    std::vector<tenancy::directory_entry> out;
    for (const auto i : shown_places(filter, account.mode)) {
        const auto tokens = estimate_tokens(tools_[i].json);
        out.push_back({{tools_[i].name, operation_of(tools_[i])->kind(), tags_[i]},
                       static_cast<std::uint32_t>(tokens),
                       0});
    }
    if (only_) return out;
    for (const auto& entry : base_->shown(narrowed(filter), account)) out.push_back(entry);
    return out;
}

tenancy::list_summary declared_directory::summarize(const tenancy::tool_filter& filter,
                                                    const tenancy::listing_rules& rules,
                                                    const tenancy::listed_account& account) const {
    tenancy::list_summary out;
    if (!only_) out = base_->summarize(narrowed(filter), rules, account);
    const auto member = connected_account_member(account.connected_accounts);
    bool writes = false;
    for (const auto i : shown_places(filter, account.mode)) {
        const auto& called = *operation_of(tools_[i]);
        add_cost(out, tools_[i].json, member);
        ++out.reachable;
        writes = writes || has_receipt(called.method());
        out.writing += (tenancy::bit(called.kind()) & tenancy::read_methods) == 0 ? 1 : 0;
    }
    if (only_ && writes) add_cost(out, receipt_tool_json(), {});
    return out;
}

void join_tags(std::vector<tenancy::declared_tool>& tools,
               const std::vector<std::vector<std::string>>& tags) {
    for (auto& one : tools) {
        for (std::size_t i = 0; i < tools.size(); ++i)
            if (tools[i].operation == one.operation)
                one.tags.insert(one.tags.end(), tags[i].begin(), tags[i].end());
        std::ranges::sort(one.tags);
        one.tags.erase(std::ranges::unique(one.tags).begin(), one.tags.end());
    }
}

}  // namespace tollgate::stripe
