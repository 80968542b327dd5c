#include "stripe/request/form_writer.hpp"

#include <array>
#include <charconv>

#include "base/encoding.hpp"

namespace tollgate::stripe {

std::size_t form_writer::enter(std::string_view name) {
    const std::size_t mark = name_.size();
    const bool top = mark == 0;
    if (!top) name_ += '[';
    base::append_percent_encoded(name_, name);
    if (!top) name_ += ']';
    return mark;
}

std::size_t form_writer::enter(std::size_t index) {
    const std::size_t mark = name_.size();
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), index).ptr;
    name_ += '[';
    name_.append(digits.data(), end);
    name_ += ']';
    return mark;
}

bool form_writer::write(std::string_view value) {
    if (!empty()) out_ += '&';
    out_ += name_;
    out_ += '=';
    base::append_percent_encoded(out_, value);
    return out_.size() - begin_ <= bytes_max_;
}

void append_query_pair(std::string& target, std::string_view name, std::string_view value) {
    target += target.find('?') == std::string::npos ? '?' : '&';
    target += name;
    target += '=';
    base::append_percent_encoded(target, value);
}

}  // namespace tollgate::stripe
