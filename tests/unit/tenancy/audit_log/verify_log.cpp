// An exported log that was changed in any way is found, with an anchor also one that its writer
// wrote anew.
#include "tenancy/audit_log/verify_log.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/crypto.hpp"
#include "tenancy/audit_log/merkle.hpp"
#include "tenancy/audit_log/tiles.hpp"

namespace audit_log_verify_test {

using namespace tollgate;
using namespace tollgate::tenancy::audit_log;

namespace {

using files = std::map<std::string, std::string, std::less<>>;

std::string entry(int n) {
    return R"({"id":"aud_)" + std::to_string(n) + R"(","kind":"call"})";
}

std::vector<std::string> entries(int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) out.push_back(entry(i));
    return out;
}

note_signer signer(char letter = 'k') {
    return note_signer::make("tollgate-x/audit/team_1", std::string(32, letter)).value();
}

std::string checkpoint_of(const std::vector<std::string>& all, const note_signer& by) {
    frontier tree;
    for (const auto& one : all) tree.append(leaf_hash(one));
    return sign_checkpoint({by.verifier().name, all.size(), tree.root()}, by).value();
}

// The export of a log of these entries.
files exported(const std::vector<std::string>& all, const note_signer& by = signer()) {
    files out;
    std::map<unsigned, std::vector<digest>> levels;
    frontier tree;
    for (const auto& one : all)
        for (const auto& node : tree.append(leaf_hash(one)))
            if (node.level % tile_height == 0)
                levels[node.level / tile_height].push_back(node.hash);
    for (const auto& [level, hashes] : levels)
        for (std::size_t at = 0; at < hashes.size(); at += tile_width) {
            const auto width = std::min<std::size_t>(tile_width, hashes.size() - at);
            const hash_tile tile{level, {at / tile_width, static_cast<unsigned>(width)}};
            out[path_of(tile)] = encode_tile(std::span{hashes}.subspan(at, width));
        }
    for (std::size_t at = 0; at < all.size(); at += tile_width) {
        const auto width = std::min<std::size_t>(tile_width, all.size() - at);
        out[bundle_path({at / tile_width, static_cast<unsigned>(width)})] =
            encode_bundle(std::span{all}.subspan(at, width)).value();
    }
    out["checkpoint"] = checkpoint_of(all, by);
    return out;
}

base::result<log_report> verify(const files& of, const std::vector<std::string>& anchors = {}) {
    const auto read = [&of](std::string_view path) -> std::optional<std::string> {
        const auto found = of.find(path);
        if (found == of.end()) return {};
        return found->second;
    };
    return verify_log(read, signer().verifier(), anchors);
}

std::string code_of(const files& of, const std::vector<std::string>& anchors = {}) {
    const auto done = verify(of, anchors);
    return done ? "intact" : done.error().code;
}

}  // namespace

TEST_CASE("audit verify: a log is intact at every size around a tile", "[tenancy]") {
    for (const int size : {0, 1, 2, 3, 255, 256, 257, 511, 512, 700}) {
        const auto report = verify(exported(entries(size)));
        INFO(size);
        REQUIRE(report.has_value());
        CHECK(report->head.size == static_cast<std::uint64_t>(size));
        CHECK(report->anchored == 0);
    }
}

TEST_CASE("audit verify: of a thousand changes of an export every one is found", "[tenancy]") {
    const auto all = entries(600);
    const files whole = exported(all);
    REQUIRE(code_of(whole) == "intact");
    std::vector<std::string> names;
    for (const auto& [name, content] : whole) names.push_back(name);
    std::mt19937 dice{20261129};
    const auto roll = [&](std::size_t below) { return dice() % below; };
    for (int i = 0; i < 1000; ++i) {
        files changed = whole;
        auto& content = changed[names[roll(names.size())]];
        const std::size_t at = roll(content.size());
        switch (roll(5)) {
            case 0:  // a bit is flipped
                content[at] = static_cast<char>(content[at] ^ (1 << roll(8)));
                break;
            case 1:  // the end is cut off
                content.resize(at);
                break;
            case 2:  // a byte is put in
                content.insert(at, 1, static_cast<char>(roll(256)));
                break;
            case 3:  // two entries change places, and the checkpoint stays
            {
                auto moved = all;
                const std::size_t a = roll(moved.size() - 1);
                std::swap(moved[a], moved[a + 1]);
                changed = exported(moved);
                changed["checkpoint"] = whole.at("checkpoint");
                break;
            }
            default:  // a file is gone
                changed.erase(names[roll(names.size())]);
        }
        if (changed == whole) continue;
        INFO(i);
        CHECK(code_of(changed) != "intact");
    }
}

