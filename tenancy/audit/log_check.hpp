// Reads the end of a log from the record store and checks that it is the log it was: nothing in it
// was changed, removed or put back.
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

// The newest entries that a check compares with the hashes in the log.
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

// The head as a log has it. Fails with errc::corrupt "audit_log_broken" if a value is impossible,
// or the log is not `seen` or a longer one: smaller, another root at the same size, an older
// checkpoint, or entries that are said to be kept and were removed. Pass no row for a log that is
// not stored.
base::result<log_head> compare_head(const log_head& seen,
                                    const std::optional<storage::audit_log_row>& stored);

// Reads and checks the team's log. `seen` is what this process knows of it from an earlier moment;
// for an unknown log, log_head{}. The log must not be smaller and not be older, and its beginning
// must be the one that was seen. The root that its tiles give must be the stored one; the newest
// 256 entries must have the hashes of the tiles; no record may be behind the end; the newest
// checkpoint must be signed by the log's key, and be of a beginning of this log. Where the oldest
// entries were removed, the same holds for the statement that says so. A log that is not stored has
// size 0. Other instances may write to the log meanwhile. Fails with errc::corrupt
// "audit_log_broken" and a sentence, and with errc::unavailable. The references live until the
// awaitable completes.
base::awaitable<base::result<checked_log>> check_log(storage::record_store& store,
                                                     const audit_log_key& key, std::string team_id,
                                                     log_head seen);

}  // namespace tollgate::tenancy
