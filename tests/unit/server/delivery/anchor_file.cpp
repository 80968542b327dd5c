#include "server/delivery/anchor_file.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

#include "tests/support/temp_dir.hpp"

namespace anchor_file_test {

using namespace tollgate;
using namespace tollgate::server::delivery;

namespace {

std::string content(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

TEST_CASE("delivery: anchors are appended with a blank line between them", "[server]") {
    const test::temp_dir dir;
    const std::string path = dir.file("anchors");
    REQUIRE(append_anchor(path, "one\n").has_value());
    REQUIRE(append_anchor(path, "two\n").has_value());
    CHECK(content(path) == "one\n\ntwo\n\n");
    struct stat facts{};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    std::ofstream{path, std::ios::app} << "a cut no";
    REQUIRE(append_anchor(path, "three\n").has_value());
    CHECK(content(path) == "one\n\ntwo\n\na cut no\n\nthree\n\n");
    const std::string by_hand = dir.file("by_hand");
    std::ofstream{by_hand} << "note\n";
    REQUIRE(append_anchor(by_hand, "two\n").has_value());
    CHECK(content(by_hand) == "note\n\ntwo\n\n");
}

TEST_CASE("delivery: what is not a regular file is refused", "[server]") {
    const test::temp_dir dir;
    const std::string pipe = dir.file("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK_FALSE(append_anchor(pipe, "one\n").has_value());
    const std::string link = dir.file("link");
    std::filesystem::create_symlink(dir.file("target"), link);
    CHECK_FALSE(append_anchor(link, "one\n").has_value());
    CHECK_FALSE(append_anchor(dir.file("none") + "/anchors", "one\n").has_value());
    const auto full = append_anchor("/dev/full", "one\n");
    REQUIRE_FALSE(full.has_value());
    CHECK(full.error().message.find("not a regular file") != std::string::npos);
}

}  // namespace anchor_file_test
