#include "server/config/injected.hpp"

#include <algorithm>
#include <array>

namespace tollgate::server {

namespace {

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Text after _PORT_: "8787_TCP", optionally followed by _PROTO, _PORT or _ADDR.
bool is_port_part(std::string_view text) {
    for (const std::string_view end : {"_PROTO", "_PORT", "_ADDR"})
        if (text.ends_with(end)) {
            text.remove_suffix(end.size());
            break;
        }
    const auto line = text.find('_');
    if (line == std::string_view::npos || !is_number(text.substr(0, line))) return false;
    const std::string_view protocol = text.substr(line + 1);
    return protocol == "TCP" || protocol == "UDP" || protocol == "SCTP";
}

bool is_address_url(std::string_view text) {
    constexpr std::array<std::string_view, 3> schemes{"tcp://", "udp://", "sctp://"};
    return std::any_of(schemes.begin(), schemes.end(),
                       [text](std::string_view scheme) { return text.starts_with(scheme); });
}

}  // namespace

bool injected_variable(std::string_view name, std::string_view value) {
    if (!name.starts_with("TOLLGATE_")) return false;
    if (name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT")) return true;
    // Port names may contain anything, so this checks the value.
    if (name.find("_SERVICE_PORT_") != std::string_view::npos) return is_number(value);
    if (name.ends_with("_PORT") && is_address_url(value)) return true;
    const auto port = name.find("_PORT_");
    return port != std::string_view::npos && is_port_part(name.substr(port + 6));
}

}  // namespace tollgate::server
