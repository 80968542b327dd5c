#include "server/cli/clients/jsonc_reader.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/text.hpp"
#include "server/cli/clients/text_place.hpp"

namespace tollgate::server::clients {

namespace {

using base::failure;
using base::result;

constexpr std::size_t depth_max = 100;

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Moves `at` behind the blanks and comments there; to a comment that has no end: then false.
bool skip_trivia(std::string_view text, std::size_t& at) {
    while (at < text.size()) {
        if (is_blank(text[at])) {
            ++at;
        } else if (text.substr(at, 2) == "//") {
            at = std::min(text.find('\n', at), text.size());
        } else if (text.substr(at, 2) == "/*") {
            const auto end = text.find("*/", at + 2);
            if (end == std::string_view::npos) return false;
            at = end + 2;
        } else {
            break;
        }
    }
    return true;
}

void append_utf8(std::string& out, std::uint32_t point) {
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0U | (point >> 6U));
        out += static_cast<char>(0x80U | (point & 0x3FU));
    } else if (point < 0x10000) {
        out += static_cast<char>(0xE0U | (point >> 12U));
        out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (point & 0x3FU));
    } else {
        out += static_cast<char>(0xF0U | (point >> 18U));
        out += static_cast<char>(0x80U | ((point >> 12U) & 0x3FU));
        out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (point & 0x3FU));
    }
}

// True for true, false, null and numbers of JSON.
bool is_literal(std::string_view word) {
    if (word == "true" || word == "false" || word == "null") return true;
    double number = 0;
    const auto done = std::from_chars(word.data(), word.data() + word.size(), number);
    const char first = word.front() == '-' && word.size() > 1 ? word[1] : word.front();
    return base::is_digit(first) && done.ec == std::errc{} && done.ptr == word.data() + word.size();
}

class reader {
public:
    reader(std::string_view file, std::string_view text) : file_(file), text_(text) {}

    result<jsonc_document> document() {
        jsonc_document out;
        if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
        if (!skip()) return *failure_;
        if (at_ == text_.size()) {
            out.blank = true;
            return out;
        }
        if (!value(out.root, 0) || !skip()) return *failure_;
        if (at_ != text_.size()) {
            stop("nothing may follow the value that the file holds");
            return *failure_;
        }
        return out;
    }

private:
    // Remembers the failure at `at_`; false.
    bool stop(const std::string& sentence) {
        failure_ = mistake_in(file_, text_, at_, sentence);
        return false;
    }

    bool skip() { return skip_trivia(text_, at_) || stop("this comment has no end"); }

    char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool value(jsonc_value& into, std::size_t depth) {
        into.begin = at_;
        bool read = false;
        if (depth > depth_max) return stop("this is nested too deeply");
        if (here() == '{' || here() == '[') {
            into.kind = here() == '{' ? jsonc_kind::object : jsonc_kind::array;
            read = members(into, depth);
        } else if (here() == '"') {
            into.kind = jsonc_kind::string;
            read = string(into.string);
        } else {
            read = literal();
        }
        into.end = at_;
        return read;
    }

    bool literal() {
        std::size_t end = at_;
        while (end < text_.size() && (base::is_letter_or_digit(text_[end]) || text_[end] == '+' ||
                                      text_[end] == '-' || text_[end] == '.'))
            ++end;
        if (end == at_ || !is_literal(text_.substr(at_, end - at_)))
            return stop(
                "a value is expected here: an object, a list, a string, a number, true, "
                "false or null");
        at_ = end;
        return true;
    }

    // The members of an object, or the values of an array, with their brackets.
    bool members(jsonc_value& into, std::size_t depth) {
        const bool object = into.kind == jsonc_kind::object;
        const char close = object ? '}' : ']';
        ++at_;
        if (!skip()) return false;
        while (here() != close) {
            jsonc_member one;
            if (object && !key(one)) return false;
            if (!value(one.value, depth + 1) || !skip()) return false;
            if (here() == ',') {
                one.comma = at_++;
                if (!skip()) return false;
            } else if (here() != close) {
                return stop(std::string{"a comma or '"} + close + "' is expected here");
            }
            into.members.push_back(std::move(one));
        }
        ++at_;
        return true;
    }

    bool key(jsonc_member& into) {
        into.key_begin = at_;
        if (here() != '"') return stop("a key in double quotes, or '}', is expected here");
        if (!string(into.key) || !skip()) return false;
        if (here() != ':') return stop("a colon is expected here");
        ++at_;
        return skip();
    }

    bool string(std::string& into) {
        const std::size_t begin = at_++;
        while (here() != '"') {
            if (at_ >= text_.size() || static_cast<unsigned char>(here()) < 0x20) {
                at_ = begin;
                return stop("this string has no end on its line");
            }
            if (here() == '\\') {
                if (!escape(into)) return false;
            } else {
                into += text_[at_++];
            }
        }
        ++at_;
        return true;
    }

    bool escape(std::string& into) {
        constexpr std::array<std::string_view, 2> simple{"\"\\/bfnrt", "\"\\/\b\f\n\r\t"};
        const char what = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        if (const auto index = simple[0].find(what); what != '\0' && index != simple[0].npos) {
            into += simple[1][index];
            at_ += 2;
            return true;
        }
        auto point = hex4(at_);
        if (!point) return stop("this escape does not exist in JSON");
        at_ += 6;
        if (*point >= 0xD800 && *point < 0xDC00) {
            const auto low = hex4(at_);
            if (low && *low >= 0xDC00 && *low < 0xE000) {
                point = 0x10000 + ((*point - 0xD800) << 10U) + (*low - 0xDC00);
                at_ += 6;
            }
        }
        append_utf8(into, *point);
        return true;
    }

    // The number of "\u12ab" at `at`.
    std::optional<std::uint32_t> hex4(std::size_t at) const {
        const std::string_view text = text_.substr(std::min(at, text_.size()), 6);
        if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return {};
        std::uint32_t out = 0;
        const auto done = std::from_chars(text.data() + 2, text.data() + 6, out, 16);
        if (done.ec != std::errc{} || done.ptr != text.data() + 6) return {};
        return out;
    }

    std::string_view file_;
    std::string_view text_;
    std::size_t at_ = 0;
    std::optional<failure> failure_;
};

}  // namespace

result<jsonc_document> read_jsonc(std::string_view file, std::string_view text) {
    return reader{file, text}.document();
}

}  // namespace tollgate::server::clients
