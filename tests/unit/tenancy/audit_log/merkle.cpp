#include "tenancy/audit_log/merkle.hpp"

#include <catch2/catch.hpp>

#include <bit>
#include <map>
#include <random>
#include <stdexcept>

#include "tenancy/audit_log/fields.hpp"
#include "tenancy/audit_log/merkle_proof.hpp"

namespace audit_log_merkle_test {

using namespace tollgate;
using namespace tollgate::tenancy::audit_log;

namespace {

using path = std::vector<digest>;

std::string hex_of(const digest& hash) {
    return base::hex(base::as_view(hash));
}

// The definitions of RFC 6962 §2.1, §2.1.1 and §2.1.2, word by word, on a list of entries.
class naive_tree {
public:
    explicit naive_tree(std::vector<std::string> entries) : entries_(std::move(entries)) {}

    // MTH(D[first:last])
    digest root(std::size_t first, std::size_t last) const {
        if (first == last) return base::sha256("");
        const auto known = roots_.find({first, last});
        if (known != roots_.end()) return known->second;
        const std::size_t k = first + split(last - first);
        const digest hash = last - first == 1
                                ? base::sha256(std::string(1, '\0') + entries_[first])
                                : base::sha256("\x01" + std::string{base::as_view(root(first, k))} +
                                               std::string{base::as_view(root(k, last))});
        roots_[{first, last}] = hash;
        return hash;
    }

    // PATH(m, D[first:last])
    path inclusion(std::size_t m, std::size_t first, std::size_t last) const {
        if (last - first == 1) return {};
        const std::size_t k = split(last - first);
        path out = m < k ? inclusion(m, first, first + k) : inclusion(m - k, first + k, last);
        out.push_back(m < k ? root(first + k, last) : root(first, first + k));
        return out;
    }

    // SUBPROOF(m, D[first:last], whole)
    path consistency(std::size_t m, std::size_t first, std::size_t last, bool whole = true) const {
        if (m == last - first) return whole ? path{} : path{root(first, last)};
        const std::size_t k = split(last - first);
        path out = m <= k ? consistency(m, first, first + k, whole)
                          : consistency(m - k, first + k, last, false);
        out.push_back(m <= k ? root(first + k, last) : root(first, first + k));
        return out;
    }

    hash_source hashes() const {
        return [this](unsigned level, std::uint64_t index) -> std::optional<digest> {
            const std::uint64_t first = index << level;
            const std::uint64_t last = first + (std::uint64_t{1} << level);
            if (last > entries_.size()) return {};
            return root(first, last);
        };
    }

private:
    static std::size_t split(std::size_t size) { return size < 2 ? 0 : std::bit_floor(size - 1); }

