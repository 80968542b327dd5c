// Places in the text of a file, for failures that a person looks up in an editor.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tollgate::server::clients {

// The byte order mark of UTF-8, which some editors on Windows write first.
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// "file:line:column: ". Lines and columns begin at 1; a column is a character, not a byte.
std::string place_in(std::string_view file, std::string_view text, std::size_t offset);

// invalid_argument "unreadable_file" with the place before the sentence.
base::failure mistake_in(std::string_view file, std::string_view text, std::size_t offset,
                         const std::string& sentence);

// How the lines of `text` end: "\r\n" if the first one does, otherwise "\n".
std::string_view line_end_of(std::string_view text);

// The blanks at the start of the line that contains `offset`.
std::string_view indentation_at(std::string_view text, std::size_t offset);

}  // namespace tollgate::server::clients
