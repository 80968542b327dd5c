// The tools of a service, against which rules on its calls are checked.
#pragma once
#include <memory>
#include <vector>

#include "tenancy/rules/declared_tools.hpp"
#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::stripe {

// Immutable. Its tools have the arguments that they declare; none of them has a state at Stripe.
class service_directory final : public tenancy::tool_directory {
public:
    // Keeps what it needs of `tools`, which are all of a service.
    explicit service_directory(const std::vector<tenancy::declared_tool>& tools);

    std::span<const tenancy::directory_entry> tools() const override { return entries_; }
    bool takes(std::string_view tool, const std::vector<std::string_view>& names,
               bool any_depth) const override;
    tenancy::possible_values values_of(std::string_view tool,
                                       const std::vector<std::string_view>& names,
                                       bool any_depth) const override;
    // A service may have any.
    bool has_currency(std::string_view) const override { return true; }
    // What passes the filter: all of it is listed.
    tenancy::list_summary summarize(const tenancy::tool_filter& filter,
                                    const tenancy::listing_rules& rules,
                                    const tenancy::listed_account& account) const override;
    // None: orders are of Stripe accounts.
    std::vector<tenancy::directory_entry> order_tools(const tenancy::tool_filter&,
                                                      tenancy::account_mode) const override {
        return {};
    }

private:
    struct known_tool {
        std::shared_ptr<const tenancy::own_operation> operation;  // owns the texts of its entry
        std::vector<tenancy::declared_input> inputs;
        std::size_t bytes = 0;  // of its JSON
    };
    // The inputs of that tool; null if there is none.
    const std::vector<tenancy::declared_input>* inputs_of(std::string_view tool) const;

    std::vector<known_tool> known_;                  // in the order of entries_
    std::vector<tenancy::directory_entry> entries_;  // sorted by name
};

}  // namespace tollgate::stripe
