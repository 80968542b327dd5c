#include "stripe/sandbox/kernel/decode.hpp"

#include <catch2/catch.hpp>

namespace decode_test {

using namespace tollgate::sandbox;

namespace {

json decoded(std::string_view text) {
    json tree = json::object();
    const auto done = decode_pairs(text, tree);
    REQUIRE(done.has_value());
    return tree;
}

bool refused(std::string_view text) {
    json tree = json::object();
    return !decode_pairs(text, tree).has_value();
}

}  // namespace

TEST_CASE("sandbox decode: brackets nest to any depth", "[sandbox]") {
    CHECK(decoded("a[b][c]=1&a[b][d]=2&e=3") ==
          json::parse(R"({"a":{"b":{"c":"1","d":"2"}},"e":"3"})"));
    CHECK(decoded("a%5Bb%5D=x+y%26") == json::parse(R"({"a":{"b":"x y&"}})"));
    CHECK(decoded("a=&b") == json::parse(R"({"a":"","b":""})"));
}

TEST_CASE("sandbox decode: arrays come indexed or empty-bracketed", "[sandbox]") {
    CHECK(decoded("a[0]=x&a[1]=y") == decoded("a[]=x&a[]=y"));
    // An element ends where a key of it repeats.
    CHECK(decoded("i[][p]=1&i[][q]=2&i[][p]=3") ==
          json::parse(R"({"i":{"0":{"p":"1","q":"2"},"1":{"p":"3"}}})"));
}

TEST_CASE("sandbox decode: what is malformed is refused", "[sandbox]") {
    for (const auto* text :
         {"a=%zz", "a=%2", "[a]=1", "a[b=1", "a[b]c=1", "a=1&a[b]=2", "a[b]=2&a=1", "=1"}) {
        INFO(text);
        CHECK(refused(text));
    }
    std::string deep = "a";
    for (int i = 0; i < 25; ++i) deep += "[b]";
    CHECK(refused(deep + "=1"));
    std::string many;
    for (int i = 0; i < 2001; ++i) many += "a" + std::to_string(i) + "=1&";
    CHECK(refused(many));
}

}  // namespace decode_test
