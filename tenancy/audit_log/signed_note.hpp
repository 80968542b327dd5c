// Texts signed with Ed25519 (C2SP signed-note): a text, a blank line, and lines with signatures.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "base/result.hpp"

namespace tollgate::tenancy::audit_log {

// A longer note, or one with more signatures, is refused (signed-note, "Format": a limit of 16
// signatures or more).
constexpr std::size_t note_bytes_max = 1'000'000;
constexpr std::size_t note_signatures_max = 100;

// A public key and the name shown with its signatures.
struct verifier_key {
    std::string name;
    base::ed25519_public_key key{};

    friend bool operator==(const verifier_key&, const verifier_key&) = default;
};

// True if `name` may be the name of a key: valid UTF-8, not empty, without Unicode spaces, '+' and
// control characters (signed-note, "Format").
bool is_key_name(std::string_view name);

// The four bytes that, with the name, identify a key (signed-note, "Ed25519 signatures").
std::string key_id(const verifier_key& key);

// A key as one line of text, for configuration: `<name>+<key id in hex>+<base64 of 0x01 and key>`,
// the form of Go's golang.org/x/mod/sumdb/note. `key.name` must be a key name.
std::string to_text(const verifier_key& key);

// Parses a line made by to_text. Fails with "malformed_key" for any other text, and if the key id
// does not match the key.
base::result<verifier_key> parse_verifier_key(std::string_view text);

// A private key and its name.
class note_signer {
public:
    // `seed` is an Ed25519 private key of 32 bytes. Fails with "malformed_key" if the seed has
    // another length or `name` is not a valid key name.
    static base::result<note_signer> make(std::string_view name, std::string_view seed);

    // As above, with a key that others use too. Fails with "malformed_key" for the name only.
    static base::result<note_signer> make(std::string_view name, base::ed25519_key key);

    // What others need to verify this signer's notes.
    const verifier_key& verifier() const noexcept { return verifier_; }

    // Returns the signed note: `text`, a blank line, one signature line (signed-note, "Format").
    // Fails with "malformed_note" if `text` does not end in a newline, is not valid UTF-8, has a
    // control character other than newline, or makes a note longer than note_bytes_max.
    base::result<std::string> sign(std::string_view text) const;

private:
    note_signer(std::string_view name, base::ed25519_key key)
        : verifier_{std::string{name}, key.public_key()}, key_(std::move(key)) {}

    verifier_key verifier_;
    base::ed25519_key key_;
};

// The text of a note that `known` signed. Signatures of other keys are ignored, but their lines
// must be well formed. Fails with "malformed_note" if `note` does not have the form of a signed
// note, "bad_signature" if a signature with the name and key id of `known` is wrong,
// "unknown_signer" if there is none (signed-note, "Format" and "Signatures").
base::result<std::string> open_note(std::string_view note, const verifier_key& known);

}  // namespace tollgate::tenancy::audit_log
