#include "server/http/date.hpp"

#include <ctime>

namespace tollgate::server {

std::optional<std::chrono::sys_seconds> read_http_date(const std::string& text) {
    std::tm parts{};
    const char* const end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (text.empty() || end == nullptr || *end != '\0') return {};
    return std::chrono::sys_seconds{std::chrono::seconds{::timegm(&parts)}};
}

}  // namespace tollgate::server
