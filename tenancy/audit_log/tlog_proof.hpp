// Proofs that can be stored in a file (`*.tlog-proof`, C2SP tlog-proof): an entry is in a log whose
// checkpoint is signed.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "tenancy/audit_log/checkpoint.hpp"

namespace tollgate::tenancy::audit_log {

struct tlog_proof {
    std::string extra;        // any bytes, or empty; not covered by the signature: never trust it
    std::uint64_t index = 0;  // of the entry
    std::vector<digest> hashes;  // as inclusion_proof gives them
    std::string checkpoint;      // the signed note from the log
};

// The proof as text (tlog-proof, "Format"). The checkpoint is not examined. Fails with
// "malformed_proof" if the index is not below size_max, there are more than 63 hashes, or
// `checkpoint` is empty.
base::result<std::string> proof_text(const tlog_proof& proof);

// Parses the proof in `text` without verifying anything: its checkpoint may be any bytes. Fails
// with "malformed_proof" if the text has another form. Every value has one canonical encoding
// (tlog-proof, "Format").
base::result<tlog_proof> parse_proof(std::string_view text);

// Verifies that `entry` is in the log `origin`, by a checkpoint that `known` signed. Returns that
// checkpoint. Fails as open_checkpoint does, and with "not_included" if the hashes do not lead from
// the entry to the checkpoint's root (RFC 9162 §2.1.3.2).
base::result<checkpoint> verify_proof(std::string_view entry, const tlog_proof& proof,
                                      const verifier_key& known, std::string_view origin);

}  // namespace tollgate::tenancy::audit_log
