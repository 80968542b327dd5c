#include "stripe/request/form_writer.hpp"

#include <array>
#include <charconv>

namespace tollgate::stripe {

namespace {

constexpr std::array<bool, 256> plain_bytes = [] {
    std::array<bool, 256> table{};
    for (const char byte : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                            "0123456789-._~"))
        table[static_cast<unsigned char>(byte)] = true;
    return table;
}();

}  // namespace

void append_percent_encoded(std::string& out, std::string_view value) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::size_t run = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto byte = static_cast<unsigned char>(value[i]);
        if (plain_bytes[byte]) continue;
        out.append(value, run, i - run);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
        run = i + 1;
    }
    out.append(value, run);
}

std::size_t form_writer::enter(std::string_view name) {
    const std::size_t mark = name_.size();
    const bool top = mark == 0;
    if (!top) name_ += '[';
    append_percent_encoded(name_, name);
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
    append_percent_encoded(out_, value);
    return out_.size() - begin_ <= bytes_max_;
}

void append_query_pair(std::string& target, std::string_view name, std::string_view value) {
    target += target.find('?') == std::string::npos ? '?' : '&';
    target += name;
    target += '=';
    append_percent_encoded(target, value);
}

}  // namespace tollgate::stripe
