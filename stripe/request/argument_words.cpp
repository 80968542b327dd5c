#include "stripe/request/argument_words.hpp"

#include <algorithm>

#include "stripe/request/time_argument.hpp"

namespace tollgate::stripe {

namespace {

std::string plural(const parameter& as) {
    switch (as.type()) {
        case value_type::string:
            return "strings";
        case value_type::integer:
            return "whole numbers";
        case value_type::number:
            return "numbers";
        case value_type::object:
            return "objects";
        default:
            return "values";
    }
}

}  // namespace

bool is_time_range(const parameter& as) {
    return as.name() != "amount";
}

const char* json_word(const simdjson::dom::element& given) {
    using simdjson::dom::element_type;
    switch (given.type()) {
        case element_type::ARRAY:
            return "an array";
        case element_type::OBJECT:
            return "an object";
        case element_type::STRING:
            return "a string";
        case element_type::BOOL:
            return "a boolean";
        case element_type::NULL_VALUE:
            return "null";
        default:
            return "a number";
    }
}

std::string expected(const parameter& as) {
    switch (as.type()) {
        case value_type::string:
            return as.format() == value_format::decimal ? "a decimal number as a string"
                                                        : "a string";
        case value_type::integer:
            return as.format() == value_format::unix_time ? std::string(time_forms)
                                                          : "a whole number";
        case value_type::number:
            return "a number";
        case value_type::boolean:
            return "true or false";
        case value_type::object:
            return "an object";
        case value_type::array:
            return "an array of " + plural(as.children().front());
        case value_type::map:
            return "an object of names and values";
        case value_type::range:
            return is_time_range(as) ? "a time, or an object of gt, gte, lt and lte; a time is " +
                                           std::string(time_forms)
                                     : "a whole number, or an object of gt, gte, lt and lte";
        case value_type::file:
            return "a file's bytes as a base64 string";
        case value_type::any_of:
            break;
    }
    std::string out;
    for (const auto& form : as.children()) {
        const auto word = expected(form);
        if (out.find(word) == std::string::npos) out += (out.empty() ? "" : ", or ") + word;
    }
    return out;
}

std::string unknown_argument_message(std::string_view path, std::string_view nearest,
                                     const std::vector<std::string_view>& known) {
    constexpr std::size_t names_max = 20;
    std::string out = "unknown argument '" + std::string(path) + '\'';
    if (!nearest.empty()) return out + "; did you mean '" + std::string(nearest) + "'?";
    if (known.empty()) return out + "; none is taken here";
    out += "; known are ";
    for (std::size_t i = 0; i < std::min(known.size(), names_max); ++i)
        out += (i == 0 ? "" : ", ") + std::string(known[i]);
    return known.size() > names_max ? out + ", ..." : out;
}

}  // namespace tollgate::stripe
