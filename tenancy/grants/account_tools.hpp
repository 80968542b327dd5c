// The tools that an integrated account has, by its service and its declarations.
#pragma once
#include <memory>
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/grants.hpp"
#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::tenancy {

// Neither is null. What they refer to lives as long as they do, or as long as the process.
struct account_tools {
    // For tools lists: nothing for an account of a service without declarations, and where the
    // stored declarations are not valid any more (every call is refused then).
    std::shared_ptr<const tool_directory> shown;
    // Against which filters and rules are checked: the catalogue where nothing else is known.
    std::shared_ptr<const tool_directory> known;
};

// Fails with not_found for an account that the team does not have. `env` and `live` outlive the
// awaitable.
base::awaitable<base::result<account_tools>> tools_of_account(const environment& env, grants& live,
                                                              std::string team_id,
                                                              std::string account_id);

}  // namespace tollgate::tenancy
