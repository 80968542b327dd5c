// The values of config.methods: what a tool does, and groups of methods.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace tollgate::tenancy {

enum class method : std::uint8_t { list, get, search, create, update, delete_, custom };

// "list", "get", "search", "create", "update", "delete", "custom".
std::string_view to_string(method value);

// A set of methods, one bit each.
using method_set = std::uint8_t;
constexpr method_set bit(method value) {
    return static_cast<method_set>(1U << static_cast<unsigned>(value));
}
constexpr method_set read_methods = bit(method::list) | bit(method::get) | bit(method::search);
constexpr method_set write_methods =
    bit(method::create) | bit(method::update) | bit(method::delete_);
constexpr method_set all_methods = read_methods | write_methods | bit(method::custom);

// The methods of one value of config.methods: a method, or a group (read, write). `custom` is both.
// Case-sensitive; nullopt for any other text.
std::optional<method_set> parse_method_word(std::string_view word);

// All allowed values, for messages: "read, write, custom, list, get, search, create, update,
// delete".
std::string_view legal_method_words();

}  // namespace tollgate::tenancy
