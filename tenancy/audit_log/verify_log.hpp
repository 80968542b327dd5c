// Verifies an exported log: its signature, root, entries, tiles and anchors.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "tenancy/audit_log/checkpoint.hpp"
#include "tenancy/audit_log/signed_note.hpp"

namespace tollgate::tenancy::audit_log {

// Returns the content of a file of the export by its path ("checkpoint", "tile/0/000"), or nullopt
// if it does not exist or cannot be read.
using file_source = std::function<std::optional<std::string>(std::string_view path)>;

struct log_report {
    checkpoint head;             // the newest signed checkpoint
    std::uint64_t anchored = 0;  // how many of the first entries an anchor covers
    std::uint64_t kept_from =
        0;                       // entries before this one were removed, as a signed statement says
    std::uint64_t left_out = 0;  // incomplete notes among the anchors
};

// Verifies the log whose files `read` returns, with its writer's key. `anchors` are texts that were
// stored elsewhere, each one signed note or several separated by blank lines. In a text with
// several notes, checkpoints of other logs and the remains of interrupted writes are ignored; each
// text must have a checkpoint of this log. The log must begin with what each of these checkpoints
// covers. Fails with errc::corrupt and one sentence on the mismatch: "bad_checkpoint",
// "missing_file", "bad_bundle", "bad_tile", "wrong_root", "bad_anchor", "anchor_ahead" (an anchor
// covers entries that are missing from the log), "anchor_differs" (an anchor covers different
// entries). If a file "retention" is a valid statement that the oldest entries were removed
// (removal.hpp), their hashes take their place; without one, missing entries are a "missing_file".
// A statement that does not match is "bad_removal". Memory use is one bundle and one tile per
// level, whatever the size of the log.
base::result<log_report> verify_log(const file_source& read, const verifier_key& key,
                                    const std::vector<std::string>& anchors);

}  // namespace tollgate::tenancy::audit_log
