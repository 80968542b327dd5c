// How a log is stored (C2SP tlog-tiles): hashes in tiles of 256, entries in bundles of 256, and the
// paths of both.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "tenancy/audit_log/merkle.hpp"

namespace tollgate::tenancy::audit_log {

// The hashes of a full tile, and the entries of a full bundle (tlog-tiles, "Merkle Tree").
constexpr unsigned tile_width = 256;
// The levels of the tree that one level of tiles spans.
constexpr unsigned tile_height = 8;
// The largest tile level that a path may have (tlog-tiles, "Merkle Tree").
constexpr unsigned tile_level_max = 63;
// The longest entry: its length is written in 16 bits (tlog-tiles, "Log entries").
constexpr std::size_t entry_bytes_max = 65'535;

// Which part of a level a tile or bundle is. A width below tile_width makes it partial.
struct tile_place {
    std::uint64_t index = 0;
    unsigned width = tile_width;

    friend bool operator==(const tile_place&, const tile_place&) = default;
};

// A hash tile. Its hash number i is the complete subtree at level `level * 8`, index
// `place.index * 256 + i` of the tree.
struct hash_tile {
    unsigned level = 0;
    tile_place place;

    friend bool operator==(const hash_tile&, const hash_tile&) = default;
};

// The path of a hash tile, `tile/<L>/<N>[.p/<W>]` (tlog-tiles, "Merkle Tree", "Partial Tiles").
// Level, index and width must be those of a tile that a tree of size_max entries can have.
std::string path_of(const hash_tile& tile);

// The path of a bundle of entries, `tile/entries/<N>[.p/<W>]` (tlog-tiles, "Log entries").
std::string bundle_path(const tile_place& place);

// Returns the tile that `path` names, or nullopt unless `path` is exactly what path_of gives for
// it.
std::optional<hash_tile> tile_from_path(std::string_view path);

// Returns the bundle that `path` names, or nullopt unless `path` is exactly what bundle_path gives
// for it.
std::optional<tile_place> bundle_from_path(std::string_view path);

// How many hashes the tile has in the tree of `size` entries: 0 if there is no such tile,
// tile_width if it is full (tlog-tiles, "Partial Tiles"). Bundles are as wide as tiles of level 0.
unsigned width_in_tree(unsigned level, std::uint64_t index, std::uint64_t size);

// The content of a hash tile: its hashes, one after the other. Throws std::length_error unless
// there are 1 to 256.
std::string encode_tile(std::span<const digest> hashes);

// The hashes of a tile. Nothing unless `content` is exactly `width` hashes, 1 to 256.
std::optional<std::vector<digest>> decode_tile(std::string_view content, unsigned width);

// Reads the hashes of a tile of that level and place; nothing if it is not stored.
using tile_source = std::function<std::optional<std::vector<digest>>(const hash_tile&)>;

// A source of hashes for proofs, from the tiles of the tree of `size` entries. Hashes between the
// levels of tiles are computed. A tile of another width than requested counts as missing. Calls
// `read` once for each requested hash; `read` may cache tiles.
hash_source hashes_from_tiles(std::uint64_t size, tile_source read);

// The content of a bundle: each entry preceded by its length as a big-endian uint16 (tlog-tiles,
// "Log entries"). Fails with "entry_too_long" if an entry is longer than entry_bytes_max. Throws
// std::length_error unless there are 1 to 256 entries.
base::result<std::string> encode_bundle(std::span<const std::string> entries);

// The entries of a bundle. Nothing unless `content` is exactly `width` entries, 1 to 256.
std::optional<std::vector<std::string>> decode_bundle(std::string_view content, unsigned width);

}  // namespace tollgate::tenancy::audit_log
