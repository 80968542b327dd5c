// Changes one table of a TOML file; all other bytes stay as they are.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tollgate::server::clients {

// `text` with the table [table.name], in which `key` is the string `value`: appended at the end, or
// only the value changed. `file` names the text in failures. Fails with invalid_argument:
// "unreadable_file" as read_toml() does; "other_entry" if the table is there without `key`, or is
// written in another way.
base::result<std::string> with_toml_entry(std::string_view file, std::string_view text,
                                          std::string_view table, std::string_view name,
                                          std::string_view key, std::string_view value);

// `text` without that table and the tables below it; unchanged if it is not there. Fails as
// with_toml_entry() does.
base::result<std::string> without_toml_entry(std::string_view file, std::string_view text,
                                             std::string_view table, std::string_view name);

// The string `key` in [table.name]; nothing if there is none. Fails as with_toml_entry() does.
base::result<std::optional<std::string>> toml_string_at(std::string_view file,
                                                        std::string_view text,
                                                        std::string_view table,
                                                        std::string_view name,
                                                        std::string_view key);

// True if there is a table [table.name]. Fails as with_toml_entry() does.
base::result<bool> toml_has(std::string_view file, std::string_view text, std::string_view table,
                            std::string_view name);

// The table alone, as it is appended.
std::string new_toml(std::string_view table, std::string_view name, std::string_view key,
                     std::string_view value, std::string_view line_end = "\n");

}  // namespace tollgate::server::clients
