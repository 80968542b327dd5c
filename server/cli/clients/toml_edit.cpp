#include "server/cli/clients/toml_edit.hpp"

#include <algorithm>
#include <vector>

#include "base/json_text.hpp"
#include "server/cli/clients/text_place.hpp"
#include "server/cli/clients/toml_reader.hpp"

namespace tollgate::server::clients {

namespace {

using base::invalid;
using base::result;
using path = std::vector<std::string>;

// What the file has of one table.
struct found_table {
    const toml_statement* header = nullptr;
    std::vector<const toml_statement*> keys{};  // of the table itself
};

bool begins_with(const path& longer, const path& shorter) {
    return longer.size() >= shorter.size() &&
           std::equal(shorter.begin(), shorter.end(), longer.begin());
}

// The table, if it is written under a header of its own.
result<found_table> find_table(std::string_view file, std::string_view text,
                               const std::vector<toml_statement>& all, const path& wanted) {
    found_table out;
    path current;
    for (const auto& one : all) {
        const bool about = begins_with(one.path, wanted);
        if (one.header) {
            current = one.path;
            if (one.path != wanted) continue;
            if (out.header != nullptr || one.array)
                return mistake_in(file, text, one.at,
                                  "the table [" + wanted[0] + "." + wanted[1] +
                                      "] is here a second time: delete one");
            out.header = &one;
            continue;
        }
        if (about && begins_with(current, wanted)) {
            if (current == wanted) out.keys.push_back(&one);
            continue;
        }
        if (about || one.path == path{wanted[0]})
            return invalid("other_entry", place_in(file, text, one.at) +
                                              "the MCP servers are written in another "
                                              "way here. Write each as a table of its own, [" +
                                              wanted[0] + ".NAME], and run this again");
    }
    return out;
}

const toml_statement* key_of(const found_table& in, std::string_view key) {
    for (const auto* one : in.keys)
        if (one->path.size() == 3 && one->path[2] == key) return one;
    return nullptr;
}

std::string toml_quoted(std::string_view value) {
    std::string out;
    base::append_json_string(out, value);
    return out;
}

path path_of(std::string_view table, std::string_view name) {
    return {std::string{table}, std::string{name}};
}

// The offset of the blank line before `begin`, if there is one; otherwise `begin`.
std::size_t with_blank_line(std::string_view text, std::size_t begin) {
    for (const std::string_view blank : {"\r\n\r\n", "\n\n"})
        if (text.substr(0, begin).ends_with(blank)) return begin - blank.size() / 2;
    return begin;
}

}  // namespace

result<std::string> with_toml_entry(std::string_view file, std::string_view text,
                                    std::string_view table, std::string_view name,
                                    std::string_view key, std::string_view value) {
    const auto all = read_toml(file, text);
    if (!all) return all.error();
    const auto found = find_table(file, text, *all, path_of(table, name));
    if (!found) return found.error();
    std::string out{text};
    const auto line_end = line_end_of(text);
    if (found->header == nullptr) {
        const bool blank = out.empty() || out == byte_order_mark;
        if (!blank && !out.ends_with('\n')) out += line_end;
        if (!blank) out += line_end;
        return out += new_toml(table, name, key, value, line_end);
    }
    const auto* const there = key_of(*found, key);
    if (there == nullptr)
        return invalid("other_entry",
                       place_in(file, text, found->header->at) + "[" + std::string{table} + "." +
                           std::string{name} + "] is there already, as something else (it has no " +
                           std::string{key} + "): give another --name, or delete it");
    if (there->string == value) return out;
    return out.replace(there->value_begin, there->value_end - there->value_begin,
                       toml_quoted(value));
}

result<std::string> without_toml_entry(std::string_view file, std::string_view text,
                                       std::string_view table, std::string_view name) {
    const auto all = read_toml(file, text);
    if (!all) return all.error();
    const path wanted = path_of(table, name);
    const auto found = find_table(file, text, *all, wanted);
    if (!found) return found.error();
    std::string out;
    std::size_t kept = 0;  // the text before it has been copied or removed
    for (std::size_t i = 0; i < all->size(); ++i) {
        const auto& one = (*all)[i];
        if (!one.header || !begins_with(one.path, wanted)) continue;
        std::size_t end = one.end;
        while (i + 1 < all->size() && !(*all)[i + 1].header) end = (*all)[++i].end;
        const std::size_t begin = std::max(kept, with_blank_line(text, one.begin));
        out.append(text.substr(kept, begin - kept));
        kept = end;
    }
    return out.append(text.substr(kept));
}

result<std::optional<std::string>> toml_string_at(std::string_view file, std::string_view text,
                                                  std::string_view table, std::string_view name,
                                                  std::string_view key) {
    const auto all = read_toml(file, text);
    if (!all) return all.error();
    const auto found = find_table(file, text, *all, path_of(table, name));
    if (!found) return found.error();
    const auto* const there = key_of(*found, key);
    if (there == nullptr) return std::optional<std::string>{};
    return std::optional<std::string>{there->string};
}

result<bool> toml_has(std::string_view file, std::string_view text, std::string_view table,
                      std::string_view name) {
    const auto all = read_toml(file, text);
    if (!all) return all.error();
    const auto found = find_table(file, text, *all, path_of(table, name));
    if (!found) return found.error();
    return found->header != nullptr;
}

std::string new_toml(std::string_view table, std::string_view name, std::string_view key,
                     std::string_view value, std::string_view line_end) {
    std::string out = "[" + std::string{table} + "." + std::string{name} + "]";
    out.append(line_end).append(key).append(" = ").append(toml_quoted(value)).append(line_end);
    return out;
}

}  // namespace tollgate::server::clients
