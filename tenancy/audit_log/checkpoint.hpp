// Checkpoints: the size and root of a log at one moment, signed (C2SP tlog-checkpoint).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "tenancy/audit_log/merkle.hpp"
#include "tenancy/audit_log/signed_note.hpp"

namespace tollgate::tenancy::audit_log {

struct checkpoint {
    std::string origin;  // which log it is
    std::uint64_t size = 0;
    digest root{};

    friend bool operator==(const checkpoint&, const checkpoint&) = default;
};

// The text of a checkpoint, three lines: origin, size, root in base64 (tlog-checkpoint, "Note
// text"). Fails with "malformed_checkpoint" for values that parse_checkpoint would refuse.
base::result<std::string> checkpoint_text(const checkpoint& head);

// Parses the checkpoint in `text`. Extension lines after the third line are allowed and ignored.
// Fails with "malformed_checkpoint" if the text has another form, a line is empty, the size has
// leading zeros or is above size_max, the root is not the base64 of 32 bytes, or the size is 0 and
// the root is not empty_root().
base::result<checkpoint> parse_checkpoint(std::string_view text);

// Returns the checkpoint as a note signed by `signer`. Fails as checkpoint_text does. By
// tlog-checkpoint ("Signatures") a log never signs two checkpoints of which neither extends the
// other; the caller must ensure that.
base::result<std::string> sign_checkpoint(const checkpoint& head, const note_signer& signer);

// The checkpoint in a note that `known` signed, if it is of the log `origin`. Fails as open_note
// and parse_checkpoint do, and with "wrong_origin" if it is of another log.
base::result<checkpoint> open_checkpoint(std::string_view note, const verifier_key& known,
                                         std::string_view origin);

}  // namespace tollgate::tenancy::audit_log
