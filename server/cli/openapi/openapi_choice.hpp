// Which operations of an OpenAPI document are wanted.
#pragma once
#include <string>
#include <vector>

#include "server/cli/openapi/openapi_operations.hpp"

namespace tollgate::server {

// Each list is of alternatives; empty: any. An operation is wanted if all four lists want it.
struct openapi_filter {
    std::vector<std::string> tags{};
    // A path and those below it, or a pattern with '*' for anything between two slashes.
    std::vector<std::string> paths{};
    std::vector<std::string> methods{};     // letter case does not matter
    std::vector<std::string> operations{};  // operation ids, or the names of their tools

    bool wants_all() const {
        return tags.empty() && paths.empty() && methods.empty() && operations.empty();
    }
};

// The wanted ones of `all`. Fails with invalid_argument "nothing_chosen" and a sentence that names
// the alternative that fits no operation at all, or says that no operation fits all lists.
base::result<std::vector<openapi_entry>> choose_operations(std::vector<openapi_entry> all,
                                                           const openapi_filter& by);

}  // namespace tollgate::server
