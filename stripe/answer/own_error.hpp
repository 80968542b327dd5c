// An error of the gateway itself, caused by neither an argument nor a connection.
#pragma once
#include <string>
#include <string_view>

namespace tollgate::stripe {

// {"error":{"source":"tollgate","type":…,"code":…,"message":…,"retryable":false,"next_step":…}}.
std::string own_error_text(std::string_view type, std::string_view code, std::string_view message,
                           std::string_view next_step);

}  // namespace tollgate::stripe
