// Answers of the admin API as lines for people and for scripts, and the paths that are asked.
#pragma once
#include <simdjson.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tollgate::server {

// A text as it is, anything else as JSON; absent members and null: empty.
std::string shown_member(simdjson::dom::object from, const char* key);
// `text` with U+FFFD for each control character (C0, DEL, C1), so that nobody's text makes a line
// or commands a terminal.
std::string without_controls(std::string_view text);
// The same, but line breaks stay.
std::string lines_without_controls(std::string_view text);
// The same, and each line after the first is indented.
std::string indented_lines(std::string_view text);
// The members `keys` on one line, "-" for absent ones; without control characters.
std::string line_with(simdjson::dom::object from, const std::vector<const char*>& keys);
// A JSON list of texts.
std::string json_list(const std::vector<std::string>& texts);
// Unavailable "unreadable_answer".
base::failure unreadable_answer();

// `root` with the encoded id below it.
std::string path_below(std::string_view root, std::string_view id);
// Calls `each` for every element of the list "result" of the object in `body`, until one fails:
// their number. Fails as `each`, and with errc::unavailable "unreadable_answer".
base::result<std::size_t> each_row(
    std::string_view body,
    const std::function<base::result<>(const simdjson::dom::element&)>& each);
// All members of the object in `body`, one a line, absent ones left out; without control
// characters, but "preview" keeps its line breaks, indented. Fails with errc::unavailable
// "unreadable_answer".
base::result<std::string> details_of(std::string_view body);
// The text of a member of the object in `body`; empty if there is none.
std::string member_of(std::string_view body, const char* key);

}  // namespace tollgate::server
