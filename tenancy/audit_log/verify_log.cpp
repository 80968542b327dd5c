#include "tenancy/audit_log/verify_log.hpp"

#include <algorithm>
#include <map>

#include "base/crypto.hpp"
#include "tenancy/audit_log/anchor_notes.hpp"
#include "tenancy/audit_log/merkle.hpp"
#include "tenancy/audit_log/removal.hpp"
#include "tenancy/audit_log/tiles.hpp"

namespace tollgate::tenancy::audit_log {

namespace {

using base::errc;
using base::fail;
using base::result;

base::failure corrupt(const char* code, std::string sentence) {
    return fail(errc::corrupt, code, std::move(sentence));
}

std::string count(std::uint64_t number) {
    return std::to_string(number);
}

// The anchors of this log, by the size they cover.
struct known_anchors {
    std::multimap<std::uint64_t, checkpoint> by_size;
    std::uint64_t left_out = 0;  // incomplete notes
};

result<> add_anchor(known_anchors& to, std::string_view note, const verifier_key& key,
                    const checkpoint& head) {
    const auto opened = open_checkpoint(note, key, head.origin);
    if (!opened)
        return corrupt("bad_anchor",
                       "an anchor is not a checkpoint of this log: " + opened.error().message);
    if (opened->size > head.size)
        return corrupt("anchor_ahead", "an anchor covers " + count(opened->size) +
                                           " entries, and the log has only " + count(head.size) +
                                           ": entries were removed");
    to.by_size.emplace(opened->size, *opened);
    return {};
}

// True if a note claims to belong to another log.
bool is_of_another(std::string_view note, const checkpoint& head) {
    return note.substr(0, note.find('\n')) != head.origin;
}

// True if the write of the note was interrupted. Ignoring such a note hides nothing, because anyone
// who can change a file of anchors can also remove a note from it.
bool is_cut(std::string_view note, const verifier_key& key) {
    const auto opened = open_note(note, key);
    if (opened) return false;
    if (opened.error().code == "malformed_note") return true;
    constexpr std::size_t signature_characters = 92;  // base64 of the key id and the signature
    const std::string_view last = note.substr(0, note.find_last_not_of('\n') + 1);
    return last.size() - (last.rfind(' ') + 1) < signature_characters;
}

result<known_anchors> read_anchors(const std::vector<std::string>& anchors, const verifier_key& key,
                                   const checkpoint& head) {
    known_anchors out;
    for (const auto& text : anchors) {
        const auto notes = split_notes(text);
        const std::size_t before = out.by_size.size();
        for (const auto note : notes) {
            if (notes.size() > 1 && is_cut(note, key)) {
                ++out.left_out;
                continue;
            }
            if (notes.size() > 1 && is_of_another(note, head)) continue;
            const auto added = add_anchor(out, note, key, head);
            if (!added) return added.error();
        }
        if (out.by_size.size() == before)
            return corrupt("bad_anchor",
                           "a file of anchors has no checkpoint of this log, " + head.origin);
    }
    return out;
}

// The position where the kept entries begin, and the root of the entries before it. Without a
// statement, nothing was removed.
result<removal> read_removal(const file_source& read, const verifier_key& key,
                             const checkpoint& head) {
    const auto note = read("retention");
    if (!note) return removal{key.name, 0, empty_root()};
    auto opened = open_removal(*note, key, key.name);
    if (!opened)
        return corrupt("bad_removal", "the statement of removed entries does not verify: " +
                                          opened.error().message);
    if (opened->kept_from >= head.size)
        return corrupt("bad_removal", "the statement says that the kept entries begin at " +
                                          count(opened->kept_from) + ", and the log has only " +
                                          count(head.size));
    return opened;
}

// Compares the tiles of the export with the hashes computed from the entries. Holds one unfinished
// tile per level.
class tile_check {
public:
    tile_check(const file_source& read, std::uint64_t size) : read_(read), size_(size) {}

    // Adds a final hash. Returns nullopt, or the mismatch.
    std::optional<base::failure> add(const subtree& node) {
        if (node.level % tile_height != 0) return {};
        const unsigned level = node.level / tile_height;
        auto& hashes = open_[level];
        hashes.push_back(node.hash);
        if (hashes.size() < tile_width) return {};
        return compare(level, node.index / tile_width);
    }
    // The tiles at the right edge, which have fewer hashes.
    std::optional<base::failure> finish() {
        for (const auto& [level, hashes] : open_) {
            if (hashes.empty()) continue;
            const std::uint64_t index = size_ >> (tile_height * level) >> tile_height;
            if (auto why = compare(level, index)) return why;
        }
        return {};
    }

private:
    std::optional<base::failure> compare(unsigned level, std::uint64_t index) {
        auto hashes = std::exchange(open_[level], {});
        const auto width = static_cast<unsigned>(hashes.size());
        const std::string path = path_of({level, {index, width}});
        const auto content = read_(path);
        if (!content) return corrupt("missing_file", path + " is missing");
        if (*content != encode_tile(hashes))
            return corrupt("bad_tile", path + " has other hashes than the entries give");
        return {};
    }

