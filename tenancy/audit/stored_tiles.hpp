// The tiles of one log, read from the record store before hashes are computed from them.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/async.hpp"
#include "base/result.hpp"
#include "storage/record_store.hpp"
#include "tenancy/audit_log/tiles.hpp"

namespace tollgate::tenancy {

// Level and number of a tile.
using tile_name = std::pair<unsigned, std::uint64_t>;
// The hashes of tiles, 32 bytes each.
using tile_map = std::map<tile_name, std::string>;

// Not thread-safe. A tile is read once and kept.
class stored_tiles {
public:
    // A computation on hashes. It is first run with meaningless hashes, to learn which tiles are
    // needed; it must ask for the same hashes whatever their values are.
    using computation = std::function<void(const audit_log::hash_source& hash_at)>;

    // The store outlives this object.
    stored_tiles(storage::record_store& store, std::string team_id)
        : store_(store), team_id_(std::move(team_id)) {}

    // Reads the tiles that `what` needs in the tree of `size` entries. Fails with
    // errc::unavailable; a tile that is not stored is not a failure.
    base::awaitable<base::result<>> fetch(std::uint64_t size, computation what);

    // The hashes of the tree of `size` entries, from the tiles that were fetched. The source lives
    // as long as this object.
    audit_log::hash_source hashes(std::uint64_t size) const;

    // The first `width` hashes of a tile. Nothing if it was not fetched or has fewer.
    std::optional<std::string_view> content(tile_name name, unsigned width) const;

private:
    base::awaitable<base::result<>> fetch_one(tile_name name);

    storage::record_store& store_;
    std::string team_id_;
    tile_map tiles_;  // empty: not stored
};

}  // namespace tollgate::tenancy
