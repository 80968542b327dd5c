// Port: copies of grant records shared by all instances, faster to read than the record store.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "storage/rows.hpp"
#include "tenancy/changes/change_memory.hpp"

namespace tollgate::tenancy {

// Thread-safe; every call resumes on the caller's executor.
class grant_entries {
public:
    virtual ~grant_entries() = default;

    // The place to record with a copy of what is read from the store now; nullopt if no copy may be
    // made or used.
    virtual std::optional<log_place> here() const = 0;

    // The record behind one of the hashes, if there is a copy that is still current.
    virtual base::awaitable<std::optional<storage::grant_row>> find(
        std::vector<storage::token_hash> candidates) = 0;

    // Stores a copy of a record that was read after here() returned `place`.
    virtual base::awaitable<> keep(storage::grant_row row, log_place place) = 0;

    // Removes the copies of these servers (mcp_…).
    virtual base::awaitable<> drop(std::vector<std::string> servers) = 0;
};

}  // namespace tollgate::tenancy
