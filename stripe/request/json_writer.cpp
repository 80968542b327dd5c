#include "stripe/request/json_writer.hpp"

#include "base/json_text.hpp"
#include "base/text.hpp"

namespace tollgate::stripe {

namespace {}  // namespace

// The last character shows whether a comma is needed: not after an opening bracket.
void json_writer::separate() {
    const char last = out_.back();
    if (last != '{' && last != '[') out_ += ',';
}

std::size_t json_writer::enter(std::string_view name) {
    separate();
    base::append_json_string(out_, name);
    out_ += ':';
    return 0;
}

std::size_t json_writer::enter(std::size_t) {
    separate();
    return 0;
}

bool json_writer::open(container which) {
    out_ += which == container::object ? '{' : '[';
    return fits();
}

bool json_writer::close(container which) {
    out_ += which == container::object ? '}' : ']';
    return fits();
}

bool json_writer::text(std::string_view value) {
    base::append_json_string(out_, value);
    return fits();
}

// JSON allows no leading zeros; a number given as a string may have them.
bool json_writer::bare(std::string_view value) {
    if (value.starts_with('-')) {
        out_ += '-';
        value.remove_prefix(1);
    }
    while (value.size() > 1 && value[0] == '0' && base::is_digit(value[1])) value.remove_prefix(1);
    out_ += value;
    return fits();
}

bool json_writer::clear() {
    out_ += "null";
    return fits();
}

}  // namespace tollgate::stripe
