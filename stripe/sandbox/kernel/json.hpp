// The sandbox's values: JSON that keeps the order of its keys, as Stripe's answers do.
#pragma once
#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tollgate::sandbox {

using json = nlohmann::ordered_json;

// The string at `key`, or `other` when there is none or it is no string.
inline std::string text_of(const json& object, std::string_view key, std::string other = {}) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>()
                                                       : std::move(other);
}

// The integer at `key`, or `other` when there is none or it is no integer.
inline std::int64_t int_of(const json& object, std::string_view key, std::int64_t other = 0) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : other;
}

// The boolean at `key`, or `other` when there is none or it is no boolean.
inline bool flag_of(const json& object, std::string_view key, bool other = false) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : other;
}

// True when `key` is there and not null.
inline bool has_value(const json& object, std::string_view key) {
    const auto found = object.find(key);
    return found != object.end() && !found->is_null();
}

}  // namespace tollgate::sandbox
