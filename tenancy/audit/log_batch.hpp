// Records that are appended to a log together: their leaves, and the tiles that they change.
#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "storage/changes/audit_log.hpp"
#include "tenancy/audit/log_check.hpp"

namespace tollgate::tenancy {

// Computes only; nothing is read or written.
class log_batch {
public:
    // Begins at the end of a log that was checked.
    log_batch(std::string team_id, checked_log end);

    // Appends a stored record.
    void add(const storage::audit_entry& record);
    // Appends records that are not stored yet: call once, after the stored ones.
    void add(storage::kept_records records);

    // The change that appends all of them.
    storage::integrate_audit change() const;

    // The log after that change.
    log_head head() const;

    // Begins the next batch at that head. Call once the change is stored.
    void go_on();

private:
    void append(std::string_view entry);

    std::string team_id_;
    checked_log log_;
    std::set<tile_name> changed_;
    std::uint64_t from_size_;
    std::vector<std::string> ids_;
    storage::kept_records added_;
};

}  // namespace tollgate::tenancy
