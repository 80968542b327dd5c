// Policies in files: YAML that nobody has checked, and the line and column of every mistake.
#include "server/cli/policy/policy_file.hpp"

#include <catch2/catch.hpp>

#include <string>

#include "base/yaml_reader.hpp"
#include "base/yaml_scalar.hpp"
#include "base/yaml_tree.hpp"
#include "tests/support/tool_directory.hpp"

namespace policy_files_test {

using namespace tollgate;
using namespace tollgate::server;

namespace {

// The JSON of a text, or the message of its mistake.
std::string json_or_mistake(const std::string& text) {
    const auto read = base::read_yaml_tree(text, "f");
    return read ? json_of(*read) : read.error().message;
}

std::string code_of(const std::string& text) {
    const auto read = base::read_yaml_tree(text, "f");
    return read ? "" : read.error().code;
}

std::string place_of(const std::string& text) {
    const std::string message = json_or_mistake(text);
    return message.substr(0, message.find(": "));
}

std::string plain(const std::string& text) {
    return json_or_mistake("[" + text + "]");
}

std::string checked(const std::string& text) {
    const test::small_directory tools;
    const auto read = read_policy_text(text, "f", tools);
    return read ? read->body : read.error().message;
}

}  // namespace

TEST_CASE("policy files: a scalar without quotes is what YAML 1.2's core schema says",
          "[server][policy]") {
    CHECK(plain("true, True, FALSE") == "[true,true,false]");
    CHECK(plain("null, ~, Null") == "[null,null,null]");
    CHECK(plain("0, 5000, -7, +3, 007, 0x1F, 0o17") == "[0,5000,-7,3,7,31,15]");
    CHECK(plain("9223372036854775807") == "[9223372036854775807]");
    CHECK(plain("50.0, .5, 5., 1e3, -2.5") == "[50.0,0.5,5.0,1000.0,-2.5]");
    // Text, although YAML 1.1 reads truths, times and dates here.
    CHECK(plain("no, NO, yes, on, off, y, tRUE") == R"(["no","NO","yes","on","off","y","tRUE"])");
    CHECK(plain("09:00, 2026-12-31, 5_000, 0b11, 1e, ., -, 0x, +0x1") ==
          R"(["09:00","2026-12-31","5_000","0b11","1e",".","-","0x","+0x1"])");
}

TEST_CASE("policy files: text in quotes stays text", "[server][policy]") {
    CHECK(plain(R"("5000", 'true', "null", "", '~')") == R"(["5000","true","null","","~"])");
    CHECK(json_or_mistake("a: |\n  1\n") == R"({"a":"1\n"})");
    CHECK(json_or_mistake(R"({"a": "\u00e9\"\\\n"})") == "{\"a\":\"\u00e9\\\"\\\\\\n\"}");
}

TEST_CASE("policy files: a number without a JSON form is refused", "[server][policy]") {
    for (const std::string text : {"9223372036854775808", "-9223372036854775809", "1e999", ".inf",
                                   "-.INF", ".nan", "0xFFFFFFFFFFFFFFFFFF"}) {
        CAPTURE(text);
        CHECK(code_of("a: " + text) == "not_representable");
        CHECK(place_of("a: " + text) == "f:1:4");
    }
}

TEST_CASE("policy files: aliases, anchors, tags, repeated keys and keys without a word are refused",
          "[server][policy]") {
    CHECK(code_of("a: &x [1]\nb: *x\n") == "alias");
    CHECK(place_of("a: 1\nb: &x [1]\n") == "f:2:4");
    CHECK(code_of("a: &x 1\n") == "alias");
    CHECK(code_of("a: &x\n") == "alias");
    CHECK(code_of("a: &x {<<: *x}\n") == "alias");
    CHECK(code_of("a: !!str 5\n") == "tag");
    CHECK(code_of("a: !mine [5]\n") == "tag");
    CHECK(code_of("a: !!map {}\n") == "tag");
    CHECK(code_of("a: 1\nb: 2\na: 3\n") == "repeated_key");
    CHECK(place_of("a: 1\nb: 2\na: 3\n") == "f:3:1");
    CHECK(code_of("{\"a\": 1, a: 2}") == "repeated_key");
    CHECK(json_or_mistake("- a: 1\n- a: 2\n") == R"([{"a":1},{"a":2}])");
    CHECK(code_of("? [a]\n: 1\n") == "bad_key");
    CHECK(code_of("? {a: b}\n: 1\n") == "bad_key");
    CHECK(code_of("~: 1\n") == "bad_key");
}

TEST_CASE("policy files: 32 lists and maps in each other are read, one more is refused",
          "[server][policy]") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(json_or_mistake(nested(32)) == nested(32));
    CHECK(code_of(nested(33)) == "too_deep");
    CHECK(place_of(nested(33)) == "f:1:33");
    CHECK_FALSE(code_of(std::string(60'000, '[')).empty());
    CHECK_FALSE(code_of(std::string(60'000, '{')).empty());
}

TEST_CASE("policy files: a second document and text after the document are refused",
          "[server][policy]") {
    CHECK(code_of("---\na: 1\n---\na: 1\n") == "several_documents");
    CHECK(place_of("---\na: 1\n---\na: 1\n") == "f:3:1");
    CHECK(code_of("{\"a\": 1} trailing") == "several_documents");
    CHECK(json_or_mistake("%YAML 1.2\n---\na: 1\n...\n") == R"({"a":1})");
}

TEST_CASE("policy files: text that the parser would cut off or replace is refused",
          "[server][policy]") {
    // yaml-cpp takes byte 4 for the end of the file: the rule after it would be lost.
    CHECK(code_of("a: 1\nb: \x04\nc: 1\n") == "not_text");
    CHECK(place_of("a: 1\nb: \x04\nc: 1\n") == "f:2:4");
    CHECK(code_of(std::string("a: 1\0", 5)) == "not_text");
    CHECK(code_of("a: \xff\n") == "not_text");
    CHECK(code_of("a: \"\\_\"\n") == "not_text");
    CHECK(code_of("{\"\\N\": 1}") == "not_text");
    CHECK(code_of(std::string("\xff\xfe"
                              "a\0",
                              4)) == "not_text");
    CHECK(json_or_mistake("\xef\xbb\xbf"
                          "a: 1\r\nb: 2\r\n") == R"({"a":1,"b":2})");
}

TEST_CASE("policy files: a path finds its node, or the nearest one above", "[server][policy]") {
    const auto root = base::read_yaml_tree("rules:\n  - id: a\n    amounts:\n      a.b: 1\n", "f");
    REQUIRE(root.has_value());
    const auto at = [&](std::string_view path) {
        const auto found = node_at(*root, path);
        return place_text(found.exact ? "exact" : "above", found.node->at);
    };
    CHECK(at("rules[0].id") == "exact:2:9: ");
    CHECK(at("rules[0].amounts.a.b") == "exact:4:12: ");
    CHECK(at("rules[0].amounts.a") == "above:4:7: ");
    CHECK(at("rules[0].i") == "above:2:5: ");
    CHECK(at("rules[1].id") == "above:2:3: ");
    CHECK(at("rules[x") == "above:2:3: ");
    CHECK(at("") == "exact:1:1: ");
}

TEST_CASE("policy files: good rules become the body of PUT /team/policy", "[server][policy]") {
    CHECK(checked("rules: []\n") == R"({"rules":[]})");
    CHECK(
        checked("rules:\n  - id: a\n    tags: [refunds]\n    max_value:\n      argument: amount\n"
                "      amounts: {usd: 5000}\n") ==
        R"({"rules":[{"id":"a","tags":["refunds"],"max_value":{"argument":"amount","amounts":{"usd":5000}}}]})");
}

TEST_CASE("policy files: a mistake in a rule is shown at its line and column", "[server][policy]") {
    const std::string rule = "rules:\n  - id: a\n    ";
    CHECK_THAT(checked(rule + "max_valu: {}\n"),
               Catch::StartsWith("f:3:5: unknown field 'rules[0].max_valu'; did you mean"));
    CHECK(checked(rule + "max_value: {argument: amount, value: 50.0}\n") ==
          "f:3:42: rules[0].max_value.value must be a whole number; it is 50.0 here");
    CHECK(checked(rule + "max_value: {argument: amount, value: '50'}\n") ==
          "f:3:42: rules[0].max_value.value must be a whole number; it is text here: write "
          "digits, without quotes");
    CHECK_THAT(checked(rule + "max_value:\n      argument: amount\n      amounts:\n        usd: 5\n"
                              "        eur: 5.5\n"),
               Catch::StartsWith("f:7:9: rules[0].max_value.amounts must be an object such as"));
    CHECK(checked(rule + "allowed_values: {argument: reason, values: [x, 12]}\n") ==
          "f:3:52: rules[0].allowed_values.values[1] must be a string; 12 without quotes is not a "
          "string: write \"12\"");
    CHECK(checked("rules:\n  - tags: [refunds]\n") ==
          "f:2:5: rules[0].id is required and must be a string");
    CHECK(checked("rules:\n  - id:\n    tags: [refunds]\n") ==
          "f:2:5: rules[0].id must be a string");
    CHECK(checked(rule + "tags: [refund]\n") ==
          "f:3:12: there is no tag 'refund'; did you mean 'refunds'? (rules[0].tags[0])");
    CHECK_THAT(checked(rule + "currencies: [usd]\n    metadata: [x]\n"),
               Catch::StartsWith("f:4:5: rules[0].metadata cannot stand beside currencies"));
    CHECK(checked("rules:\n  - id: a\n  - id: a\n") ==
          "f:3:9: another rule has the id 'a' (rules[1].id)");
}

TEST_CASE("policy files: a file that is not a policy is refused", "[server][policy]") {
    CHECK_THAT(checked(""), Catch::StartsWith("f:1:1: a policy file is a map"));
    CHECK_THAT(checked("- id: a\n"), Catch::StartsWith("f:1:1: a policy file is a map"));
    CHECK_THAT(checked("{}"), Catch::StartsWith("f:1:1: rules is missing"));
    CHECK_THAT(checked("rules: []\nversion: 3\n"),
               Catch::StartsWith("f:2:1: there is no member 'version'"));
    CHECK(checked("rules: {a: 1}\n") == "f:1:8: rules must be a list of rules");
}

}  // namespace policy_files_test
