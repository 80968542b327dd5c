#include <algorithm>
#include <utility>

#include "server/admin/json_reader.hpp"
#include "server/admin/order_lines.hpp"

namespace tollgate::admin {

namespace {

using base::invalid;
using base::result;
using tenancy::record_field;

// A member of a JSON record as text; fails for a fraction, a list or an object.
result<std::string> text_of(const std::string& name, const json& value) {
    if (value.is_null()) return std::string{};
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer()) return value.dump();
    return invalid("invalid_record", name + " must be a text or a whole number", name);
}

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

std::string_view record_lines::take_line() {
    const auto end = left_.find('\n');
    const std::string_view line = left_.substr(0, end);
    left_.remove_prefix(end == std::string_view::npos ? left_.size() : end + 1);
    ++line_;
    return line;
}

record_line record_lines::next_json() {
    record_line out{line_, std::vector<record_field>{}};
    auto object = parse_object(take_line());
    if (!object) {
        out.fields = invalid("invalid_record", "the line is not a JSON object");
        return out;
    }
    for (const auto& [name, value] : object->value.items()) {
        auto text = text_of(name, value);
        if (!text) {
            out.fields = text.error();
            return out;
        }
        out.fields->push_back({name, std::move(*text)});
    }
    return out;
}

// The fields of one row; a quoted field may contain line ends.
result<std::vector<std::string>> record_lines::take_row() {
    std::vector<std::string> fields(1);
    bool quoted = false;
    bool closed = false;  // a quoted field has ended; only a separator may follow
    bool broken = false;
    std::size_t i = 0;
    for (; i < left_.size(); ++i) {
        const char c = left_[i];
        if (c == '\n') ++line_;
        if (quoted) {
            const bool twice = c == '"' && i + 1 < left_.size() && left_[i + 1] == '"';
            if (c != '"' || twice) fields.back() += c;
            if (twice) ++i;
            if (c == '"' && !twice) {
                quoted = false;
                closed = true;
            }
        } else if (c == '\n') {
            break;
        } else if (c == ',') {
            fields.emplace_back();
            closed = false;
        } else if (c == '"' && fields.back().empty() && !closed) {
            quoted = true;
        } else if (c != '\r' || (i + 1 < left_.size() && left_[i + 1] != '\n')) {
            broken = broken || closed || c == '"';
            fields.back() += c;
        }
    }
    if (i == left_.size()) ++line_;
    left_.remove_prefix(std::min(i + 1, left_.size()));
    if (quoted) return invalid("invalid_record", "a quoted field does not end");
    if (broken) return invalid("invalid_record", "a quote is in the middle of a field");
    return fields;
}

record_line record_lines::next_csv() {
    record_line out{line_, std::vector<record_field>{}};
    auto row = take_row();
    if (!row) {
        out.fields = row.error();
        return out;
    }
    if (row->size() != columns_.size()) {
        out.fields = invalid("invalid_record", "the row has " + std::to_string(row->size()) +
                                                   " fields, and the header names " +
                                                   std::to_string(columns_.size()));
        return out;
    }
    for (std::size_t i = 0; i < columns_.size(); ++i)
        out.fields->push_back({columns_[i], std::move((*row)[i])});
    return out;
}

std::vector<record_line> record_lines::next(std::size_t most) {
    std::vector<record_line> out;
    if (format_ == lines_format::csv && !headed_ && !left_.empty()) {
        headed_ = true;
        if (left_.starts_with("\xEF\xBB\xBF")) left_.remove_prefix(3);
        const std::int64_t at = line_;
        auto names = take_row();
        if (names) columns_ = std::move(*names);
        std::vector<std::string> sorted = columns_;
        std::sort(sorted.begin(), sorted.end());
        const bool twice = std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
        if (!names || twice) {
            out.push_back({at, invalid("invalid_record", twice ? "the header names a column twice"
                                                               : "the header cannot be read")});
            left_ = {};
        }
    }
    while (out.size() < most && !left_.empty()) {
        if (is_blank(left_.substr(0, left_.find('\n'))))
            take_line();
        else
            out.push_back(format_ == lines_format::json ? next_json() : next_csv());
    }
    return out;
}

}  // namespace tollgate::admin
