// Reads JSON with comments and trailing commas, and keeps where everything stands, so that an edit
// changes a few bytes and nothing else.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tollgate::server::clients {

enum class jsonc_kind : std::uint8_t { object, array, string, other };

// The place of something that the text does not have.
constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

struct jsonc_member;

struct jsonc_value {
    jsonc_kind kind = jsonc_kind::other;
    std::size_t begin = 0;              // offset of the first byte
    std::size_t end = 0;                // offset after the last byte
    std::string string{};               // of a string: without its escapes
    std::vector<jsonc_member> members;  // of an object; of an array: without keys
};

struct jsonc_member {
    std::string key{};  // without its escapes
    std::size_t key_begin = 0;
    jsonc_value value{};
    std::size_t comma = nowhere;  // offset of the comma after the value
};

struct jsonc_document {
    bool blank = false;  // the text has only blanks and comments
    jsonc_value root{};
};

// Reads `text`: JSON, with // and /* */ comments, trailing commas and a byte order mark. `file`
// names it in failures. Fails with invalid_argument "unreadable_file" and "file:line:column: what".
base::result<jsonc_document> read_jsonc(std::string_view file, std::string_view text);

}  // namespace tollgate::server::clients
