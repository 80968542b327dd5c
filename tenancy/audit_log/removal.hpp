// The signed statement that the log's writer removed the oldest entries, and where the kept ones
// begin. Their hashes are kept, so that the tree can still be verified from its first entry on.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "tenancy/audit_log/merkle.hpp"
#include "tenancy/audit_log/signed_note.hpp"

namespace tollgate::tenancy::audit_log {

struct removal {
    std::string origin;           // of the log
    std::uint64_t kept_from = 0;  // the position of the oldest entry that is kept
    digest root{};                // of the tree of the entries before it

    friend bool operator==(const removal&, const removal&) = default;
};

// Makes a signed note of three lines: the log's origin and "/retention", which distinguishes it
// from a checkpoint; the position; the root in base64. Only whole bundles are removed. Fails with
// "malformed_removal" unless `kept_from` is a multiple of 256 above 0, and as note_signer::sign
// does.
base::result<std::string> sign_removal(const removal& what, const note_signer& signer);

// The statement in `note`, which `known` must have signed for the log `origin`. Fails as
// open_note() does, and with "malformed_removal" for a note of another form or another log.
base::result<removal> open_removal(std::string_view note, const verifier_key& known,
                                   std::string_view origin);

}  // namespace tollgate::tenancy::audit_log
