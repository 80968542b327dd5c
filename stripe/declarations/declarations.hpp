// A declarations file from its text to tools, with everything that is wrong with it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "stripe/declarations/document.hpp"
#include "stripe/declarations/resolve.hpp"
#include "stripe/declarations/service_directory.hpp"
#include "tenancy/rules/declared_tools.hpp"

namespace tollgate::stripe {

// `resolved` refers to `read`, so that it is moved, never copied.
struct checked_declarations {
    read_document read;
    std::vector<resolved_capability> resolved;  // with their rules
    // Of a service: its tools, to which their rules refer. Null: the catalogue's are the tools.
    std::shared_ptr<const service_directory> directory;

    checked_declarations() = default;
    checked_declarations(checked_declarations&&) = default;
    checked_declarations& operator=(checked_declarations&&) = default;
};

// Reads `text`, which came from the file `name`, resolves it and makes its rules. `strict`: regrets
// too. `directory` outlives the result. Without an account in `place`, the file may be about any
// service. Pure.
checked_declarations check_declarations(std::string_view text, const std::string& name, bool strict,
                                        const tenancy::tool_directory& directory,
                                        const tenancy::declarations_place& place = {});

class catalogue_declarations final : public tenancy::declaration_reader {
public:
    // `directory` outlives this object and everything that it has read.
    explicit catalogue_declarations(const tenancy::tool_directory& directory)
        : directory_(directory) {}

    base::result<std::shared_ptr<const tenancy::declared_tools>> read(
        std::string_view text, const tenancy::declarations_place& place) const override;

private:
    const tenancy::tool_directory& directory_;
};

}  // namespace tollgate::stripe
