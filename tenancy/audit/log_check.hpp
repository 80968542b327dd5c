// Reads the end of a log from the record store and checks that nothing in it was changed, removed
// or restored from an older state.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/record_store.hpp"
#include "tenancy/audit/log_key.hpp"
#include "tenancy/audit/stored_tiles.hpp"
#include "tenancy/audit_log/merkle.hpp"

namespace tollgate::tenancy {

// How many of the newest entries a check compares with the hashes in the log.
constexpr std::uint64_t entries_checked = 256;

// A log as it was at one moment.
struct log_head {
    std::uint64_t size = 0;
    audit_log::digest root = audit_log::empty_root();
    std::uint64_t checkpoint_size = 0;
    std::optional<base::timestamp> signed_at{};
    std::uint64_t kept_from = 0;  // the position of the oldest entry that is kept
};

// A log whose end was checked.
struct checked_log {
    log_head head;
    std::string checkpoint;    // the newest one, or empty
    audit_log::frontier tree;  // of head.size entries
    tile_map edge;             // the last tile of each level, if it is not full
};

// The head in a stored row. Fails with errc::corrupt "audit_log_broken" if a value is impossible,
// or if the log does not continue `seen`: it is smaller, has another root at the same size, has an
// older checkpoint, or claims to keep entries that were removed. Pass no row for a log that is not
// stored.
base::result<log_head> compare_head(const log_head& seen,
                                    const std::optional<storage::audit_log_row>& stored);

// Reads and checks the team's log. `seen` is what this process knows of the log from an earlier
// read; for an unknown log, log_head{}. The log must not be smaller or older than `seen`, and must
// begin with what was seen. The root computed from its tiles must be the stored one; the newest 256
// entries must have the hashes in the tiles; no record may follow the end; and the newest
// checkpoint must be signed by the log's key and match the log's beginning. If the oldest entries
// were removed, the same applies to the statement of that removal. A log that is not stored has
// size 0. Other instances may write to the log at the same time. Fails with errc::corrupt
// "audit_log_broken" and a sentence, and with errc::unavailable. The references live until the
// awaitable completes.
base::awaitable<base::result<checked_log>> check_log(storage::record_store& store,
                                                     const audit_log_key& key, std::string team_id,
                                                     log_head seen);

}  // namespace tollgate::tenancy
