#include "tenancy/audit/log_check.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "tenancy/audit_log/checkpoint.hpp"
#include "tenancy/audit_log/fields.hpp"
#include "tenancy/audit_log/merkle_proof.hpp"
#include "tenancy/audit_log/removal.hpp"
#include "tenancy/audit_log/tiles.hpp"

namespace tollgate::tenancy {

namespace {

using audit_log::digest;
using audit_log::frontier;
using audit_log::hash_source;
using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using storage::audit_log_row;

base::failure broken(std::string reason) {
    return fail(errc::corrupt, "audit_log_broken", std::move(reason));
}

std::string entries(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " entry" : " entries");
}

// The values that one check reads and computes.
struct evidence {
    evidence(storage::record_store& store, const std::string& team_id) : tiles(store, team_id) {}

    std::uint64_t first() const {
        return std::max(head.size - std::min(head.size, entries_checked), head.kept_from);
    }

    log_head seen;
    log_head head;
    std::string checkpoint;
    std::string retention;
    stored_tiles tiles;
    std::vector<storage::audit_entry> newest;  // from first(), and one after the end
};

// True if the tree of the first `size` entries has this root.
bool has_root(const evidence& log, std::uint64_t size, const digest& root) {
    const auto tree = frontier::load(size, log.tiles.hashes(log.head.size));
    return tree && tree->root() == root;
}

// Requests all hashes that the functions below use.
void ask_for_hashes(const evidence& log, const hash_source& hash_at) {
    for (const std::uint64_t size :
         {log.head.size, log.seen.size, log.head.checkpoint_size, log.head.kept_from})
        (void)frontier::load(size, hash_at);
    for (std::uint64_t i = log.first(); i < log.head.size; ++i) (void)hash_at(0, i);
    (void)audit_log::inclusion_proof(log.first(), log.head.size, hash_at);
}

result<> check_tree(const evidence& log) {
    if (!has_root(log, log.head.size, log.head.root))
        return broken("the tiles of the log do not give the root that is stored for its " +
                      entries(log.head.size));
    if (!has_root(log, log.seen.size, log.seen.root))
        return broken("the first " + entries(log.seen.size) +
                      " of the log have another root than this instance has seen");
    return {};
}

result<> check_entries(const evidence& log) {
    const std::uint64_t size = log.head.size;
    const hash_source hash_at = log.tiles.hashes(size);
    std::uint64_t next = log.first();
    for (const storage::audit_entry& row : log.newest) {
        const auto position = static_cast<std::uint64_t>(row.position.value_or(-1));
        if (position >= size)
            return broken("the record " + row.id + " is behind the end of the log, at position " +
                          std::to_string(position));
        if (position != next)
            return broken("the record at position " + std::to_string(next) + " is missing");
        if (hash_at(0, position) != audit_log::leaf_hash(row.entry))
            return broken("the record " + row.id + " at position " + std::to_string(position) +
                          " is not the one that was put into the log");
        ++next;
    }
    if (next != size)
        return broken("the record at position " + std::to_string(next) + " is missing");
    if (size == 0) return {};
    // The proof contains every hash of the tiles that the entries were compared with.
    const auto proof = audit_log::inclusion_proof(log.first(), size, hash_at);
    const auto leaf = hash_at(0, log.first());
    if (!proof || !leaf ||
        !audit_log::verify_inclusion(*proof, *leaf, log.first(), size, log.head.root))
        return broken("the tiles of the newest entries do not give the root that is stored");
    return {};
}

result<> check_checkpoint(const evidence& log, const audit_log::verifier_key& known) {
    if (log.checkpoint.empty()) {
        if (log.head.checkpoint_size == 0) return {};
        return broken("the newest checkpoint is missing");
    }
    const auto opened = audit_log::open_checkpoint(log.checkpoint, known, known.name);
    if (!opened) return broken("the newest checkpoint is not valid: " + opened.error().message);
    if (opened->size != log.head.checkpoint_size || opened->size > log.head.size)
        return broken("the newest checkpoint is of " + entries(opened->size) + ", the log has " +
                      entries(log.head.size));
    if (!has_root(log, opened->size, opened->root))
        return broken("the newest checkpoint is not of the beginning of this log");
    return {};
}

result<> check_removal(const evidence& log, const audit_log::verifier_key& known) {
    if (log.head.kept_from == 0 && log.retention.empty()) return {};
    const auto opened = audit_log::open_removal(log.retention, known, known.name);
    if (!opened)
        return broken("the first " + entries(log.head.kept_from) +
                      " are gone, and the statement of their removal is not valid: " +
                      opened.error().message);
    if (opened->kept_from != log.head.kept_from)
        return broken("the statement of removed entries says that the kept ones begin at " +
                      std::to_string(opened->kept_from) + ", the log says " +
                      std::to_string(log.head.kept_from));
    if (!has_root(log, opened->kept_from, opened->root))
        return broken("the statement of removed entries is not of the beginning of this log");
    return {};
}

checked_log checked(evidence& log) {
    checked_log out;
    out.head = log.head;
    out.checkpoint = std::move(log.checkpoint);
    out.tree = *frontier::load(log.head.size, log.tiles.hashes(log.head.size));
    for (unsigned level = 0; level < 8; ++level) {
        const std::uint64_t hashes = log.head.size >> (level * audit_log::tile_height);
        const auto width = static_cast<unsigned>(hashes % audit_log::tile_width);
        const tile_name name{level, hashes / audit_log::tile_width};
        if (width != 0) out.edge.emplace(name, *log.tiles.content(name, width));
    }
    return out;
}

// One attempt. Other instances may write while it reads.
awaitable<result<checked_log>> check_once(storage::record_store& store,
                                          const audit_log::verifier_key& known,
                                          const std::string& team_id,
                                          const std::optional<audit_log_row>& stored,
                                          log_head seen) {
    auto head = compare_head(seen, stored);
    if (!head) co_return head.error();
    evidence log{store, team_id};
    log.seen = seen;
    log.head = *head;
    if (stored) log.checkpoint = stored->checkpoint;
    if (stored) log.retention = stored->retention;
    auto compute = [&log](const hash_source& hash_at) { ask_for_hashes(log, hash_at); };
    auto fetched = co_await log.tiles.fetch(log.head.size, std::move(compute));
    if (!fetched) co_return fetched.error();
    auto newest = co_await store.list_audit_entries(team_id, static_cast<std::int64_t>(log.first()),
                                                    static_cast<std::int64_t>(log.head.size) + 1);
    if (!newest) co_return newest.error();
    log.newest = std::move(*newest);
    for (const auto& part : {check_tree(log), check_entries(log), check_checkpoint(log, known),
                             check_removal(log, known)})
        if (!part) co_return part.error();
    co_return checked(log);
}

bool same(const std::optional<audit_log_row>& a, const std::optional<audit_log_row>& b) {
    if (!a || !b) return !a && !b;
    return a->size == b->size && a->root == b->root && a->checkpoint == b->checkpoint &&
           a->checkpoint_size == b->checkpoint_size && a->kept_from == b->kept_from &&
           a->retention == b->retention;
}

}  // namespace

