// Tables and progress for people: nothing is wider than the terminal, and ids stay whole.
#include "server/cli/text/table.hpp"

#include <catch2/catch.hpp>

#include <sstream>

#include "server/cli/text/progress.hpp"

namespace text_table_test {

using namespace tollgate::server;

namespace {

const text_table people{{"ID", "NAME", "STATUS"},
                        {{"mcp_4fTq0zPbX1c9", "Claude Billing Analyst of Berlin", "active"},
                         {"mcp_9", "Zoë 日本", "revoked"}}};

std::size_t widest(const std::string& text) {
    std::istringstream lines{text};
    std::size_t out = 0;
    for (std::string line; std::getline(lines, line);) out = std::max(out, columns_of(line));
    return out;
}

}  // namespace

TEST_CASE("table: wide characters take two columns, combining ones none", "[server]") {
    CHECK(columns_of("abc") == 3);
    CHECK(columns_of("日本") == 4);
    CHECK(columns_of("Zoë") == 3);
    CHECK(columns_of("e\xcc\x81") == 1);
    CHECK(columns_of("\xff\xfe") == 2);
    CHECK(columns_of("") == 0);
}

TEST_CASE("table: a text is cut between characters, with a mark", "[server]") {
    CHECK(shortened("abcdef", 6) == "abcdef");
    CHECK(shortened("abcdef", 4) == "abc…");
    CHECK(shortened("日本語", 5) == "日本…");
    CHECK(shortened("日本語", 4) == "日…");
    CHECK(shortened("abc", 1) == "…");
}

TEST_CASE("table: what fits has its natural width", "[server]") {
    CHECK(format_table(people, 80, false) ==
          "ID                NAME                              STATUS\n"
          "mcp_4fTq0zPbX1c9  Claude Billing Analyst of Berlin  active\n"
          "mcp_9             Zoë 日本                          revoked\n");
}

TEST_CASE("table: a narrower one shortens the widest cells, but no id", "[server]") {
    CHECK(format_table(people, 40, false) ==
          "ID                NAME           STATUS\n"
          "mcp_4fTq0zPbX1c9  Claude Billi…  active\n"
          "mcp_9             Zoë 日本       revoked\n");
    for (std::size_t width = 33; width < 80; ++width)
        CHECK(widest(format_table(people, width, false)) <= width);
}

TEST_CASE("table: where not even that fits, a row is a block", "[server]") {
    CHECK(format_table(people, 24, false) ==
          "ID: mcp_4fTq0zPbX1c9\n"
          "  NAME: Claude Billing …\n"
          "  STATUS: active\n"
          "ID: mcp_9\n"
          "  NAME: Zoë 日本\n"
          "  STATUS: revoked\n");
}

TEST_CASE("table: colour is for headings and states, and takes no room", "[server]") {
    CHECK(format_table({{"ID", "STATUS"}, {{"a", "revoked"}, {"active", "x"}}}, 80, true) ==
          "\x1b[1mID\x1b[0m      \x1b[1mSTATUS\x1b[0m\n"
          "a       \x1b[31mrevoked\x1b[0m\n"
          "active  x\n");
}

TEST_CASE("progress: the bar and its text are narrower than the terminal", "[server]") {
    CHECK(progress_line(0, 4, "0 records", 80) == "[" + std::string(40, '.') + "] 0 records");
    CHECK(progress_line(4, 4, "9 records", 80) == "[" + std::string(40, '#') + "] 9 records");
    CHECK(progress_line(1, 2, "9 records", 23) == "[#####.....] 9 records");
    CHECK(progress_line(1, 2, "9 records", 12) == "9 records");
    CHECK(progress_line(1, 0, "9 records", 80) == "9 records");
    CHECK(progress_line(1, 2, "9 records", 5) == "9 re");
    CHECK(progress_line(9, 2, "x", 40).find('.') == std::string::npos);
}

}  // namespace text_table_test