TEST_CASE("audit verify: a log that its writer wrote anew or cut is found by an anchor alone",
          "[tenancy]") {
    const auto all = entries(600);
    const std::string anchor = checkpoint_of({all.begin(), all.begin() + 500}, signer());
    const auto report = verify(exported(all), {anchor});
    REQUIRE(report.has_value());
    CHECK(report->anchored == 500);
    auto rewritten = all;
    rewritten[400] = entry(9999);
    CHECK(code_of(exported(rewritten)) == "intact");  // the writer signed it
    CHECK(code_of(exported(rewritten), {anchor}) == "anchor_differs");
    const std::vector<std::string> cut{all.begin(), all.begin() + 450};
    CHECK(code_of(exported(cut)) == "intact");
    CHECK(code_of(exported(cut), {anchor}) == "anchor_ahead");
    auto later = all;
    later[550] = entry(9999);  // behind the anchor: not anchored, and so not found
    CHECK(verify(exported(later), {anchor})->anchored == 500);
}

TEST_CASE("audit verify: another key's checkpoint and another log's anchor are refused",
          "[tenancy]") {
    const auto all = entries(10);
    CHECK(code_of(exported(all, signer('z'))) == "bad_checkpoint");
    const auto other = note_signer::make("other/audit/team_1", std::string(32, 'k')).value();
    CHECK(code_of(exported(all), {checkpoint_of(all, other)}) == "bad_anchor");
    CHECK(code_of(exported(all), {"no note"}) == "bad_anchor");
    CHECK(code_of({}) == "missing_file");
}

TEST_CASE("audit verify: every note of this log in a file of anchors is checked", "[tenancy]") {
    const auto all = entries(600);
    const auto first = [&](std::ptrdiff_t count, const std::vector<std::string>& of) {
        return checkpoint_of({of.begin(), of.begin() + count}, signer());
    };
    const auto stranger =
        note_signer::make("tollgate-x/audit/team_2", std::string(32, 'k')).value();
    const std::string others = checkpoint_of(entries(7), stranger);
    const std::string file = first(100, all) + "\n" + others + "\n" + first(500, all) + "\n";
    CHECK(verify(exported(all), {file})->anchored == 500);
    CHECK(verify(exported(all), {file + "\n\n" + first(550, all)})->anchored == 550);
    // Only the oldest anchor shows that the log was written anew before the newest one.
    auto rewritten = all;
    rewritten[50] = entry(9999);
    const std::string later = first(500, rewritten);
    CHECK(verify(exported(rewritten), {later + "\n"})->anchored == 500);
    CHECK(code_of(exported(rewritten), {first(100, all) + "\n" + later + "\n"}) ==
          "anchor_differs");
    CHECK(code_of(exported(all), {others + "\n" + others + "\n"}) == "bad_anchor");
    CHECK(code_of(exported(all), {""}) == "bad_anchor");
}

TEST_CASE(
    "audit verify: what an interrupted write left in a file of anchors is left out, a false "
    "note is not",
    "[tenancy]") {
    const auto all = entries(600);
    const std::string whole = checkpoint_of({all.begin(), all.begin() + 500}, signer());
    for (const std::size_t cut : {std::size_t{1}, std::size_t{30}, whole.find("\n\n") + 1,
                                  whole.find("\n\n") + 4, whole.size() - 9}) {
        INFO(cut);
        const std::string file = whole.substr(0, cut) + "\n\n" + whole + "\n";
        const auto report = verify(exported(all), {file});
        REQUIRE(report.has_value());
        CHECK(report->anchored == 500);
        CHECK(report->left_out >= 1);
    }
    const auto other = signer('o');
    CHECK(code_of(exported(all), {whole + "\n" + checkpoint_of(all, other) + "\n"}) ==
          "bad_anchor");
}

}  // namespace audit_log_verify_test
