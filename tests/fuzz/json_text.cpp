// Any text as a JSON string: it reads back as the same text, and never writes past its end.
#include "base/json_text.hpp"

#include "fuzz.hpp"

using namespace tollgate;

// Two bytes of length to repeat the rest to, so that long text is reached quickly.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const std::string_view piece = fuzz::text_of(data + 2, size - 2);
    const std::size_t length = (data[0] * 256U + data[1]) % 10'000;
    std::string text{piece};
    while (text.size() < length) text += piece;
    text.shrink_to_fit();
    const auto clipped = base::clipped_text(text, length);
    fuzz::require(clipped.size() <= length, "clipped text keeps to its limit");
    if (!simdjson::validate_utf8(text)) return 0;
    fuzz::require(simdjson::validate_utf8(clipped), "clipped text is UTF-8");
    std::string json = "[";
    base::append_json_string(json, text);
    json += ']';
    simdjson::dom::parser parser;
    std::string_view again;
    fuzz::require(parser.parse(json).at(0).get(again) == simdjson::SUCCESS, "a string is JSON");
    fuzz::require(again == text, "a string reads back");
    return 0;
}
