// Dates as HTTP writes them.
#pragma once
#include <chrono>
#include <optional>
#include <string>

namespace tollgate::server {

// The seconds since 1970 of an IMF-fixdate (RFC 9110 §5.6.7); nothing for other text.
std::optional<std::chrono::sys_seconds> read_http_date(const std::string& text);

}  // namespace tollgate::server
