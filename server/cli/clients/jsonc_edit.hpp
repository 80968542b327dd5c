// Changes one entry of a JSON file with comments; all other bytes stay as they are.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "server/cli/clients/client_entry.hpp"

namespace tollgate::server::clients {

// `text` with `entry`, an object, as the member `name` of the object `table` of the root. Both are
// inserted if they are missing, in the indentation and with the line ends of the text; in an entry
// that is there, only values that differ are changed, and further members stay. A blank text
// becomes a whole document. `file` names the text in failures. Fails with invalid_argument:
// "unreadable_file" as read_jsonc() does and if the root or the table is no object or is written
// twice; "other_entry" if the member is there and lacks a member of `entry`.
base::result<std::string> with_jsonc_entry(std::string_view file, std::string_view text,
                                           std::string_view table, std::string_view name,
                                           const entry_value& entry);

// `text` without that member; unchanged if it is not there. The inverse of an insertion, unless the
// insertion also inserted the table. Fails as read_jsonc() does.
base::result<std::string> without_jsonc_entry(std::string_view file, std::string_view text,
                                              std::string_view table, std::string_view name);

// The string at the path of keys; nothing if there is none. Fails as read_jsonc() does.
base::result<std::optional<std::string>> jsonc_string_at(std::string_view file,
                                                         std::string_view text,
                                                         const std::vector<std::string_view>& path);

// True if there is a value at the path of keys. Fails as read_jsonc() does.
base::result<bool> jsonc_has(std::string_view file, std::string_view text,
                             const std::vector<std::string_view>& path);

// A new document: {table: {name: entry}}, indented by two spaces.
std::string new_jsonc(std::string_view table, std::string_view name, const entry_value& entry);

}  // namespace tollgate::server::clients
