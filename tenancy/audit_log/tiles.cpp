#include "tenancy/audit_log/tiles.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "tenancy/audit_log/fields.hpp"

namespace tollgate::tenancy::audit_log {

namespace {

constexpr std::string_view tiles_folder = "tile/";
constexpr std::string_view bundles_folder = "tile/entries/";
constexpr std::string_view partial_mark = ".p/";
// An index has groups of three digits; all but the last begin with an 'x'.
constexpr std::uint64_t group_values = 1000;
constexpr std::size_t group_digits = 3;
constexpr std::uint64_t index_max = size_max / tile_width;

void check_width(std::size_t width) {
    if (width == 0 || width > tile_width)
        throw std::length_error("a tile or bundle has 1 to 256 parts");
}

std::string place_text(const tile_place& place) {
    std::string text;
    std::uint64_t rest = place.index;
    do {
        const std::string digits = std::to_string(group_values + rest % group_values).substr(1);
        text.insert(0, text.empty() ? digits : "x" + digits + "/");
        rest /= group_values;
    } while (rest != 0);
    if (place.width != tile_width) text.append(partial_mark).append(std::to_string(place.width));
    return text;
}

// The value of a group's three digits. They are read with a '1' in front, so that leading zeros
// count.
std::optional<std::uint64_t> group_value(std::string_view digits) {
    if (digits.size() != group_digits) return {};
    const auto value = parse_decimal("1" + std::string{digits});
    if (!value) return {};
    return *value - group_values;
}

// `index` with another group of digits appended; nullopt if the result is above index_max.
std::optional<std::uint64_t> with_group(std::uint64_t index, std::string_view digits) {
    const auto value = group_value(digits);
    if (!value || index > (index_max - *value) / group_values) return {};
    return index * group_values + *value;
}

std::optional<std::uint64_t> parse_index(std::string_view text) {
    std::uint64_t index = 0;
    while (text.starts_with('x')) {
        const auto longer = with_group(index, text.substr(1, group_digits));
        // A first group of zeros is never written.
        if (!longer || *longer == 0) return {};
        index = *longer;
        text.remove_prefix(group_digits + 1);
        if (!text.starts_with('/')) return {};
        text.remove_prefix(1);
    }
    return with_group(index, text);
}

std::optional<tile_place> parse_place(std::string_view text) {
    tile_place place;
    if (const auto mark = text.find(partial_mark); mark != std::string_view::npos) {
        const auto width = parse_decimal(text.substr(mark + partial_mark.size()), tile_width - 1);
        if (!width || *width == 0) return {};
        place.width = static_cast<unsigned>(*width);
        text = text.substr(0, mark);
    }
    const auto index = parse_index(text);
    if (!index) return {};
    place.index = *index;
    return place;
}

}  // namespace

std::string path_of(const hash_tile& tile) {
    return std::string{tiles_folder} + std::to_string(tile.level) + "/" + place_text(tile.place);
}

std::string bundle_path(const tile_place& place) {
    return std::string{bundles_folder} + place_text(place);
}

std::optional<hash_tile> tile_from_path(std::string_view path) {
    if (!path.starts_with(tiles_folder)) return {};
    path.remove_prefix(tiles_folder.size());
    const auto slash = path.find('/');
    if (slash == std::string_view::npos) return {};
    const auto level = parse_decimal(path.substr(0, slash), tile_level_max);
    const auto place = parse_place(path.substr(slash + 1));
    if (!level || !place) return {};
    return hash_tile{static_cast<unsigned>(*level), *place};
}

std::optional<tile_place> bundle_from_path(std::string_view path) {
    if (!path.starts_with(bundles_folder)) return {};
    return parse_place(path.substr(bundles_folder.size()));
}

unsigned width_in_tree(unsigned level, std::uint64_t index, std::uint64_t size) {
    const unsigned shift = level * tile_height;
    const std::uint64_t hashes = shift < 64 ? size >> shift : 0;
    if (index > hashes / tile_width) return 0;
    return static_cast<unsigned>(std::min<std::uint64_t>(hashes - index * tile_width, tile_width));
}

std::string encode_tile(std::span<const digest> hashes) {
    check_width(hashes.size());
    std::string content;
    for (const digest& hash : hashes) content += base::as_view(hash);
    return content;
}

std::optional<std::vector<digest>> decode_tile(std::string_view content, unsigned width) {
    if (width == 0 || width > tile_width || content.size() != width * sizeof(digest)) return {};
    std::vector<digest> hashes(width);
    for (digest& hash : hashes) {
        std::ranges::copy(content.substr(0, hash.size()), hash.begin());
        content.remove_prefix(hash.size());
    }
    return hashes;
}

hash_source hashes_from_tiles(std::uint64_t size, tile_source read) {
    return [size, read = std::move(read)](unsigned level,
                                          std::uint64_t index) -> std::optional<digest> {
        // The subtree is `count` neighbouring hashes of one tile.
        const unsigned tile_level = level / tile_height;
        const std::uint64_t count = std::uint64_t{1} << (level % tile_height);
        if (index > size_max / count) return {};
        const std::uint64_t first = index * count % tile_width;
        hash_tile tile{tile_level, {index * count / tile_width, 0}};
        tile.place.width = width_in_tree(tile_level, tile.place.index, size);
        if (first + count > tile.place.width) return {};
        const auto hashes = read(tile);
        if (!hashes || hashes->size() != tile.place.width) return {};
        frontier combined;
        for (const digest& hash : std::span{*hashes}.subspan(first, count)) combined.append(hash);
        return combined.root();
    };
}

base::result<std::string> encode_bundle(std::span<const std::string> entries) {
    check_width(entries.size());
    std::string content;
    for (const std::string& entry : entries) {
        if (entry.size() > entry_bytes_max)
            return base::invalid("entry_too_long", "An entry of the audit log has " +
                                                       std::to_string(entry.size()) +
                                                       " bytes; 65535 are allowed.");
        content += static_cast<char>(entry.size() >> 8U);
        content += static_cast<char>(entry.size() & 0xFFU);
        content += entry;
    }
    return content;
}

std::optional<std::vector<std::string>> decode_bundle(std::string_view content, unsigned width) {
    if (width == 0 || width > tile_width) return {};
    std::vector<std::string> entries;
    while (entries.size() < width) {
        if (content.size() < 2) return {};
        const auto length = static_cast<std::size_t>(static_cast<unsigned char>(content[0])) << 8U |
                            static_cast<unsigned char>(content[1]);
        content.remove_prefix(2);
        if (content.size() < length) return {};
        entries.emplace_back(content.substr(0, length));
        content.remove_prefix(length);
    }
    if (!content.empty()) return {};
    return entries;
}

}  // namespace tollgate::tenancy::audit_log
