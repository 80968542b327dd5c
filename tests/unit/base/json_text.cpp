#include "base/json_text.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/crypto.hpp"

namespace json_text_test {

using namespace tollgate::base;

TEST_CASE("json_text: what is escaped reads back as the same text", "[base][json_text]") {
    std::string every;
    for (int c = 0; c < 128; ++c) every.push_back(static_cast<char>(c));
    every += "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x92\xB6";
    for (std::size_t pad = 0; pad < 20; ++pad) {
        std::string text(pad, 'x');
        text += every;
        std::string json;
        append_json_string(json, text);
        REQUIRE(nlohmann::json::parse(json).get<std::string>() == text);
    }
}

TEST_CASE("json_text: long random ASCII agrees with an independent parser", "[base][json_text]") {
    for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 4095U, 4096U, 4097U, 30000U}) {
        std::string text = random_bytes(size);
        for (auto& c : text) c = static_cast<char>(c & 0x7F);
        // Mostly printable, as JSON is, with runs of what needs a backslash.
        for (std::size_t i = 0; i < text.size(); ++i)
            if (text[i] < 0x20 && i % 5 != 0)
                text[i] = i % 3 == 0 ? '"' : (i % 3 == 1 ? '\\' : 'x');
        std::string json = "[";
        append_json_string(json, text);
        json += "]";
        REQUIRE(nlohmann::json::parse(json)[0].get<std::string>() == text);
    }
}

TEST_CASE("json_text: members place their commas", "[base][json_text]") {
    std::string out = "{";
    json_members{out}.text("a", "x\"y").number("b", -12).truth("c", true).raw("d", "[1]");
    out += "}";
    REQUIRE(out == R"({"a":"x\"y","b":-12,"c":true,"d":[1]})");
}

TEST_CASE("json_text: a text without an address is written as an empty one", "[base][json_text]") {
    std::string out = "{";
    json_members{out}.text("a", std::string_view{}).text(std::string_view{}, "b");
    out += "}";
    REQUIRE(out == R"({"a":"","":"b"})");
}

TEST_CASE("json_text: a member reads back, whatever its length and wherever its escape is",
          "[base][json_text]") {
    for (std::size_t size = 0; size < 260; ++size) {
        for (const char special : {'x', '"', '\\', '\n', '\x1f', '\x7f'}) {
            for (std::size_t at = 0; at <= size; at += size < 80 ? 1 : 37) {
                std::string value(size, 'v');
                if (at < size) value[at] = special;
                const std::string key(1 + at % 200, 'k');
                std::string out = "{";
                json_members{out}.text("first", value).text(key, value).number(key + "n", 7);
                out += "}";
                const auto read = nlohmann::json::parse(out);
                REQUIRE(read["first"] == value);
                REQUIRE(read[key] == value);
                REQUIRE(read[key + "n"] == 7);
            }
        }
    }
}

TEST_CASE("json_text: clipping never cuts a character in two", "[base][json_text]") {
    const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x92\xB6";  // 1, 2, 3 and 4 bytes
    const std::vector<std::size_t> kept{0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (std::size_t i = 0; i < kept.size(); ++i) CHECK(clipped_text(text, i).size() == kept[i]);
    CHECK(clipped_text("\x80\x80\x80", 2).empty());
}

}  // namespace json_text_test
