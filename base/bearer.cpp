#include "base/bearer.hpp"

namespace tollgate::base {

std::string_view bearer_credential(const http_request& request) noexcept {
    constexpr std::string_view scheme = "Bearer ";
    std::string_view value = request.header("Authorization");
    if (!equal_ignore_case(value.substr(0, scheme.size()), scheme)) return {};
    value.remove_prefix(scheme.size());
    while (value.starts_with(' ')) value.remove_prefix(1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    return value;
}

}  // namespace tollgate::base
