// The declared tools of the accounts of MCP servers, and what they leave of a server's filter.
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

// Thread-safe. MCP servers share the declared tools of their account, so that a document is read
// once for each of its versions.
class grant_declarations {
public:
    // `reader` may be null: then stored declarations cannot be read. It outlives this object.
    explicit grant_declarations(const declaration_reader* reader) : reader_(reader) {}

    // The tools that `document` declares; null if it is empty. Fails with errc::corrupt if a stored
    // document is not valid any more (a newer catalogue has other operations): nothing must be
    // called then.
    base::result<std::shared_ptr<const declared_tools>> of(const declarations_place& place,
                                                           const std::string& document);

private:
    const declaration_reader* reader_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::weak_ptr<const declared_tools>> known_;  // by account
};

// `filter` without the tools that the declarations forbid; and, if nothing but declared tools may
// be called, without every operation that none of them calls.
tool_filter narrowed_by(tool_filter filter, const declared_tools& declared);

// `filter`, so that no tool passes it: an account of a service has none before they are declared.
tool_filter without_tools(tool_filter filter);

}  // namespace tollgate::tenancy
