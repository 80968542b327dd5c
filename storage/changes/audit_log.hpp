// Changes of the audit logs, which give records their positions; see change.hpp.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/audit_rows.hpp"
#include "storage/client_rows.hpp"

namespace tollgate::storage {

// A write whose amount is counted if its receipt says that it succeeded.
struct counted_write {
    std::string receipt_id;
    std::int64_t hour = 0;
    std::vector<std::string> scopes;
};

// Some of the records that a caller keeps.
struct kept_records {
    std::shared_ptr<const std::vector<audit_row>> rows;
    std::size_t from = 0;
    std::size_t count = 0;
};

// Appends records to a team's log: the stored records of `ids`, and then those of `added`, which
// this change stores, get the positions from `from_size` on, `tiles` replace the stored ones, and
// the head becomes `size` and `root`. The first such change, from size 0, creates the log. Fails
// with conflict "audit_log_changed" if the size of the log is not `from_size`, or if a record of
// `ids` already has a position or does not exist; and with conflict "exists_already" if a record of
// `added` is stored already, or if another record has one of the positions, which cannot happen in
// a log that only this change has written. `counts` are added to the hourly counts.
struct integrate_audit {
    std::string team_id;
    std::int64_t from_size = 0;
    std::vector<std::string> ids;
    kept_records added{};
    std::vector<audit_tile> tiles;
    std::int64_t size = 0;
    std::string root;  // 32 bytes
    std::vector<hourly_count> counts{};
    std::vector<counted_write> writes{};
    std::vector<mcp_client_row> clients{};  // who called; as note_clients adds them
};

// Removes up to `limit` counts of hours before `before`.
struct purge_hourly_counts {
    std::int64_t before = 0;
    std::int64_t limit = 0;
};

// Stores the newest checkpoint of a log, which covers its first `size` entries. Fails with conflict
// "audit_log_changed" if the log is smaller or has a checkpoint of a larger size.
struct sign_audit {
    std::string team_id;
    std::string checkpoint;
    std::int64_t size = 0;
    base::timestamp at;
};

}  // namespace tollgate::storage
