#include "tenancy/rules/method.hpp"

#include <array>
#include <utility>

namespace tollgate::tenancy {

namespace {

constexpr std::array<std::pair<std::string_view, method_set>, 9> method_words{{
    {"read", read_methods},
    {"write", write_methods},
    {"custom", bit(method::custom)},
    {"list", bit(method::list)},
    {"get", bit(method::get)},
    {"search", bit(method::search)},
    {"create", bit(method::create)},
    {"update", bit(method::update)},
    {"delete", bit(method::delete_)},
}};

}  // namespace

std::string_view to_string(method value) {
    constexpr std::array<std::string_view, 7> names{"list",   "get",    "search", "create",
                                                    "update", "delete", "custom"};
    return names[static_cast<std::size_t>(value)];
}

std::optional<method_set> parse_method_word(std::string_view word) {
    for (const auto& [name, set] : method_words)
        if (name == word) return set;
    return {};
}

std::string_view legal_method_words() {
    return "read, write, custom, list, get, search, create, update, delete";
}

}  // namespace tollgate::tenancy
