// The version of this build.
#pragma once
#include <string_view>

namespace tollgate::server {

inline constexpr std::string_view version = TOLLGATE_VERSION;

}  // namespace tollgate::server