    std::vector<std::string> entries_;
    mutable std::map<std::pair<std::size_t, std::size_t>, digest> roots_;
};

naive_tree numbered(std::size_t count) {
    std::vector<std::string> entries;
    for (std::size_t i = 0; i < count; ++i) entries.push_back("entry " + std::to_string(i));
    return naive_tree{entries};
}

// The eight entries of Certificate Transparency's own tests, and the roots of their first n.
const std::vector<std::string> ct_entries{"",
                                          "00",
                                          "10",
                                          "2021",
                                          "3031",
                                          "40414243",
                                          "5051525354555657",
                                          "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> ct_roots{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

constexpr std::size_t sizes = 130;

}  // namespace

TEST_CASE("audit log: the published tree of eight entries has its roots and proofs",
          "[tenancy][audit_log]") {
    std::vector<std::string> entries;
    std::map<std::pair<unsigned, std::uint64_t>, digest> stored;
    frontier tree;
    CHECK(hex_of(tree.root()) == ct_roots[0]);
    for (const std::string& entry : ct_entries) {
        for (const subtree& one : tree.append(leaf_hash(base::from_hex(entry).value())))
            stored[{one.level, one.index}] = one.hash;
        CHECK(hex_of(tree.root()) == ct_roots[tree.size()]);
    }
    const hash_source hash_at = [&](unsigned level, std::uint64_t index) {
        const auto found = stored.find({level, index});
        return found == stored.end() ? std::optional<digest>{} : found->second;
    };
    const auto hexes = [](const std::optional<path>& proof) {
        std::vector<std::string> out;
        for (const digest& hash : proof.value()) out.push_back(hex_of(hash));
        return out;
    };
    const std::vector<std::string> of_first{
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"};
    CHECK(hexes(inclusion_proof(0, 8, hash_at)) == of_first);
    CHECK(hexes(consistency_proof(1, 8, hash_at)) == of_first);
    CHECK(hexes(inclusion_proof(5, 8, hash_at)) ==
          std::vector<std::string>{
              "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
              "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", ct_roots[4]});
    CHECK(hexes(consistency_proof(6, 8, hash_at)) ==
          std::vector<std::string>{
              "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
              "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", ct_roots[4]});
    CHECK(hexes(consistency_proof(2, 5, hash_at)) ==
          std::vector<std::string>{
              "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
              "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"});
}

TEST_CASE("audit log: a frontier has the naive root, reports each subtree once, and loads again",
          "[tenancy][audit_log]") {
    const naive_tree naive = numbered(sizes);
    const hash_source hash_at = naive.hashes();
    frontier tree;
    std::map<std::pair<unsigned, std::uint64_t>, digest> reported;
    for (std::size_t size = 0; size <= sizes; ++size) {
        CHECK(tree.size() == size);
        CHECK(tree.root() == naive.root(0, size));
        auto loaded = frontier::load(size, hash_at);
        REQUIRE(loaded);
        CHECK(loaded->root() == tree.root());
        if (size == sizes) break;
        const digest leaf = leaf_hash("entry " + std::to_string(size));
        const auto completed = tree.append(leaf);
        CHECK(loaded->append(leaf) == completed);
        for (const subtree& one : completed) {
            CHECK(one.hash == hash_at(one.level, one.index));
            CHECK(reported.emplace(std::pair{one.level, one.index}, one.hash).second);
        }
    }
    std::size_t complete = 0;
    for (unsigned level = 0; level < 8; ++level) complete += sizes >> level;
    CHECK(reported.size() == complete);
}

TEST_CASE("audit log: a frontier does not load from missing hashes or beyond the largest size",
          "[tenancy][audit_log]") {
    const naive_tree naive = numbered(6);
    const hash_source hash_at = naive.hashes();
    CHECK(frontier::load(6, hash_at));
    CHECK_FALSE(frontier::load(7, hash_at));
    const hash_source any = [](unsigned, std::uint64_t) { return digest{}; };
    CHECK_FALSE(frontier::load(size_max + 1, any));
    auto full = frontier::load(size_max, any);
    REQUIRE(full);
    CHECK_THROWS_AS(full->append(digest{}), std::length_error);
    CHECK(full->size() == size_max);
}

TEST_CASE("audit log: inclusion proofs are RFC 6962's, and prove one entry at one index",
          "[tenancy][audit_log]") {
    const naive_tree naive = numbered(sizes);
    const hash_source hash_at = naive.hashes();
    for (std::size_t size = 1; size <= sizes; ++size) {
        const digest root = naive.root(0, size);
        for (std::size_t index = 0; index < size; ++index) {
            const auto proof = inclusion_proof(index, size, hash_at);
            REQUIRE(proof);
            REQUIRE(*proof == naive.inclusion(index, 0, size));
            const digest leaf = naive.root(index, index + 1);
            REQUIRE(verify_inclusion(*proof, leaf, index, size, root));
            REQUIRE_FALSE(verify_inclusion(*proof, leaf, index ^ 1U, size, root));
            // A node above the leaves is no entry, not even the root.
            REQUIRE(verify_inclusion({}, root, index, size, root) == (size == 1));
            path changed = *proof;
            changed.push_back(leaf);
            REQUIRE_FALSE(verify_inclusion(changed, leaf, index, size, root));
            if (proof->empty()) continue;
            const std::span<const digest> whole{*proof};
            REQUIRE_FALSE(
                verify_inclusion(whole.first(proof->size() - 1), leaf, index, size, root));
            REQUIRE_FALSE(verify_inclusion(whole.subspan(1), leaf, index, size, root));
        }
    }
}

TEST_CASE("audit log: consistency proofs are RFC 6962's, and prove one old root",
          "[tenancy][audit_log]") {
    const naive_tree naive = numbered(sizes);
    const hash_source hash_at = naive.hashes();
    for (std::size_t size = 1; size <= sizes; ++size) {
        const digest root = naive.root(0, size);
        for (std::size_t old_size = 1; old_size <= size; ++old_size) {
            const digest old_root = naive.root(0, old_size);
            const auto proof = consistency_proof(old_size, size, hash_at);
            REQUIRE(proof);
            REQUIRE(*proof == naive.consistency(old_size, 0, size));
            REQUIRE(verify_consistency(*proof, old_size, old_root, size, root));
            REQUIRE_FALSE(verify_consistency(*proof, old_size, leaf_hash("x"), size, root));
            REQUIRE(verify_consistency({}, old_size, root, size, root) == (old_size == size));
            REQUIRE_FALSE(verify_consistency(*proof, old_size, old_root, size, leaf_hash("x")));
            path changed = *proof;
            changed.push_back(root);
            REQUIRE_FALSE(verify_consistency(changed, old_size, old_root, size, root));
            if (proof->empty()) continue;
            const std::span<const digest> whole{*proof};
            const auto shorter = whole.first(proof->size() - 1);
            REQUIRE_FALSE(verify_consistency(shorter, old_size, old_root, size, root));
            REQUIRE_FALSE(verify_consistency({}, old_size, old_root, size, root));
        }
    }
}

TEST_CASE("audit log: a proof with one changed byte verifies nothing", "[tenancy][audit_log]") {
    const naive_tree naive = numbered(sizes);
    const hash_source hash_at = naive.hashes();
    for (const std::size_t size : {2U, 3U, 7U, 64U, 100U, 130U}) {
        const digest root = naive.root(0, size);
        const std::size_t at = size * 2 / 3;
        const digest leaf = naive.root(at, at + 1);
        path included = inclusion_proof(at, size, hash_at).value();
        for (digest& hash : included) {
            for (unsigned char& byte : hash) {
                byte ^= 0x40U;
                REQUIRE_FALSE(verify_inclusion(included, leaf, at, size, root));
                byte ^= 0x40U;
            }
        }
        path consistent = consistency_proof(at, size, hash_at).value();
        for (digest& hash : consistent) {
            for (unsigned char& byte : hash) {
                byte ^= 0x01U;
                REQUIRE_FALSE(verify_consistency(consistent, at, naive.root(0, at), size, root));
                byte ^= 0x01U;
            }
        }
    }
}

TEST_CASE("audit log: sizes and indexes out of range have no proof and verify nothing",
          "[tenancy][audit_log]") {
    const naive_tree naive = numbered(8);
    const hash_source hash_at = naive.hashes();
    const hash_source none = [](unsigned, std::uint64_t) { return std::optional<digest>{}; };
    const hash_source any = [](unsigned, std::uint64_t) { return digest{}; };
    CHECK_FALSE(inclusion_proof(0, 0, hash_at));
    CHECK_FALSE(inclusion_proof(8, 8, hash_at));
    CHECK_FALSE(inclusion_proof(0, 9, hash_at));
    CHECK_FALSE(inclusion_proof(0, 2, none));
    CHECK_FALSE(inclusion_proof(0, size_max + 1, any));
    CHECK(inclusion_proof(size_max - 1, size_max, any)->size() == 62);
    CHECK(inclusion_proof(0, size_max, any)->size() == 63);
    CHECK_FALSE(consistency_proof(6, 5, hash_at));
    CHECK_FALSE(consistency_proof(5, 9, hash_at));
    CHECK_FALSE(consistency_proof(1, size_max + 1, any));
    CHECK_FALSE(verify_inclusion({}, digest{}, 0, 0, empty_root()));
    CHECK_FALSE(verify_inclusion({}, digest{}, 1, 1, digest{}));
    CHECK_FALSE(verify_inclusion({}, digest{}, 0, ~std::uint64_t{0}, digest{}));
    CHECK_FALSE(verify_consistency({}, 2, digest{}, 1, digest{}));
    CHECK_FALSE(verify_consistency({}, ~std::uint64_t{0}, digest{}, ~std::uint64_t{0}, digest{}));

    // A tree without entries is the beginning of every tree.
    CHECK(consistency_proof(0, 8, hash_at) == path{});
    CHECK(verify_consistency({}, 0, empty_root(), 8, naive.root(0, 8)));
    CHECK_FALSE(verify_consistency({}, 0, digest{}, 8, naive.root(0, 8)));
    CHECK_FALSE(verify_consistency(path{digest{}}, 0, empty_root(), 8, naive.root(0, 8)));
    CHECK(verify_consistency({}, 0, empty_root(), 0, empty_root()));
}

TEST_CASE("audit log: random proofs neither verify nor run past their end",
          "[tenancy][audit_log]") {
    std::mt19937_64 random{20260101};
    for (int round = 0; round < 20'000; ++round) {
        path proof(random() % 66);
        for (digest& hash : proof) hash[0] = static_cast<unsigned char>(random());
        const std::uint64_t size = random() >> (random() % 64);
        const std::uint64_t smaller = random() >> (random() % 64);
        CHECK_FALSE(verify_inclusion(proof, digest{}, smaller, size, empty_root()));
        CHECK_FALSE(verify_consistency(proof, smaller, digest{}, size, empty_root()));
    }
}

}  // namespace audit_log_merkle_test
