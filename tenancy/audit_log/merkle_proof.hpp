// Proofs on a Merkle tree: that an entry is in it, and that it extends an older tree. Made from
// stored hashes as RFC 6962 §2.1.1 and §2.1.2 define them, checked by the algorithms of RFC 9162
// §2.1.3.2 and §2.1.4.2.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "tenancy/audit_log/merkle.hpp"

namespace tollgate::tenancy::audit_log {

// The hashes that lead from entry `index` to the root of the tree of the first `size` entries: the
// leaf's sibling first (RFC 6962 §2.1.1). Nothing if `index` is not below `size`, `size` is above
// size_max, or `hash_at` lacks a hash.
std::optional<std::vector<digest>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                                   const hash_source& hash_at);

// True if `proof` shows that `leaf` is the leaf hash of entry `index` in the tree of `size` entries
// with that root (RFC 9162 §2.1.3.2).
bool verify_inclusion(std::span<const digest> proof, const digest& leaf, std::uint64_t index,
                      std::uint64_t size, const digest& root);

// The hashes that show that the tree of `old_size` entries is the beginning of the tree of `size`
// entries (RFC 6962 §2.1.2). Empty if both sizes are equal, and for an old tree without entries,
// which is the beginning of every tree. Nothing if `old_size` is above `size`, `size` is above
// size_max, or `hash_at` lacks a hash.
std::optional<std::vector<digest>> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                                     const hash_source& hash_at);

// True if `proof` shows that the tree of `old_size` entries with `old_root` is the beginning of the
// tree of `size` entries with `root` (RFC 9162 §2.1.4.2). For an old tree without entries, `proof`
// must be empty and `old_root` must be empty_root().
bool verify_consistency(std::span<const digest> proof, std::uint64_t old_size,
                        const digest& old_root, std::uint64_t size, const digest& root);

}  // namespace tollgate::tenancy::audit_log
