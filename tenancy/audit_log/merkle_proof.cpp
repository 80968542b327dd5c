#include "tenancy/audit_log/merkle_proof.hpp"

#include <bit>

#include "tenancy/audit_log/fields.hpp"

namespace tollgate::tenancy::audit_log {

namespace {

// Entries [first, last) of a tree: one of the ranges that RFC 6962 splits a tree into, so that
// `first` is a multiple of every power of two in the range's size.
struct range {
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    std::uint64_t size() const { return last - first; }
    // The largest power of two below the size: k of RFC 6962 §2.1.
    std::uint64_t split() const { return first + std::bit_floor(size() - 1); }
    range left() const { return {first, split()}; }
    range right() const { return {split(), last}; }
};

// The root of a range. The complete subtrees in it are stored, the rest is computed.
std::optional<digest> range_hash(range entries, const hash_source& hash_at) {
    std::vector<digest> lefts;
    while (!std::has_single_bit(entries.size())) {
        const range left = entries.left();
        const auto level = static_cast<unsigned>(std::countr_zero(left.size()));
        const auto hash = hash_at(level, left.first >> level);
        if (!hash) return {};
        lefts.push_back(*hash);
        entries = entries.right();
    }
    const auto level = static_cast<unsigned>(std::countr_zero(entries.size()));
    auto hash = hash_at(level, entries.first >> level);
    while (hash && !lefts.empty()) {
        hash = node_hash(lefts.back(), *hash);
        lefts.pop_back();
    }
    return hash;
}

// The roots of `ranges`, the last one first: a walk down the tree finds a proof in reverse.
std::optional<std::vector<digest>> hashes_of(const std::vector<range>& ranges,
                                             const hash_source& hash_at) {
    std::vector<digest> hashes;
    for (auto entries = ranges.rbegin(); entries != ranges.rend(); ++entries) {
        const auto hash = range_hash(*entries, hash_at);
        if (!hash) return {};
        hashes.push_back(*hash);
    }
    return hashes;
}

// The way from a node up to the root, through the siblings that are in a proof: "fn" and "sn" of
// RFC 9162 §2.1.3.2 and §2.1.4.2.
class climb {
public:
    // `node` and `last` are positions on one level: of the node to begin with, and of the last one.
    climb(std::uint64_t node, std::uint64_t last) : node_(node), last_(last) {}

    bool at_root() const { return last_ == 0; }

    // Goes up past the next sibling. True if that sibling is on the left. Call it below the root
    // only.
    bool sibling_is_left() {
        const bool left = (node_ & 1U) != 0 || node_ == last_;
        // The last node of a level has no sibling while its position is even.
        const auto levels = left ? static_cast<unsigned>(std::countr_zero(node_)) + 1U : 1U;
        node_ >>= levels;
        last_ >>= levels;
        return left;
    }

private:
    std::uint64_t node_;
    std::uint64_t last_;
};

}  // namespace

std::optional<std::vector<digest>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                                   const hash_source& hash_at) {
    if (index >= size || size > size_max) return {};
    std::vector<range> siblings;
    range at{0, size};
    while (at.size() > 1) {
        const bool is_left = index < at.split();
        siblings.push_back(is_left ? at.right() : at.left());
        at = is_left ? at.left() : at.right();
    }
    return hashes_of(siblings, hash_at);
}

bool verify_inclusion(std::span<const digest> proof, const digest& leaf, std::uint64_t index,
                      std::uint64_t size, const digest& root) {
    if (index >= size || size > size_max) return false;
    climb way{index, size - 1};
    digest hash = leaf;
    for (const digest& sibling : proof) {
        if (way.at_root()) return false;
        hash = way.sibling_is_left() ? node_hash(sibling, hash) : node_hash(hash, sibling);
    }
    return way.at_root() && hash == root;
}

std::optional<std::vector<digest>> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                                     const hash_source& hash_at) {
    if (old_size > size || size > size_max) return {};
    if (old_size == 0 || old_size == size) return std::vector<digest>{};
    std::vector<range> ranges;
    range at{0, size};
    while (at.last != old_size) {
        const bool is_left = old_size <= at.split();
        ranges.push_back(is_left ? at.right() : at.left());
        at = is_left ? at.left() : at.right();
    }
    // The verifier has the old root. It needs this subtree's only if the old tree has more.
    if (at.first != 0) ranges.push_back(at);
    return hashes_of(ranges, hash_at);
}

bool verify_consistency(std::span<const digest> proof, std::uint64_t old_size,
                        const digest& old_root, std::uint64_t size, const digest& root) {
    if (old_size > size || size > size_max) return false;
    if (old_size == size) return proof.empty() && old_root == root;
    if (old_size == 0) return proof.empty() && old_root == empty_root();
    // Both computations begin with the last complete subtree of the old tree. If that is not the
    // whole old tree, its hash is the first of the proof.
    const auto level = static_cast<unsigned>(std::countr_zero(old_size));
    digest old_hash = old_root;
    if (!std::has_single_bit(old_size)) {
        if (proof.empty()) return false;
        old_hash = proof.front();
        proof = proof.subspan(1);
    }
    digest hash = old_hash;
    climb way{(old_size - 1) >> level, (size - 1) >> level};
    for (const digest& sibling : proof) {
        if (way.at_root()) return false;
        if (way.sibling_is_left()) {
            old_hash = node_hash(sibling, old_hash);
            hash = node_hash(sibling, hash);
        } else {
            hash = node_hash(hash, sibling);
        }
    }
    return way.at_root() && old_hash == old_root && hash == root;
}

}  // namespace tollgate::tenancy::audit_log
