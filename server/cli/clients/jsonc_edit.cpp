#include "server/cli/clients/jsonc_edit.hpp"

#include <algorithm>

#include "base/json_text.hpp"
#include "server/cli/clients/jsonc_reader.hpp"
#include "server/cli/clients/text_place.hpp"

namespace tollgate::server::clients {

namespace {

using base::invalid;
using base::result;
using shape = entry_value::shape;

// How a new value is laid out.
struct layout {
    bool lines = true;     // a member a line; false: all on one
    std::string indent{};  // of the line that the value begins on
    std::string unit = "  ";
    std::string_view line_end = "\n";
};

void write_value(std::string& out, const entry_value& value, const layout& as);

void write_member(std::string& out, std::string_view key, const entry_value& value,
                  const layout& as) {
    base::append_json_string(out, key);
    out += ": ";
    write_value(out, value, as);
}

void write_list(std::string& out, const std::vector<std::string>& values) {
    out += '[';
    for (const auto& one : values) {
        if (&one != &values.front()) out += ", ";
        base::append_json_string(out, one);
    }
    out += ']';
}

void write_value(std::string& out, const entry_value& value, const layout& as) {
    if (value.kind == shape::string) return base::append_json_string(out, value.string);
    if (value.kind == shape::list) return write_list(out, value.list);
    layout inner = as;
    inner.indent += as.unit;
    out += '{';
    for (const auto& [key, member] : value.members) {
        if (key != value.members.front().key) out += as.lines ? "," : ", ";
        if (as.lines) out.append(as.line_end).append(inner.indent);
        write_member(out, key, member, inner);
    }
    if (as.lines) out.append(as.line_end).append(as.indent);
    out += '}';
}

bool has_line_break(std::string_view text, std::size_t begin, std::size_t end) {
    return text.substr(begin, end - begin).find('\n') != std::string_view::npos;
}

// True if only blanks are before `offset` on its line.
bool first_on_line(std::string_view text, std::size_t offset) {
    const auto indent = indentation_at(text, offset);
    const auto begin = static_cast<std::size_t>(indent.data() - text.data());
    return begin + indent.size() == offset && offset > 0 && begin > 0;
}

// The offset after the last byte before `offset` that is not blank.
std::size_t after_text(std::string_view text, std::size_t offset) {
    while (offset > 0 &&
           std::string_view{" \t\r\n"}.find(text[offset - 1]) != std::string_view::npos)
        --offset;
    return offset;
}

// The indentation of one level: that of the first member of the root.
std::string unit_of(std::string_view text, const jsonc_value& root) {
    if (root.members.empty()) return "  ";
    const auto first = root.members.front().key_begin;
    const auto indent = indentation_at(text, first);
    const auto outer = indentation_at(text, root.begin);
    if (!first_on_line(text, first) || indent.size() <= outer.size()) return "  ";
    return std::string{indent.substr(outer.size())};
}

// The offset after comments that stand on the line of `offset`, behind it; `offset` if there are
// none.
std::size_t after_comments_of_line(std::string_view text, std::size_t offset) {
    std::size_t out = offset;
    for (std::size_t at = offset; at < text.size();) {
        if (text[at] == ' ' || text[at] == '\t') {
            ++at;
            continue;
        }
        const bool block = text.substr(at, 2) == "/*";
        if (!block && text.substr(at, 2) != "//") break;
        auto end = block ? text.find("*/", at) + 2 : std::min(text.find('\n', at), text.size());
        if (block && has_line_break(text, at, end)) break;
        if (!block && text[end - 1] == '\r') --end;
        out = at = end;
        if (!block) break;
    }
    return out;
}

struct document {
    std::string_view file;
    std::string_view text;
    jsonc_value root;
};

// The member with the key, or null. Fails if the key is there twice, because readers differ in
// which one counts.
result<const jsonc_member*> find_in(const document& doc, const jsonc_value& object,
                                    std::string_view key) {
    const jsonc_member* found = nullptr;
    for (const auto& one : object.members) {
        if (one.key != key) continue;
        if (found != nullptr)
            return mistake_in(doc.file, doc.text, one.key_begin,
                              "the key \"" + one.key + "\" is here a second time: delete one");
        found = &one;
    }
    return found;
}

// The layout of a new member of `object`.
layout layout_in(const document& doc, const jsonc_value& object) {
    layout out;
    out.line_end = line_end_of(doc.text);
    out.unit = unit_of(doc.text, doc.root);
    const bool root = object.begin == doc.root.begin;
    out.lines = has_line_break(doc.text, object.begin, object.end) ||
                (object.members.empty() && (root || has_line_break(doc.text, 0, object.begin)));
    out.indent = std::string{indentation_at(doc.text, object.begin)} + out.unit;
    if (!object.members.empty() && first_on_line(doc.text, object.members.front().key_begin))
        out.indent = indentation_at(doc.text, object.members.front().key_begin);
    return out;
}

std::string insert_into_empty(const document& doc, const jsonc_value& object, const layout& as,
                              const std::string& member) {
    const std::string_view text = doc.text;
    const std::string outer{indentation_at(text, object.begin)};
    const std::size_t close = object.end - 1;
    const std::size_t at = after_text(text, close);
    std::string out{text.substr(0, at)};
    if (!as.lines) return out + member + std::string{text.substr(close)};
    out.append(as.line_end).append(as.indent).append(member);
    if (has_line_break(text, at, close)) return out + std::string{text.substr(at)};
    return out.append(as.line_end).append(outer).append(text.substr(close));
}

std::string insert_member(const document& doc, const jsonc_value& object, std::string_view key,
                          const entry_value& value) {
    const layout as = layout_in(doc, object);
    std::string member;
    write_member(member, key, value, as);
    if (object.members.empty()) return insert_into_empty(doc, object, as, member);
    const auto& last = object.members.back();
    const bool comma = last.comma != nowhere;
    const std::size_t at =
        after_comments_of_line(doc.text, comma ? last.comma + 1 : last.value.end);
    std::string out{doc.text.substr(0, last.value.end)};
    if (!comma) out += ',';
    out.append(doc.text.substr(last.value.end, at - last.value.end));
    if (as.lines)
        out.append(as.line_end).append(as.indent);
    else
        out += ' ';
    out += member;
    if (comma) out += ',';
    return out.append(doc.text.substr(at));
}

bool same_list(const jsonc_value& there, const std::vector<std::string>& values) {
    return there.kind == jsonc_kind::array &&
           std::equal(there.members.begin(), there.members.end(), values.begin(), values.end(),
                      [](const jsonc_member& a, const std::string& b) {
                          return a.value.kind == jsonc_kind::string && a.value.string == b;
                      });
}

bool same(const jsonc_value& there, const entry_value& value) {
    if (value.kind == shape::string)
        return there.kind == jsonc_kind::string && there.string == value.string;
    return value.kind == shape::list && same_list(there, value.list);
}

std::string replace_value(const document& doc, const jsonc_value& there, const entry_value& value) {
    std::string out{doc.text.substr(0, there.begin)};
    write_value(out, value, layout{.lines = false});
    return out.append(doc.text.substr(there.end));
}

result<document> read(std::string_view file, std::string_view text) {
    auto parsed = read_jsonc(file, text);
    if (!parsed) return parsed.error();
    if (!parsed->blank && parsed->root.kind != jsonc_kind::object)
        return mistake_in(file, text, parsed->root.begin, "the file must hold one object: {…}");
    if (parsed->blank) parsed->root.kind = jsonc_kind::other;
    return document{file, text, std::move(parsed->root)};
}

// The text with the value at the path, changed only if it differs. The path is there, but for its
// last key, which may be missing.
result<std::string> set_at(std::string_view file, std::string text,
                           const std::vector<std::string_view>& path, const entry_value& value) {
    if (value.kind == shape::object) {
        for (const auto& [key, member] : value.members) {
            auto below = path;
            below.push_back(key);
            auto changed = set_at(file, std::move(text), below, member);
            if (!changed) return changed.error();
            text = std::move(*changed);
        }
        return text;
    }
    const auto doc = read(file, text);
    if (!doc) return doc.error();
    const jsonc_value* here = &doc->root;
    for (const auto key : path) {
        if (here->kind != jsonc_kind::object)
            return mistake_in(file, text, here->begin, "an object is expected here: {…}");
        const auto found = find_in(*doc, *here, key);
        if (!found) return found.error();
        if (*found == nullptr) return insert_member(*doc, *here, key, value);
        here = &(*found)->value;
    }
    if (same(*here, value)) return text;
    return replace_value(*doc, *here, value);
}

// The table of the document: null if it is missing.
result<const jsonc_value*> table_of(const document& doc, std::string_view table) {
    if (doc.root.kind != jsonc_kind::object) return nullptr;
    const auto found = find_in(doc, doc.root, table);
    if (!found) return found.error();
    if (*found == nullptr) return nullptr;
    const auto& value = (*found)->value;
    if (value.kind != jsonc_kind::object)
        return mistake_in(doc.file, doc.text, value.begin,
                          "\"" + std::string{table} + "\" must be an object: {…}");
    return &value;
}

std::string remove_member(std::string_view text, const jsonc_value& object, std::size_t index) {
    const auto& member = object.members[index];
    const bool last = index + 1 == object.members.size();
    const std::size_t begin = after_text(text, member.key_begin);
    std::size_t end = member.comma == nowhere ? member.value.end : member.comma + 1;
    if (object.members.size() == 1) {
        if (begin == object.begin + 1 && after_text(text, object.end - 1) == end)
            end = object.end - 1;
        return std::string{text.substr(0, begin)}.append(text.substr(end));
    }
    if (index == 0 && !has_line_break(text, object.begin, member.key_begin))
        while (text[end] == ' ') ++end;
    std::string out{text.substr(0, begin)};
    if (last && member.comma == nowhere) out.erase(object.members[index - 1].comma, 1);
    return out.append(text.substr(end));
}

// The value at the path; null if there is none.
const jsonc_value* value_at(const jsonc_value& root, const std::vector<std::string_view>& path) {
    const jsonc_value* here = &root;
    for (const auto key : path) {
        const auto found = std::find_if(here->members.begin(), here->members.end(),
                                        [&key](const auto& one) { return one.key == key; });
        if (here->kind != jsonc_kind::object || found == here->members.end()) return nullptr;
        here = &found->value;
    }
    return here;
}

// The first member of `entry` that the object lacks; empty if it has them all.
std::string missing_in(const jsonc_value& there, const entry_value& entry) {
    for (const auto& [key, member] : entry.members) {
        const auto* const found = value_at(there, {key});
        const bool object = member.kind == shape::object;
        if (found == nullptr || (object && found->kind != jsonc_kind::object)) return key;
    }
    return {};
}

}  // namespace

result<std::string> with_jsonc_entry(std::string_view file, std::string_view text,
                                     std::string_view table, std::string_view name,
                                     const entry_value& entry) {
    const auto doc = read(file, text);
    if (!doc) return doc.error();
    const auto whole = entry_value::object({{std::string{name}, entry}});
    if (doc->root.kind != jsonc_kind::object) {
        std::string out{text};
        const bool empty = text.empty() || text == byte_order_mark;
        if (!empty && !text.ends_with('\n')) out += line_end_of(text);
        return out += new_jsonc(table, name, entry);
    }
    const auto there = table_of(*doc, table);
    if (!there) return there.error();
    if (*there == nullptr) return insert_member(*doc, doc->root, table, whole);
    const auto member = find_in(*doc, **there, name);
    if (!member) return member.error();
    if (*member == nullptr) return insert_member(*doc, **there, name, entry);
    const std::string missing = missing_in((*member)->value, entry);
    if (!missing.empty())
        return invalid("other_entry", place_in(file, text, (*member)->key_begin) + "\"" +
                                          std::string{name} +
                                          "\" is there already, as something else (it has no \"" +
                                          missing + "\"): give another --name, or delete it");
    return set_at(file, std::string{text}, {table, name}, entry);
}

result<std::string> without_jsonc_entry(std::string_view file, std::string_view text,
                                        std::string_view table, std::string_view name) {
    const auto doc = read(file, text);
    if (!doc) return doc.error();
    const auto there = table_of(*doc, table);
    if (!there) return there.error();
    if (*there == nullptr) return std::string{text};
    const auto member = find_in(*doc, **there, name);
    if (!member) return member.error();
    if (*member == nullptr) return std::string{text};
    return remove_member(text, **there,
                         static_cast<std::size_t>(*member - (*there)->members.data()));
}

result<std::optional<std::string>> jsonc_string_at(std::string_view file, std::string_view text,
                                                   const std::vector<std::string_view>& path) {
    const auto doc = read(file, text);
    if (!doc) return doc.error();
    const auto* const found = value_at(doc->root, path);
    if (found == nullptr || found->kind != jsonc_kind::string) return std::optional<std::string>{};
    return std::optional<std::string>{found->string};
}

result<bool> jsonc_has(std::string_view file, std::string_view text,
                       const std::vector<std::string_view>& path) {
    const auto doc = read(file, text);
    if (!doc) return doc.error();
    return value_at(doc->root, path) != nullptr;
}

std::string new_jsonc(std::string_view table, std::string_view name, const entry_value& entry) {
    const auto whole = entry_value::object(
        {{std::string{table}, entry_value::object({{std::string{name}, entry}})}});
    std::string out;
    write_value(out, whole, {});
    return out += '\n';
}

}  // namespace tollgate::server::clients
