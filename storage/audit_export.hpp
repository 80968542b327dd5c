// Reads a team's audit log from a database, while gateways may run on it. For a command: it blocks.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "storage/audit_rows.hpp"
#include "storage/transfer.hpp"

namespace tollgate::storage {

// Receives the log. Each function returns false to stop; the read then fails with errc::unavailable
// "export_stopped".
struct audit_receiver {
    // The head and its checkpoint. Called first, and once.
    std::function<bool(const audit_log_row& log)> head;
    // A setting of the installation ("audit_key"), if it is stored.
    std::function<bool(std::string_view name, const std::string& value)> setting;
    // The stored hashes of each tile, in order of level and number.
    std::function<bool(std::int64_t level, std::int64_t number, const std::string& hashes)> tile;
    // The kept entries from position `from` on, in order. At most 256 per call; only the last call
    // has fewer.
    std::function<bool(std::int64_t from, const std::vector<std::string>& entries)> entries;
};

// Reads a snapshot of the log of `team_id`, or, if that is empty, of the only team that has a log.
// Fails as look_at() does, and with errc::not_found "no_audit_log"; that message lists the teams
// that have a log.
base::result<> read_audit_log(const database_place& place, const std::string& team_id,
                              const std::vector<std::string>& settings, const audit_receiver& to);

// Reads all records of `team_id` (or, if that is empty, of the only team that has a log) as one
// snapshot: first those with a position, in order, then those without one, by time. `take` receives
// each entry and returns false to stop; the read then fails with errc::unavailable
// "export_stopped". Returns the number of records. Fails as read_audit_log does, and with
// errc::corrupt "audit_log_damaged" if the log lacks a record.
base::result<std::int64_t> read_audit_records(
    const database_place& place, const std::string& team_id,
    const std::function<bool(const std::string& entry)>& take);

}  // namespace tollgate::storage
