// The sandbox's values: JSON that keeps the order of its keys, like Stripe's answers.
#pragma once
#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tollgate::sandbox {

using json = nlohmann::ordered_json;

// The string at `key`, or `other` if it is absent or not a string.
inline std::string text_of(const json& object, std::string_view key, std::string other = {}) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>()
                                                       : std::move(other);
}

// The integer at `key`, or `other` if it is absent or not an integer.
inline std::int64_t int_of(const json& object, std::string_view key, std::int64_t other = 0) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : other;
}

// The boolean at `key`, or `other` if it is absent or not a boolean.
inline bool flag_of(const json& object, std::string_view key, bool other = false) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : other;
}

// True if `key` is present and not null.
inline bool has_value(const json& object, std::string_view key) {
    const auto found = object.find(key);
    return found != object.end() && !found->is_null();
}

}  // namespace tollgate::sandbox
