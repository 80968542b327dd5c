// The installation's name, and the key that signs the checkpoints of all teams' logs.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "tenancy/audit_log/signed_note.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

// The settings in the store that hold the name and, sealed by the vault, the Ed25519 private key.
constexpr std::string_view audit_name_setting = "audit_installation";
constexpr std::string_view audit_key_setting = "audit_key";

// The verifier key of a team's log, as one line of text, from the two settings as stored; for use
// by a command. Fails with errc::corrupt as vault::open does.
base::result<std::string> stored_verifier_text(const vault& secrets, std::string_view installation,
                                               std::string_view stored_key,
                                               std::string_view team_id);

// Both are created once and never change. Thread-safe after open().
class audit_log_key {
public:
    // The reference lives as long as this object.
    explicit audit_log_key(const environment& env) : env_(env) {}

    // Reads the name and the key, or creates them on the first start. Await once before everything
    // else. Fails with errc::unavailable, as vault::open does, and with errc::corrupt
    // "audit_key_damaged" if only one of the two is stored, or if what is stored is not a key.
    base::awaitable<base::result<>> open();

    // "tollgate-" and 12 letters and digits.
    const std::string& installation() const { return installation_; }

    // The origin line of a team's checkpoints: "<installation>/audit/<team id>". It is also the
    // name of the key.
    std::string origin(std::string_view team_id) const;

    // The signer and verifier of a team's checkpoints. Fails with "malformed_key" if the id cannot
    // be part of a key's name.
    base::result<audit_log::note_signer> signer(std::string_view team_id) const;

    // The team's verifier key as one line of text, without a newline. Fails as signer() does.
    base::result<std::string> verifier_text(std::string_view team_id) const;

private:
    base::awaitable<base::result<bool>> read();

    const environment& env_;
    std::string installation_;
    std::optional<base::ed25519_key> key_;  // made once; its signers share it
};

}  // namespace tollgate::tenancy
