// Verifies an exported log: signature, root, every entry, every tile, and what anchors it fits.
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

// The content of a file of the export by its path ("checkpoint", "tile/0/000"); nothing if it does
// not exist or cannot be read.
using file_source = std::function<std::optional<std::string>(std::string_view path)>;

struct log_report {
    checkpoint head;             // what was signed last
    std::uint64_t anchored = 0;  // the first entries, which an anchor covers
    std::uint64_t kept_from =
        0;                       // entries before this one were removed, as a signed statement says
    std::uint64_t left_out = 0;  // notes among the anchors that are not whole
};

// Verifies the log whose files `read` gives, with the key of its writer. `anchors` are texts
// that were kept elsewhere: a signed note, or several separated by blank lines. In a text with
// several, checkpoints of other logs and notes that an interrupted write has left are ignored; each
// text must have a checkpoint of this log. The log must begin with what each of them covers. Fails
// with errc::corrupt and one sentence that says what does not fit: "bad_checkpoint",
// "missing_file", "bad_bundle", "bad_tile", "wrong_root", "bad_anchor", "anchor_ahead" (an anchor
// covers entries that are gone), "anchor_differs" (the entries that it covers were other ones).
// Where a file "retention" is a valid statement that the oldest entries were removed
// (removal.hpp), their hashes take their place; entries that are missing without one are a
// "missing_file", and a statement that does not fit is "bad_removal". A log of `size` entries takes
// memory for one bundle and one tile a level.
base::result<log_report> verify_log(const file_source& read, const verifier_key& key,
                                    const std::vector<std::string>& anchors);

}  // namespace tollgate::tenancy::audit_log
