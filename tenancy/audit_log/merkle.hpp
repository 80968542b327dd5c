// Merkle trees over log entries, with SHA-256 (RFC 6962 §2.1): the hashes, and a tree that grows.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"

namespace tollgate::tenancy::audit_log {

using base::digest;

// The hash of one entry, as a leaf: SHA-256(0x00 || entry) (RFC 6962 §2.1).
digest leaf_hash(std::string_view entry);

// The hash of an interior node: SHA-256(0x01 || left || right) (RFC 6962 §2.1).
digest node_hash(const digest& left, const digest& right);

// The root of a tree without entries: SHA-256("") (RFC 6962 §2.1).
digest empty_root();

// A complete subtree: the root of the entries [index * 2^level, (index + 1) * 2^level). Level 0 is
// a leaf.
struct subtree {
    unsigned level = 0;
    std::uint64_t index = 0;
    digest hash{};

    friend bool operator==(const subtree&, const subtree&) = default;
};

// Where stored hashes come from: the hash of the complete subtree at a level and index, or nothing
// if it is not stored.
using hash_source = std::function<std::optional<digest>(unsigned level, std::uint64_t index)>;

// The roots of the complete subtrees that a tree of a given size consists of: at most 63 hashes,
// which are enough to append to the tree and to compute its root.
class frontier {
public:
    // A tree without entries.
    frontier() = default;

    // The tree of the first `size` entries, from stored hashes. Nothing if `hash_at` lacks one of
    // them, or `size` is above size_max.
    static std::optional<frontier> load(std::uint64_t size, const hash_source& hash_at);

    std::uint64_t size() const noexcept { return size_; }

    // Appends one entry by its leaf hash. Returns the subtrees that this entry completes, from the
    // leaf itself upwards: exactly the hashes that were not final before. Throws std::length_error
    // if the tree has size_max entries.
    std::vector<subtree> append(const digest& leaf);

    // The root of the tree (RFC 6962 §2.1), empty_root() if it has no entries.
    digest root() const;

private:
    std::uint64_t size_ = 0;
    std::vector<digest> hashes_;  // the largest subtree first: one for each 1 bit of size_
};

}  // namespace tollgate::tenancy::audit_log
