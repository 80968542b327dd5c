#include "tenancy/audit/log_reader.hpp"

#include <utility>
#include <vector>

#include "tenancy/audit/stored_tiles.hpp"
#include "tenancy/audit_log/merkle_proof.hpp"
#include "tenancy/audit_log/tlog_proof.hpp"

namespace tollgate::tenancy {

namespace {

using audit_log::hash_source;
using audit_log::tile_width;
using base::awaitable;
using base::errc;
using base::fail;
using base::result;

base::failure no_such_tile() {
    return fail(errc::not_found, "no_such_tile",
                "the newest checkpoint of this log has no such tile: paths are those of C2SP "
                "tlog-tiles, as tile/0/000 or tile/entries/000.p/12");
}

base::failure damaged(std::string what) {
    return fail(errc::corrupt, "audit_log_damaged", std::move(what));
}

}  // namespace

awaitable<result<std::string>> audit_log_reader::checkpoint(std::string team_id) {
    auto log = co_await env_.store.find_audit_log(std::move(team_id));
    if (!log) co_return log.error();
    if (*log && !(*log)->checkpoint.empty()) co_return std::move((*log)->checkpoint);
    co_return fail(errc::not_found, "no_checkpoint",
                   "this log has no checkpoint yet: the first one is signed within seconds after "
                   "the team's first record");
}

awaitable<result<std::string>> audit_log_reader::retention(std::string team_id) {
    auto log = co_await env_.store.find_audit_log(std::move(team_id));
    if (!log) co_return log.error();
    if (*log && !(*log)->retention.empty()) co_return std::move((*log)->retention);
    co_return fail(errc::not_found, "nothing_removed",
                   "no entry of this log was removed: its entries begin at position 0");
}

awaitable<result<storage::audit_log_row>> audit_log_reader::head(const std::string& team_id) {
    auto log = co_await env_.store.find_audit_log(team_id);
    if (!log) co_return log.error();
    co_return std::move(*log).value_or(storage::audit_log_row{});
}

awaitable<result<std::string>> audit_log_reader::tile(std::string team_id, std::string path) {
    const auto tile = audit_log::tile_from_path(path);
    const auto place = audit_log::bundle_from_path(path);
    if (!tile && !place) co_return no_such_tile();
    const auto log = co_await head(team_id);
    if (!log) co_return log.error();
    const auto size = static_cast<std::uint64_t>(log->checkpoint_size);
    const unsigned level = tile ? tile->level : 0;
    const audit_log::tile_place wanted = tile ? tile->place : *place;
    if (wanted.width > audit_log::width_in_tree(level, wanted.index, size))
        co_return no_such_tile();
    if (tile) {
        auto found = co_await hashes(team_id, *tile);
        co_return found;
    }
    if (place->index * tile_width < static_cast<std::uint64_t>(log->kept_from))
        co_return fail(errc::not_found, "entries_removed",
                       "these entries were removed, as the team's retention says: the kept ones "
                       "begin at position " +
                           std::to_string(log->kept_from));
    auto found = co_await bundle(team_id, *place);
    co_return found;
}

awaitable<result<std::string>> audit_log_reader::hashes(const std::string& team_id,
                                                        audit_log::hash_tile tile) {
    auto found = co_await env_.store.find_audit_tile(team_id, static_cast<std::int64_t>(tile.level),
                                                     static_cast<std::int64_t>(tile.place.index));
    if (!found) co_return found.error();
    const std::size_t bytes = tile.place.width * sizeof(audit_log::digest);
    if (!*found || (*found)->size() < bytes)
        co_return damaged("the tile " + audit_log::path_of(tile) + " of " + team_id +
                          " is not in the database");
    (*found)->resize(bytes);
    co_return std::move(**found);
}

awaitable<result<std::string>> audit_log_reader::bundle(const std::string& team_id,
                                                        audit_log::tile_place place) {
    const auto from = static_cast<std::int64_t>(place.index * tile_width);
    auto rows = co_await env_.store.list_audit_entries(team_id, from, from + place.width);
    if (!rows) co_return rows.error();
    if (rows->size() != place.width)
        co_return damaged("the entries of " + audit_log::bundle_path(place) + " of " + team_id +
                          " are not all in the database");
    std::vector<std::string> entries;
    for (storage::audit_entry& row : *rows) entries.push_back(std::move(row.entry));
    co_return audit_log::encode_bundle(entries);
}

awaitable<result<std::string>> audit_log_reader::proof_of_receipt(std::string team_id,
                                                                  std::string receipt_id) {
    auto rows = co_await env_.store.list_receipt_audit(team_id, std::move(receipt_id));
    if (!rows) co_return rows.error();
    if (rows->empty())
        co_return fail(errc::not_found, "not_found",
                       "the team's audit log has no record of such a receipt");
    const storage::audit_entry* newest = nullptr;
    for (const storage::audit_entry& row : *rows)
        if (row.position && (newest == nullptr || *row.position > *newest->position)) newest = &row;
    if (newest == nullptr)
        co_return fail(errc::conflict, "not_integrated_yet",
                       "the record of this receipt is not in the log yet: ask again in a second");
    auto proof = co_await prove(team_id, *newest);
    co_return proof;
}

// Returns a checkpoint that covers the entry.
awaitable<result<std::string>> audit_log_reader::covering(const std::string& team_id,
                                                          std::uint64_t index) {
    auto log = co_await env_.store.find_audit_log(team_id);
    if (!log) co_return log.error();
    if (*log && static_cast<std::uint64_t>((*log)->checkpoint_size) > index)
        co_return std::move((*log)->checkpoint);
    auto made = co_await maker_.checkpoint_now(team_id);
    co_return made;
}

awaitable<result<std::string>> audit_log_reader::prove(const std::string& team_id,
                                                       const storage::audit_entry& record) {
    const auto index = static_cast<std::uint64_t>(*record.position);
    auto note = co_await covering(team_id, index);
    if (!note) co_return note.error();
    const auto signer = key_.signer(team_id);
    if (!signer) co_return signer.error();
    const auto& known = signer->verifier();
    const auto head = audit_log::open_checkpoint(*note, known, known.name);
    if (!head) co_return damaged("the newest checkpoint of " + team_id + " is not valid");
    const std::uint64_t size = head->size;
    stored_tiles tiles{env_.store, team_id};
    auto compute = [index, size](const hash_source& hash_at) {
        (void)audit_log::inclusion_proof(index, size, hash_at);
    };
    auto fetched = co_await tiles.fetch(size, std::move(compute));
    if (!fetched) co_return fetched.error();
    audit_log::tlog_proof proof;
    proof.index = index;
    proof.checkpoint = std::move(*note);
    auto hashes = audit_log::inclusion_proof(index, size, tiles.hashes(size));
    if (hashes) proof.hashes = std::move(*hashes);
    if (!hashes || !audit_log::verify_proof(record.entry, proof, known, known.name))
        co_return damaged("the record " + record.id + " of " + team_id +
                          " is not the one that was put into the log");
    co_return audit_log::proof_text(proof);
}

}  // namespace tollgate::tenancy
