#include "tenancy/audit_log/tiles.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <set>
#include <stdexcept>

#include "tenancy/audit_log/fields.hpp"
#include "tenancy/audit_log/merkle.hpp"
#include "tenancy/audit_log/merkle_proof.hpp"

namespace audit_log_tiles_test {

using namespace tollgate;
using namespace tollgate::tenancy::audit_log;

namespace {

// The hashes of a log, as they come from a frontier: by level of tiles and index.
class stored_log {
public:
    explicit stored_log(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            for (const subtree& one : tree_.append(leaf_hash("entry " + std::to_string(i))))
                if (one.level % tile_height == 0)
                    levels_[one.level / tile_height].push_back(one.hash);
    }

    const frontier& tree() const { return tree_; }

    std::optional<std::vector<digest>> read(const hash_tile& tile) const {
        const auto level = levels_.find(tile.level);
        const std::uint64_t first = tile.place.index * tile_width;
        if (level == levels_.end() || first + tile.place.width > level->second.size()) return {};
        const auto begin = level->second.begin() + static_cast<std::ptrdiff_t>(first);
        return std::vector<digest>(begin, begin + tile.place.width);
    }

    tile_source source() const {
        return [this](const hash_tile& tile) { return read(tile); };
    }

private:
    frontier tree_;
    std::map<unsigned, std::vector<digest>> levels_;
};

digest root_of(const std::vector<std::string>& entries) {
    frontier tree;
    for (const std::string& entry : entries) tree.append(leaf_hash(entry));
    return tree.root();
}

// What may not stand behind "tile/0/" or "tile/entries/".
const std::vector<std::string> wrong_ends = {"",
                                             "0",
                                             "00",
                                             "0000",
                                             "1000",
                                             "x000",
                                             "x000/",
                                             "x000/000",
                                             "x001",
                                             "x001/",
                                             "x001/00",
                                             "x001/0000",
                                             "001/000",
                                             "x1/000",
                                             "x000/x001/000",
                                             "x001/x234/067/",
                                             "/000",
                                             "000/",
                                             "X001/000",
                                             "-01",
                                             "+01",
                                             " 00",
                                             "0x0",
                                             "00a",
                                             "x00a/000",
                                             "x001//000",
                                             "000.p",
                                             "000.p/",
                                             "000.p/0",
                                             "000.p/00",
                                             "000.p/01",
                                             "000.p/256",
                                             "000.p/1000",
                                             "000.p/-1",
                                             "000.p/1/",
                                             "000.p/1.p/1",
                                             "000.P/1",
                                             "000p/1",
                                             "../000",
                                             "..",
                                             "x..//000",
                                             "000\n",
                                             "000?x",
                                             "x036/x028/x797/x018/x963/968",
                                             "x001/x000/x000/x000/x000/x000/000",
                                             "x999/x999/x999/x999/x999/x999/x999/999"};
// What names neither a tile nor a bundle.
const std::vector<std::string> wrong_paths = {"",
                                              "tile",
                                              "tile/",
                                              "tile/0",
                                              "tile//000",
                                              "tile/00/000",
                                              "tile/01/000",
                                              "tile/64/000",
                                              "tile/-1/000",
                                              "tile/a/000",
                                              "/tile/0/000",
                                              "tile/0//000",
                                              "tiles/0/000",
                                              "tile/0000",
                                              "tile/entries",
                                              "tile/entries/",
                                              "tile/Entries/000",
                                              "checkpoint"};

}  // namespace

TEST_CASE("audit log: paths of tiles and bundles are those of tlog-tiles", "[tenancy][audit_log]") {
    const std::vector<std::pair<std::uint64_t, std::string>> indexes{
        {0, "000"},
        {5, "005"},
        {255, "255"},
        {256, "256"},
        {999, "999"},
        {1000, "x001/000"},
        {1'234'067, "x001/x234/067"},
        {1'000'000, "x001/x000/000"},
        {size_max / tile_width, "x036/x028/x797/x018/x963/967"}};
    for (const auto& [index, text] : indexes) {
        for (const unsigned width : {1U, 9U, 10U, 255U, 256U}) {
            const std::string end = width == 256 ? text : text + ".p/" + std::to_string(width);
            const tile_place place{index, width};
            CHECK(bundle_path(place) == "tile/entries/" + end);
            CHECK(bundle_from_path("tile/entries/" + end) == place);
            for (const unsigned level : {0U, 1U, 10U, 63U}) {
                const std::string path = "tile/" + std::to_string(level) + "/" + end;
                CHECK(path_of(hash_tile{level, place}) == path);
                CHECK(tile_from_path(path) == hash_tile{level, place});
            }
        }
    }
}

TEST_CASE("audit log: a path that is spelt otherwise is refused", "[tenancy][audit_log]") {
    for (const std::string& end : wrong_ends) {
        INFO(end);
        CHECK_FALSE(tile_from_path("tile/0/" + end));
        CHECK_FALSE(bundle_from_path("tile/entries/" + end));
    }
    for (const std::string& path : wrong_paths) {
        INFO(path);
        CHECK_FALSE(tile_from_path(path));
        CHECK_FALSE(bundle_from_path(path));
    }
    CHECK_FALSE(tile_from_path("tile/entries/000"));
    CHECK_FALSE(bundle_from_path("tile/0/000"));
    CHECK_FALSE(tile_from_path(std::string("tile/0/000\0", 11)));
}

TEST_CASE("audit log: whatever path is accepted is the only spelling of its place",
          "[tenancy][audit_log]") {
    std::mt19937 random{7};
    const std::string_view alphabet{"0129x/.p"};
    std::set<std::string> accepted;
    for (int round = 0; round < 200'000; ++round) {
        std::string path = random() % 2 == 0 ? "tile/1/" : "tile/entries/";
        for (auto left = random() % 14; left > 0; --left) path += alphabet[random() % 8];
        if (const auto tile = tile_from_path(path)) {
            REQUIRE(path_of(*tile) == path);
            accepted.insert(path);
        }
        if (const auto place = bundle_from_path(path)) {
            REQUIRE(bundle_path(*place) == path);
            accepted.insert(path);
        }
    }
    CHECK(accepted.size() > 100);
}

TEST_CASE("audit log: a tree of 70,000 entries has the tiles that tlog-tiles says",
          "[tenancy][audit_log]") {
    CHECK(width_in_tree(0, 272, 70'000) == 256);
    CHECK(width_in_tree(0, 273, 70'000) == 112);
    CHECK(width_in_tree(0, 274, 70'000) == 0);
    CHECK(width_in_tree(1, 0, 70'000) == 256);
    CHECK(width_in_tree(1, 1, 70'000) == 17);
    CHECK(width_in_tree(1, 2, 70'000) == 0);
    CHECK(width_in_tree(2, 0, 70'000) == 1);
    CHECK(width_in_tree(3, 0, 70'000) == 0);
    CHECK(width_in_tree(0, 0, 256) == 256);
    CHECK(width_in_tree(0, 1, 256) == 0);
    CHECK(width_in_tree(1, 0, 256) == 1);
    CHECK(width_in_tree(0, 0, 0) == 0);
    CHECK(width_in_tree(7, 0, size_max) == 127);
    CHECK(width_in_tree(63, 0, size_max) == 0);
    CHECK(width_in_tree(0, ~std::uint64_t{0}, size_max) == 0);
}

TEST_CASE("audit log: a tile is its hashes, and no other length is accepted",
          "[tenancy][audit_log]") {
    const stored_log log{256};
    for (const unsigned width : {1U, 2U, 255U, 256U}) {
        const auto hashes = log.read({0, {0, width}}).value();
        const std::string content = encode_tile(hashes);
        CHECK(content.size() == width * 32);
        CHECK(content.substr(0, 32) == base::as_view(hashes[0]));
        CHECK(decode_tile(content, width) == hashes);
        CHECK_FALSE(decode_tile(content, width - 1));
        CHECK_FALSE(decode_tile(content, width + 1));
        CHECK_FALSE(decode_tile(content.substr(1), width));
        CHECK_FALSE(decode_tile(content + '\0', width));
    }
    CHECK_FALSE(decode_tile("", 0));
    CHECK_FALSE(decode_tile(std::string(257 * 32, 'x'), 257));
    CHECK_THROWS_AS(encode_tile({}), std::length_error);
    CHECK_THROWS_AS(encode_tile(std::vector<digest>(257)), std::length_error);
}

TEST_CASE("audit log: proofs from tiles are verified, also across levels of tiles",
          "[tenancy][audit_log]") {
    const std::size_t largest = 66'100;  // 259 tiles of level 0, two of level 1, one of level 2
    const stored_log log{largest};
    for (const std::size_t size :
         {1UL, 2UL, 255UL, 256UL, 257UL, 511UL, 65'535UL, 65'536UL, 65'537UL, largest}) {
        const hash_source hash_at = hashes_from_tiles(size, log.source());
        const auto tree = frontier::load(size, hash_at);
        REQUIRE(tree);
        for (const std::size_t index : {0UL, size / 2, size - 1}) {
            const auto proof = inclusion_proof(index, size, hash_at);
            REQUIRE(proof);
            const digest leaf = leaf_hash("entry " + std::to_string(index));
            CHECK(verify_inclusion(*proof, leaf, index, size, tree->root()));
        }
        for (const std::size_t old_size : {1UL, size / 3 + 1, size}) {
            const auto proof = consistency_proof(old_size, size, hash_at);
            const auto old_tree = frontier::load(old_size, hash_at);
            REQUIRE((proof && old_tree));
            CHECK(verify_consistency(*proof, old_size, old_tree->root(), size, tree->root()));
        }
        // No hash of the larger tree shows through.
        CHECK_FALSE(hash_at(0, size));
        CHECK_FALSE(frontier::load(size + 1, hash_at));
    }
    const auto whole = frontier::load(largest, hashes_from_tiles(largest, log.source()));
    CHECK(whole->root() == log.tree().root());
}

TEST_CASE("audit log: a tile that is missing or too narrow gives no hash", "[tenancy][audit_log]") {
    const stored_log log{300};
    const hash_source absent =
        hashes_from_tiles(300, [](const hash_tile&) { return std::nullopt; });
    CHECK_FALSE(absent(0, 0));
    const hash_source narrow = hashes_from_tiles(300, [&](const hash_tile& tile) {
        auto hashes = log.read(tile);
        if (hashes) hashes->pop_back();
        return hashes;
    });
    CHECK_FALSE(narrow(0, 0));
    const hash_source hash_at = hashes_from_tiles(300, log.source());
    CHECK(hash_at(7, 1));
    CHECK(hash_at(8, 0));
    CHECK(hash_at(5, 8));
    CHECK_FALSE(hash_at(5, 9));
    CHECK_FALSE(hash_at(8, 1));
    CHECK_FALSE(hash_at(9, 0));
    CHECK_FALSE(hash_at(0, ~std::uint64_t{0}));
    CHECK_FALSE(hash_at(7, std::uint64_t{1} << 57U));  // 2^64 entries before it
    CHECK_FALSE(hash_at(500, 0));
}

TEST_CASE("audit log: a bundle is its entries behind their lengths", "[tenancy][audit_log]") {
    const std::vector<std::string> entries{"a", "", std::string(258, 'b'), std::string("\0\n", 2)};
    const std::string content = encode_bundle(entries).value();
    CHECK(content == std::string("\0\1a\0\0\1\2", 7) + entries[2] + std::string("\0\2\0\n", 4));
    CHECK(decode_bundle(content, 4) == entries);
    const std::vector<std::string> longest{std::string(65'535, 'x')};
    const std::string long_content = encode_bundle(longest).value();
    CHECK(long_content.substr(0, 2) == "\xFF\xFF");
    CHECK(decode_bundle(long_content, 1) == longest);
    const std::vector<std::string> too_long{"fits", std::string(65'536, 'x')};
    CHECK(encode_bundle(too_long).error().code == "entry_too_long");
    CHECK_THROWS_AS(encode_bundle({}), std::length_error);
    CHECK_THROWS_AS(encode_bundle(std::vector<std::string>(257)), std::length_error);
    CHECK(decode_bundle(encode_bundle(std::vector<std::string>(256)).value(), 256)->size() == 256);
}

TEST_CASE("audit log: a bundle with another width, a missing or an extra byte is refused",
          "[tenancy][audit_log]") {
    const std::vector<std::string> entries{"first", "second", "", "fourth"};
    const std::string content = encode_bundle(entries).value();
    CHECK_FALSE(decode_bundle(content, 0));
    CHECK_FALSE(decode_bundle(content, 3));
    CHECK_FALSE(decode_bundle(content, 5));
    CHECK_FALSE(decode_bundle(content, 257));
    for (std::size_t length = 0; length < content.size(); ++length)
        CHECK_FALSE(decode_bundle(content.substr(0, length), 4));
    for (const char more : {'\0', 'x'}) CHECK_FALSE(decode_bundle(content + more, 4));
}

TEST_CASE("audit log: a changed byte of a bundle breaks its form or changes the root",
          "[tenancy][audit_log]") {
    std::vector<std::string> entries;
    for (int i = 0; i < 12; ++i) entries.push_back(std::string(static_cast<std::size_t>(i), 'e'));
    const std::string content = encode_bundle(entries).value();
    const digest root = root_of(entries);
    std::size_t broken = 0;
    for (std::size_t at = 0; at < content.size(); ++at) {
        for (int value = 0; value < 256; ++value) {
            std::string changed = content;
            changed[at] = static_cast<char>(value);
            if (changed == content) continue;
            const auto decoded = decode_bundle(changed, 12);
            broken += decoded ? 0U : 1U;
            if (decoded && root_of(*decoded) == root) FAIL("byte " << at << " may be " << value);
        }
    }
    CHECK(broken > 12UL * 255);  // the first byte of every length, at least
}

}  // namespace audit_log_tiles_test
