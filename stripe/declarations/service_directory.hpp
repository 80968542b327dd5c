// The tools of a service, against which rules on its calls are checked.
#pragma once
#include <memory>
#include <vector>

#include "tenancy/rules/declared_tools.hpp"
#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::stripe {

// Immutable. Its tools have the arguments that they declare; of Stripe's state, none has any:
// whether an equal write was made lately is known of those that write.
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
    // Nothing: declared_directory knows what servers show.
    tenancy::list_summary summarize(const tenancy::tool_filter&, const tenancy::listing_rules&,
                                    const tenancy::listed_account&) const override {
        return {};
    }
    std::vector<tenancy::directory_entry> shown(const tenancy::tool_filter&,
                                                const tenancy::listed_account&) const override {
        return {};
    }

private:
    struct known_tool {
        std::shared_ptr<const tenancy::own_operation> operation;  // owns the texts of its entry
        std::vector<tenancy::declared_input> inputs;
    };
    // The inputs of that tool; null if there is none.
    const std::vector<tenancy::declared_input>* inputs_of(std::string_view tool) const;

    std::vector<known_tool> known_;                  // in the order of entries_
    std::vector<tenancy::directory_entry> entries_;  // sorted by name
};

}  // namespace tollgate::stripe
