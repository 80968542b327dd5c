#include "tenancy/audit/stored_tiles.hpp"

#include <set>
#include <vector>

namespace tollgate::tenancy {

using audit_log::digest;
using audit_log::hash_tile;
using base::awaitable;
using base::result;

awaitable<result<>> stored_tiles::fetch(std::uint64_t size, computation what) {
    std::set<tile_name> needed;
    const auto note = [&needed](const hash_tile& tile) {
        needed.emplace(tile.level, tile.place.index);
        return std::optional{std::vector<digest>(tile.place.width)};
    };
    what(audit_log::hashes_from_tiles(size, note));
    for (const tile_name& name : needed) {
        auto fetched = co_await fetch_one(name);
        if (!fetched) co_return fetched;
    }
    co_return result<>{};
}

awaitable<result<>> stored_tiles::fetch_one(tile_name name) {
    if (tiles_.contains(name)) co_return result<>{};
    auto found = co_await store_.find_audit_tile(team_id_, static_cast<std::int64_t>(name.first),
                                                 static_cast<std::int64_t>(name.second));
    if (!found) co_return found.error();
    tiles_[name] = std::move(*found).value_or(std::string{});
    co_return result<>{};
}

audit_log::hash_source stored_tiles::hashes(std::uint64_t size) const {
    return audit_log::hashes_from_tiles(
        size, [this](const hash_tile& tile) -> std::optional<std::vector<digest>> {
            const auto stored = content({tile.level, tile.place.index}, tile.place.width);
            if (!stored) return {};
            return audit_log::decode_tile(*stored, tile.place.width);
        });
}

std::optional<std::string_view> stored_tiles::content(tile_name name, unsigned width) const {
    const std::size_t bytes = width * sizeof(digest);
    const auto found = tiles_.find(name);
    if (found == tiles_.end() || found->second.size() < bytes) return {};
    return std::string_view{found->second}.substr(0, bytes);
}

}  // namespace tollgate::tenancy
