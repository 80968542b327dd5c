// The tools of an account with declarations: what its MCP servers show, and what filters and rules
// may name.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "tenancy/rules/declared_tools.hpp"
#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::stripe {

// Immutable.
class declared_directory final : public tenancy::tool_directory {
public:
    // `base` has the operations that `tools` call, and outlives this object. What else it has is
    // shown too unless `only`; nothing `forbidden` (sorted) is.
    declared_directory(std::shared_ptr<const tenancy::tool_directory> base,
                       std::vector<tenancy::declared_tool> tools,
                       std::vector<std::string> forbidden, bool only);

    // The operations of `base`, with the declared tags of the tools that call them.
    std::span<const tenancy::directory_entry> tools() const override { return entries_; }
    bool takes(std::string_view tool, const std::vector<std::string_view>& names,
               bool any_depth) const override {
        return base_->takes(tool, names, any_depth);
    }
    tenancy::possible_values values_of(std::string_view tool,
                                       const std::vector<std::string_view>& names,
                                       bool any_depth) const override {
        return base_->values_of(tool, names, any_depth);
    }
    bool has_currency(std::string_view code) const override { return base_->has_currency(code); }
    std::vector<tenancy::directory_entry> shown(
        const tenancy::tool_filter& filter, const tenancy::listed_account& account) const override;
    tenancy::list_summary summarize(const tenancy::tool_filter& filter,
                                    const tenancy::listing_rules& rules,
                                    const tenancy::listed_account& account) const override;

    // True if some declared tag is not one that its operation has already.
    bool adds_tags() const { return adds_tags_; }

private:
    using tags_of_tool = std::vector<std::string_view>;

    // `filter` without what is forbidden.
    tenancy::tool_filter narrowed(tenancy::tool_filter filter) const;
    // The places in tools_ of those that a server with that filter shows.
    std::vector<std::size_t> shown_places(const tenancy::tool_filter& filter,
                                          tenancy::account_mode mode) const;

    std::shared_ptr<const tenancy::tool_directory> base_;
    std::vector<tenancy::declared_tool> tools_;  // owns the texts of what is shown
    std::vector<std::string> forbidden_;
    bool only_;
    bool adds_tags_ = false;
    std::vector<tags_of_tool> tags_;  // of tools_
    std::vector<tenancy::directory_entry> entries_;
};

// Gives each of `tools` the declared tags of all of them that call its operation. `tags` are those
// of each tool itself.
void join_tags(std::vector<tenancy::declared_tool>& tools,
               const std::vector<std::vector<std::string>>& tags);

}  // namespace tollgate::stripe
