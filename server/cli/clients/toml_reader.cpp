#include "server/cli/clients/toml_reader.hpp"

#include <optional>

#include "base/text.hpp"
#include "server/cli/clients/text_place.hpp"

namespace tollgate::server::clients {

namespace {

using base::failure;
using base::result;

constexpr std::size_t depth_max = 100;

class reader {
public:
    reader(std::string_view file, std::string_view text) : file_(file), text_(text) {}

    result<std::vector<toml_statement>> statements() {
        std::vector<toml_statement> out;
        if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
        std::vector<std::string> table;
        for (;;) {
            const std::size_t line = at_;
            skip_blanks();
            if (at_ >= text_.size()) return out;
            if (end_of_line()) continue;
            toml_statement one;
            one.begin = line;
            one.at = at_;
            const bool read = here() == '[' ? header(one) : key_and_value(one, table);
            if (!read || !rest_of_line()) return *failure_;
            if (one.header) table = one.path;
            one.end = at_;
            out.push_back(std::move(one));
        }
    }

private:
    bool stop(const std::string& sentence) {
        failure_ = mistake_in(file_, text_, at_, sentence);
        return false;
    }

    char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void skip_blanks() {
        while (here() == ' ' || here() == '\t') ++at_;
    }

    void skip_comment() {
        if (here() == '#') at_ = std::min(text_.find('\n', at_), text_.size());
    }

    // Skips a comment and the line's end; false if something else is here.
    bool end_of_line() {
        skip_comment();
        if (at_ >= text_.size()) return true;
        if (text_.substr(at_, 2) == "\r\n") ++at_;
        if (here() != '\n') return false;
        ++at_;
        return true;
    }

    bool rest_of_line() {
        skip_blanks();
        return end_of_line() || stop("nothing may follow on this line");
    }

    bool header(toml_statement& into) {
        into.header = true;
        into.array = text_.substr(at_, 2) == "[[";
        at_ += into.array ? 2 : 1;
        if (!path(into.path)) return false;
        for (int left = into.array ? 2 : 1; left > 0; --left, ++at_)
            if (here() != ']') return stop("']' is expected here");
        return true;
    }

    bool key_and_value(toml_statement& into, const std::vector<std::string>& table) {
        into.path = table;
        if (!path(into.path)) return false;
        if (here() != '=') return stop("'=' is expected here");
        ++at_;
        skip_blanks();
        into.value_begin = at_;
        if (!value(&into.string, 0)) return false;
        into.value_end = at_;
        return true;
    }

    bool path(std::vector<std::string>& into) {
        for (;;) {
            skip_blanks();
            std::string part;
            if (here() == '"' || here() == '\'') {
                if (!string(&part)) return false;
            } else {
                while (base::is_word_character(here()) || here() == '-') part += text_[at_++];
                if (part.empty()) return stop("a key is expected here");
            }
            into.push_back(std::move(part));
            skip_blanks();
            if (here() != '.') return true;
            ++at_;
        }
    }

    bool value(std::string* into, std::size_t depth) {
        if (depth > depth_max) return stop("this is nested too deeply");
        if (here() == '"' || here() == '\'') return string(into);
        if (here() == '[') return list(depth);
        if (here() == '{') return table(depth);
        const std::string_view ends = depth == 0 ? "#\n\r" : "#\n\r,]} \t";
        const std::size_t begin = at_;
        while (at_ < text_.size() && ends.find(text_[at_]) == std::string_view::npos) ++at_;
        while (at_ > begin && (text_[at_ - 1] == ' ' || text_[at_ - 1] == '\t')) --at_;
        return at_ > begin || stop("a value is expected here");
    }

    // A string of any of the four kinds; of those over several lines, the content is not read.
    bool string(std::string* into) {
        const char quote = here();
        const std::size_t begin = at_;
        const std::string fence(3, quote);
        if (text_.substr(at_, 3) == fence) return long_string(fence);
        for (++at_; here() != quote; ++at_) {
            if (at_ >= text_.size() || here() == '\n') {
                at_ = begin;
                return stop("this string has no end on its line");
            }
            const bool escape = quote == '"' && here() == '\\';
            if (escape) ++at_;
            // Other escapes than these are kept as they are: the strings that are compared have
            // none.
            if (escape && here() != '"' && here() != '\\' && into != nullptr) *into += '\\';
            if (into != nullptr) *into += here();
        }
        ++at_;
        return true;
    }

    bool long_string(const std::string& fence) {
        const std::size_t begin = at_;
        for (at_ += 3; text_.substr(at_, 3) != fence; ++at_) {
            if (at_ >= text_.size()) {
                at_ = begin;
                return stop("this string has no end");
            }
            if (fence[0] == '"' && here() == '\\') ++at_;
        }
        at_ += 3;
        // Up to two more quotes belong to the content.
        for (int more = 0; more < 2 && here() == fence[0]; ++more) ++at_;
        return true;
    }

    bool skip_lines() {
        for (;;) {
            skip_blanks();
            const std::size_t before = at_;
            if (at_ >= text_.size()) return stop("the end is missing");
            if (!end_of_line() || at_ == before) return true;
        }
    }

    bool list(std::size_t depth) {
        const std::size_t begin = at_++;
        for (;;) {
            if (!skip_lines()) break;
            if (here() == ']') {
                ++at_;
                return true;
            }
            if (!value(nullptr, depth + 1)) return false;
            if (!skip_lines()) break;
            if (here() == ',') {
                ++at_;
            } else if (here() != ']') {
                return stop("a comma or ']' is expected here");
            }
        }
        at_ = begin;
        return stop("this list has no end");
    }

    bool table(std::size_t depth) {
        const std::size_t begin = at_++;
        for (;;) {
            if (!skip_lines()) break;
            if (here() == '}') {
                ++at_;
                return true;
            }
            std::vector<std::string> key;
            if (!path(key)) return false;
            if (here() != '=') return stop("'=' is expected here");
            ++at_;
            skip_blanks();
            if (!value(nullptr, depth + 1)) return false;
            if (!skip_lines()) break;
            if (here() == ',') {
                ++at_;
            } else if (here() != '}') {
                return stop("a comma or '}' is expected here");
            }
        }
        at_ = begin;
        return stop("this table has no end");
    }

    std::string_view file_;
    std::string_view text_;
    std::size_t at_ = 0;
    std::optional<failure> failure_;
};

}  // namespace

result<std::vector<toml_statement>> read_toml(std::string_view file, std::string_view text) {
    return reader{file, text}.statements();
}

}  // namespace tollgate::server::clients
