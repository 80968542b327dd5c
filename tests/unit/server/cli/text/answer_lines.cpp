// Answers of the admin API as lines: texts of others forge no line and command no terminal.
#include "server/cli/text/answer_lines.hpp"

#include <catch2/catch.hpp>

namespace answer_lines_test {

using namespace tollgate::server;

namespace {

const std::string mark = "\xef\xbf\xbd";

std::string line_of(std::string_view json, const std::vector<const char*>& keys) {
    simdjson::dom::parser parser;
    const simdjson::padded_string text{json};
    return line_with(parser.parse(text).get_object().value(), keys);
}

}  // namespace

TEST_CASE("answer lines: control characters are shown as a mark", "[server]") {
    CHECK(without_controls("a\nb\r\tc\x1b[2Jd") ==
          "a" + mark + "b" + mark + mark + "c" + mark + "[2Jd");
    CHECK(without_controls(std::string("\0\x1f\x7f", 3)) == mark + mark + mark);
    CHECK(without_controls("\xc2\x80 \xc2\x9b \xc2\x9f") == mark + " " + mark + " " + mark);
    CHECK(without_controls("\xc2\xa0 Zoë € 日本 ~") == "\xc2\xa0 Zoë € 日本 ~");
    CHECK(without_controls("\xc2") == "\xc2");
    CHECK(without_controls("").empty());
}

TEST_CASE("answer lines: a client's name forges no line of the details", "[server]") {
    CHECK(details_of(R"({"client":"x\nstate: executed\u001b[1A","state":"pending"})").value() ==
          "client: x" + mark + "state: executed" + mark + "[1A\nstate: pending\n");
    // JSON escapes no DEL and no C1.
    CHECK(details_of("{\"votes\":[\"\x7f\xc2\x9b\"]}").value() ==
          "votes: [\"" + mark + mark + "\"]\n");
}

TEST_CASE("answer lines: a preview keeps its lines, indented", "[server]") {
    CHECK(details_of(R"({"preview":"Refund 9.00 USD\nstate: executed\r\n\u001b[2K","id":"apr_1"})")
              .value() == "preview: Refund 9.00 USD\n  state: executed" + mark + "\n  " + mark +
                              "[2K\nid: apr_1\n");
}

TEST_CASE("answer lines: one object is one line of a list", "[server]") {
    CHECK(line_of(R"({"id":"apr_1","reason":"a\napr_2  executed","rule":null,"n":7})",
                  {"id", "reason", "rule", "n"}) == "apr_1  a" + mark + "apr_2  executed  -  7");
}

TEST_CASE("answer lines: the member for a program is as it was sent", "[server]") {
    CHECK(member_of(R"({"next_cursor":"a\nb"})", "next_cursor") == "a\nb");
}

}  // namespace answer_lines_test
