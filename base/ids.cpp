#include "base/ids.hpp"

#include <algorithm>

#include "base/crypto.hpp"

namespace tollgate::base {

namespace {
constexpr std::size_t random_characters = 24;
constexpr std::size_t time_characters = 8;
}  // namespace

std::string make_id(std::string_view kind) {
    std::string id{kind};
    id += '_';
    id += random_base62(random_characters);
    return id;
}

std::string make_id_by_time(std::string_view kind, timestamp at) {
    std::string id{kind};
    id += '_';
    id += base62(static_cast<std::uint64_t>(to_unix_ms(at)), time_characters);
    id += random_base62(random_characters - time_characters);
    return id;
}

bool is_id(std::string_view id, std::string_view kind) {
    if (id.size() != kind.size() + 1 + random_characters || !id.starts_with(kind)) return false;
    if (id[kind.size()] != '_') return false;
    const auto word = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    };
    return std::all_of(id.begin() + static_cast<std::ptrdiff_t>(kind.size()) + 1, id.end(), word);
}

}  // namespace tollgate::base