result<log_head> compare_head(const log_head& seen, const std::optional<audit_log_row>& stored) {
    if (!stored && seen.size == 0) return log_head{};
    if (!stored)
        return broken("the log is not in the database any more; it had " + entries(seen.size));
    const auto root = [&]() -> std::optional<digest> {
        digest out{};
        if (stored->root.size() != out.size()) return {};
        std::ranges::copy(stored->root, out.begin());
        return out;
    }();
    if (!root || stored->size < 1 || stored->checkpoint_size < 0 ||
        stored->checkpoint_size > stored->size)
        return broken("the log's head has impossible values: size " + std::to_string(stored->size) +
                      ", size of the checkpoint " + std::to_string(stored->checkpoint_size));
    if (stored->kept_from < 0 || stored->kept_from % audit_log::tile_width != 0 ||
        (stored->kept_from > 0 && stored->kept_from >= stored->checkpoint_size))
        return broken("the kept entries of the log begin at an impossible position: " +
                      std::to_string(stored->kept_from));
    const log_head head{static_cast<std::uint64_t>(stored->size), *root,
                        static_cast<std::uint64_t>(stored->checkpoint_size), stored->signed_at,
                        static_cast<std::uint64_t>(stored->kept_from)};
    if (head.size < seen.size)
        return broken("the log has " + entries(head.size) + "; it had " +
                      std::to_string(seen.size));
    if (head.size == seen.size && head.root != seen.root)
        return broken("the log has another root than before, at the same " + entries(head.size));
    if (head.checkpoint_size < seen.checkpoint_size)
        return broken("the newest checkpoint is of " + entries(head.checkpoint_size) +
                      "; there was one of " + std::to_string(seen.checkpoint_size));
    if (head.kept_from < seen.kept_from)
        return broken("the kept entries begin at " + std::to_string(head.kept_from) +
                      "; they began at " + std::to_string(seen.kept_from));
    return head;
}

awaitable<result<checked_log>> check_log(storage::record_store& store, const audit_log_key& key,
                                         std::string team_id, log_head seen) {
    const auto signer = key.signer(team_id);
    if (!signer) co_return signer.error();
    auto stored = co_await store.find_audit_log(team_id);
    if (!stored) co_return stored.error();
    constexpr int attempts_max = 20;
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        auto outcome = co_await check_once(store, signer->verifier(), team_id, *stored, seen);
        if (outcome || outcome.error().kind != errc::corrupt) co_return outcome;
        // The mismatch may come from a write during the read; the head is then different.
        auto again = co_await store.find_audit_log(team_id);
        if (!again) co_return again.error();
        if (same(*stored, *again)) co_return outcome;
        stored = std::move(again);
    }
    co_return fail(errc::unavailable, "audit_log_busy",
                   "other instances write to the audit log too fast to check it; try again later");
}

}  // namespace tollgate::tenancy
