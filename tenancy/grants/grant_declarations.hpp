// The declared tools of the accounts of MCP servers, and how they narrow a server's filter.
#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/result.hpp"
#include "tenancy/rules/declared_tools.hpp"
#include "tenancy/rules/filter.hpp"
#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::tenancy {

// Thread-safe. MCP servers share the declared tools of their account, so that each version of a
// document is read once.
class grant_declarations {
public:
    // `reader` may be null: then stored declarations cannot be read. It outlives this object.
    explicit grant_declarations(const declaration_reader* reader) : reader_(reader) {}

    // The tools that `document` declares; null if it is empty. Fails with errc::corrupt if a stored
    // document is no longer valid (a newer catalogue has other operations); no call may then be
    // made.
    base::result<std::shared_ptr<const declared_tools>> of(const declarations_place& place,
                                                           const std::string& document);

private:
    const declaration_reader* reader_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::weak_ptr<const declared_tools>> known_;  // by account
};

// Returns `filter` without the tools that the declarations forbid and, if only declared tools may
// be called, without every operation that no declared tool calls.
tool_filter narrowed_by(tool_filter filter, const declared_tools& declared);

// Returns `filter` changed so that no tool passes it: an account of a service has no tools until
// they are declared.
tool_filter without_tools(tool_filter filter);

}  // namespace tollgate::tenancy
