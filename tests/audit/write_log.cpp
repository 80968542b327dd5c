// Writes a log in the layout of C2SP tlog-tiles, for verifiers that others wrote:
//
//   write_log FOLDER COUNT OLDER WORD
//
// COUNT entries that contain WORD, the verifier key in `key`, a signed `checkpoint`, and in
// `checkpoint.older` the signed checkpoint of the first OLDER entries, unless OLDER is 0. Entry 3
// is as long as an entry may be, entry 5 is empty.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "tenancy/audit_log/checkpoint.hpp"
#include "tenancy/audit_log/merkle.hpp"
#include "tenancy/audit_log/signed_note.hpp"
#include "tenancy/audit_log/tiles.hpp"

namespace {

using namespace tollgate::tenancy::audit_log;

const std::string origin = "gateway.example/audit";

void write(const std::filesystem::path& path, std::string_view content) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file{path, std::ios::binary};
    file << content;
    if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string entry(std::size_t index, const std::string& word) {
    if (index == 3) return std::string(entry_bytes_max, 'e');
    if (index == 5) return "";
    return R"({"index":)" + std::to_string(index) + R"(,"word":")" + word +
           std::string(index % 40, '.') + "\"}";
}

// Calls `each(place, parts)` for the tiles that a level with these hashes has, or its bundles.
template <typename Part, typename Each>
void for_each_tile(const std::vector<Part>& parts, const Each& each) {
    for (std::size_t first = 0; first < parts.size(); first += tile_width) {
        const auto width = std::min<std::size_t>(tile_width, parts.size() - first);
        each(tile_place{first / tile_width, static_cast<unsigned>(width)},
             std::span{parts}.subspan(first, width));
    }
}

void write_log(const std::filesystem::path& folder, std::size_t count, std::size_t older,
               const std::string& word) {
    const auto signer = note_signer::make(origin, std::string(32, 's')).value();
    frontier tree;
    std::vector<std::string> entries;
    std::map<unsigned, std::vector<digest>> levels;
    const auto write_checkpoint = [&](const std::string& name) {
        write(folder / name, sign_checkpoint({origin, tree.size(), tree.root()}, signer).value());
    };
    for (std::size_t i = 0; i < count; ++i) {
        entries.push_back(entry(i, word));
        for (const subtree& one : tree.append(leaf_hash(entries.back())))
            if (one.level % tile_height == 0) levels[one.level / tile_height].push_back(one.hash);
        if (tree.size() == older) write_checkpoint("checkpoint.older");
    }
    for (const auto& [level, hashes] : levels)
        for_each_tile(hashes, [&, tile_level = level](const tile_place& place, auto parts) {
            write(folder / path_of(hash_tile{tile_level, place}), encode_tile(parts));
        });
    for_each_tile(entries, [&](const tile_place& place, auto parts) {
        write(folder / bundle_path(place), encode_bundle(parts).value());
    });
    write(folder / "key", to_text(signer.verifier()) + "\n");
    write_checkpoint("checkpoint");
}

}  // namespace

int main(int argc, char** argv) try {
    const std::vector<std::string> words(argv, argv + argc);
    if (words.size() != 5) throw std::runtime_error("usage: write_log FOLDER COUNT OLDER WORD");
    write_log(words[1], std::stoul(words[2]), std::stoul(words[3]), words[4]);
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
