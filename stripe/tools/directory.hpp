// The catalogue's tools, against which tenancy checks filters.
#pragma once
#include <vector>

#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::stripe {

// Every exposed operation, sorted by name, with its estimated tokens (for the costliest tokenizer).
class catalogue_directory final : public tenancy::tool_directory {
public:
    catalogue_directory();
    std::span<const tenancy::directory_entry> tools() const override { return entries_; }
    tenancy::list_summary summarize(const tenancy::tool_filter& filter,
                                    const tenancy::listing_rules& rules,
                                    const tenancy::listed_account& account) const override;
    std::vector<tenancy::directory_entry> shown(
        const tenancy::tool_filter& filter, const tenancy::listed_account& account) const override;
    bool takes(std::string_view tool, const std::vector<std::string_view>& names,
               bool any_depth) const override;
    tenancy::possible_values values_of(std::string_view tool,
                                       const std::vector<std::string_view>& names,
                                       bool any_depth) const override;
    bool has_currency(std::string_view code) const override;

private:
    std::vector<tenancy::directory_entry> entries_;
};

}  // namespace tollgate::stripe
