// Port: stores new records at their places in a team's log at once.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "storage/audit_rows.hpp"

namespace tollgate::tenancy {

class record_placer {
public:
    virtual ~record_placer() = default;

    // Stores the records, all of this team, and appends them to its log in their order; returns how
    // many of them are stored, from the first. The others are not stored; the caller must store
    // them without places. Never fails. Only one process may write to the store.
    virtual base::awaitable<std::size_t> place(
        std::string team_id, std::shared_ptr<const std::vector<storage::audit_row>> rows) = 0;
};

}  // namespace tollgate::tenancy
