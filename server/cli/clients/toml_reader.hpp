// Reads TOML as a list of headers and keys with their places, so that an edit changes a few bytes
// and nothing else.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tollgate::server::clients {

struct toml_statement {
    bool header = false;            // [a.b] or [[a.b]]; otherwise a key with its value
    bool array = false;             // [[a.b]]
    std::vector<std::string> path;  // of a key: with the table it is in
    std::size_t begin = 0;          // offset of the line
    std::size_t at = 0;             // offset of the bracket or key
    std::size_t end = 0;            // offset after the line's end
    std::size_t value_begin = 0;    // of a key: its value
    std::size_t value_end = 0;
    std::string string;  // the value, if it is a string on one line
};

// The statements of `text`, in order. Values are read as far as it takes to find their ends. `file`
// names the text in failures. Fails with invalid_argument "unreadable_file" and
// "file:line:column: what".
base::result<std::vector<toml_statement>> read_toml(std::string_view file, std::string_view text);

}  // namespace tollgate::server::clients