    const file_source& read_;
    const std::uint64_t size_;
    std::map<unsigned, std::vector<digest>> open_;
};

class log_check {
public:
    log_check(const file_source& read, const checkpoint& head, const removal& removed,
              known_anchors anchors)
        : read_(read),
          head_(head),
          removed_(removed),
          anchors_(std::move(anchors.by_size)),
          left_out_(anchors.left_out),
          tiles_(read, head.size) {}

    result<log_report> run() {
        if (auto why = check_anchors()) return *why;  // an anchor of an empty log
        for (std::uint64_t first = 0; first < removed_.kept_from; first += tile_width)
            if (auto why = add_hashes(first)) return *why;
        if (tree_.root() != removed_.root)
            return corrupt("bad_removal",
                           "the hashes of the removed entries are not those that the statement "
                           "of their removal signs");
        for (std::uint64_t first = removed_.kept_from; first < head_.size; first += tile_width)
            if (auto why = add_bundle(first)) return *why;
        if (auto why = tiles_.finish()) return *why;
        if (tree_.root() != head_.root)
            return corrupt("wrong_root",
                           "the entries do not give the root that the checkpoint signs: an entry "
                           "was changed, removed, added or moved");
        const std::uint64_t anchored = anchors_.empty() ? 0 : anchors_.rbegin()->first;
        return log_report{head_, anchored, removed_.kept_from, left_out_};
    }

private:
    // Takes the leaf hashes of removed entries from their tile.
    std::optional<base::failure> add_hashes(std::uint64_t first) {
        const std::string path = path_of({0, {first / tile_width, tile_width}});
        const auto content = read_(path);
        if (!content) return corrupt("missing_file", path + " is missing");
        const auto leaves = decode_tile(*content, tile_width);
        if (!leaves) return corrupt("bad_tile", path + " does not hold 256 hashes");
        for (const auto& leaf : *leaves)
            if (auto why = add_leaf(leaf)) return why;
        return {};
    }

    std::optional<base::failure> add_leaf(const digest& leaf) {
        for (const auto& node : tree_.append(leaf))
            if (auto why = tiles_.add(node)) return why;
        return check_anchors();
    }

    std::optional<base::failure> add_bundle(std::uint64_t first) {
        const auto width =
            static_cast<unsigned>(std::min<std::uint64_t>(tile_width, head_.size - first));
        const std::string path = bundle_path({first / tile_width, width});
        const auto content = read_(path);
        if (!content) return corrupt("missing_file", path + " is missing");
        const auto entries = decode_bundle(*content, width);
        if (!entries)
            return corrupt("bad_bundle", path + " does not hold " + count(width) + " entries");
        for (const auto& entry : *entries)
            if (auto why = add_leaf(leaf_hash(entry))) return why;
        return {};
    }

    std::optional<base::failure> check_anchors() const {
        const auto [begin, end] = anchors_.equal_range(tree_.size());
        for (auto one = begin; one != end; ++one)
            if (one->second.root != tree_.root())
                return corrupt("anchor_differs",
                               "the first " + count(tree_.size()) +
                                   " entries are not those that an anchor covers");
        return {};
    }

    const file_source& read_;
    const checkpoint head_;
    const removal removed_;
    const std::multimap<std::uint64_t, checkpoint> anchors_;
    const std::uint64_t left_out_;
    frontier tree_;
    tile_check tiles_;
};

}  // namespace

result<log_report> verify_log(const file_source& read, const verifier_key& key,
                              const std::vector<std::string>& anchors) {
    const auto note = read("checkpoint");
    if (!note) return corrupt("missing_file", "the checkpoint is missing");
    const auto head = open_checkpoint(*note, key, key.name);
    if (!head)
        return corrupt("bad_checkpoint", "the checkpoint does not verify: " + head.error().message);
    auto covered = read_anchors(anchors, key, *head);
    if (!covered) return covered.error();
    const auto removed = read_removal(read, key, *head);
    if (!removed) return removed.error();
    return log_check{read, *head, *removed, std::move(*covered)}.run();
}

}  // namespace tollgate::tenancy::audit_log
