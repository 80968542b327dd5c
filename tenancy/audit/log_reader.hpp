// Serves the teams' audit logs: checkpoints, tiles and bundles in the form of C2SP tlog-tiles, and
// proofs that a receipt's record is in the log.
#pragma once
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/result.hpp"
#include "tenancy/audit/checkpoint_maker.hpp"
#include "tenancy/audit/log_key.hpp"
#include "tenancy/audit_log/tiles.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

// Thread-safe; every call resumes on the caller's executor and fails with errc::unavailable if the
// store cannot be read.
class audit_log_reader {
public:
    // The references live as long as this object.
    audit_log_reader(const environment& env, const audit_log_key& key, checkpoint_maker& maker)
        : env_(env), key_(key), maker_(maker) {}

    // The team's newest checkpoint. Fails with not_found "no_checkpoint" before the first one.
    base::awaitable<base::result<std::string>> checkpoint(std::string team_id);

    // The signed statement of where the kept entries begin. Fails with not_found "nothing_removed"
    // if no entry was removed.
    base::awaitable<base::result<std::string>> retention(std::string team_id);

    // The key that verifies the team's checkpoints, as one line of text.
    base::result<std::string> verifier_key(std::string_view team_id) const {
        return key_.verifier_text(team_id);
    }

    // The content of a path of C2SP tlog-tiles: "tile/0/x001/067.p/5" or "tile/entries/000". Fails
    // with not_found "no_such_tile" if the path has another form or is not covered by the newest
    // checkpoint, with not_found "entries_removed" for entries that are no longer kept, and with
    // errc::corrupt "audit_log_damaged" if the store lacks a tile that the checkpoint covers.
    base::awaitable<base::result<std::string>> tile(std::string team_id, std::string path);

    // Returns a *.tlog-proof file that proves that the receipt's newest integrated record is in the
    // log. If the newest checkpoint does not cover that record, another one is signed. Fails with
    // not_found if the team has no record of that receipt, with conflict "not_integrated_yet" if
    // none is in the log yet, as checkpoint_now() does, and with errc::corrupt "audit_log_damaged"
    // if the proof would not verify.
    base::awaitable<base::result<std::string>> proof_of_receipt(std::string team_id,
                                                                std::string receipt_id);

private:
    base::awaitable<base::result<storage::audit_log_row>> head(const std::string& team_id);
    base::awaitable<base::result<std::string>> hashes(const std::string& team_id,
                                                      audit_log::hash_tile tile);
    base::awaitable<base::result<std::string>> bundle(const std::string& team_id,
                                                      audit_log::tile_place place);
    base::awaitable<base::result<std::string>> covering(const std::string& team_id,
                                                        std::uint64_t index);
    base::awaitable<base::result<std::string>> prove(const std::string& team_id,
                                                     const storage::audit_entry& record);

    const environment& env_;
    const audit_log_key& key_;
    checkpoint_maker& maker_;
};

}  // namespace tollgate::tenancy
