// Writes a team's audit log into a folder, in the layout of C2SP tlog-tiles, or its records into a
// file. For a command: it blocks.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "storage/transfer.hpp"
#include "tenancy/secrets/key_ring.hpp"

namespace tollgate::tenancy {

struct exported_log {
    std::string origin;
    std::int64_t entries = 0;  // how many the checkpoint covers
    std::int64_t kept_from =
        0;  // entries before this one were removed: only their hashes are there
};

// Writes the files checkpoint, key, tile/… (and retention, where entries were removed) of the log
// of `team_id` (empty: of the only team that has one) below `folder`, which must not exist. Other
// users of the machine cannot read it, and a failure leaves no folder behind. Gateways may run on
// the database. Fails as storage::read_audit_log, load_key_ring and base::make_private_directory
// do, with conflict "folder_exists", conflict "no_checkpoint" before the first one, and
// errc::unavailable "export_stopped" with the name of a file that cannot be written.
base::result<exported_log> export_audit_log(const storage::database_place& place,
                                            const std::string& team_id, const key_source& master,
                                            const std::string& folder);

// Writes all records of `team_id` (empty: of the only team that has a log) as JSON Lines into
// `file`, which must not exist: one entry per line, byte for byte as in the log, in the order of
// read_audit_records(). Other users of the machine cannot read the file, and a failure leaves no
// file behind. `progress` is called regularly with the number of lines. Gateways may run on the
// database. Returns the number of lines. Fails as storage::read_audit_records does, with conflict
// "file_exists", and with errc::unavailable "export_stopped" and the reason if the file cannot be
// written.
base::result<std::int64_t> export_audit_lines(
    const storage::database_place& place, const std::string& team_id, const std::string& file,
    const std::function<void(std::int64_t lines)>& progress);

}  // namespace tollgate::tenancy
