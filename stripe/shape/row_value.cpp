#include "stripe/shape/row_value.hpp"

#include <array>
#include <charconv>

namespace tollgate::stripe {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

std::string_view text_at(element from, std::string_view name) {
    std::string_view out;
    return from.is_object() && from.at_key(name).get(out) == simdjson::SUCCESS ? out
                                                                               : std::string_view{};
}

template <typename Number>
std::string digits_of(Number value) {
    std::array<char, 40> room{};
    const auto done = std::to_chars(room.data(), room.data() + room.size(), value);
    return {room.data(), done.ptr};
}

}  // namespace

std::optional<element> value_at(element row, std::string_view path) {
    element at = row;
    while (true) {
        const auto dot = path.find('.');
        if (!at.is_object() || at.at_key(path.substr(0, dot)).get(at) != simdjson::SUCCESS)
            return {};
        if (dot == std::string_view::npos) return at;
        path.remove_prefix(dot + 1);
    }
}

std::string group_at(element row, std::string_view path) {
    constexpr std::string_view none = "none";
    const auto found = value_at(row, path);
    if (!found) return std::string(none);
    switch (found->type()) {
        case element_type::STRING: {
            const std::string_view text = found->get_string().value_unsafe();
            return std::string(text.empty() ? none : text);
        }
        case element_type::INT64:
            return digits_of(found->get_int64().value_unsafe());
        case element_type::UINT64:
            return digits_of(found->get_uint64().value_unsafe());
        case element_type::DOUBLE:
            return digits_of(found->get_double().value_unsafe());
        case element_type::BOOL:
            return found->get_bool().value_unsafe() ? "true" : "false";
        case element_type::OBJECT: {
            const auto id = text_at(*found, "id");
            return std::string(id.empty() ? none : id);
        }
        default:
            return std::string(none);
    }
}

std::optional<std::int64_t> integer_at(element row, std::string_view path) {
    const auto found = value_at(row, path);
    std::int64_t out = 0;
    if (!found || found->get(out) != simdjson::SUCCESS) return {};
    return out;
}

std::string_view currency_at(element row, std::string_view path) {
    std::string_view found = text_at(row, "currency");
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
        const auto holder = value_at(row, path.substr(0, dot));
        if (!holder) break;
        if (const auto own = text_at(*holder, "currency"); !own.empty()) found = own;
    }
    return found;
}

}  // namespace tollgate::stripe
