#include "tenancy/environment.hpp"

#include <algorithm>
#include <string>

namespace tollgate::tenancy {

namespace {
constexpr std::size_t name_bytes_max = 200;
}

base::result<> check_name(std::string_view name, std::string_view field) {
    const bool blank =
        std::all_of(name.begin(), name.end(), [](char c) { return c == ' ' || c == '\t'; });
    const bool control = std::any_of(name.begin(), name.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
    if (!blank && !control && name.size() <= name_bytes_max) return {};
    return base::invalid(
        "invalid_name",
        std::string{field} +
            " must have 1 to 200 bytes, not only spaces, and no control characters",
        std::string{field});
}

}  // namespace tollgate::tenancy
