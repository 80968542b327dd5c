#include "server/cli/text/terminal.hpp"

#include <cstdlib>
#include <string>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tollgate::server {

namespace {

std::string_view variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

}  // namespace

bool on_terminal(int descriptor) {
    return ::isatty(descriptor) == 1;
}

std::size_t terminal_columns(int descriptor) {
    constexpr long usual = 80;
    constexpr long most = 10'000;
    const long columns = std::strtol(std::string{variable("COLUMNS")}.c_str(), nullptr, 10);
    if (columns > 0 && columns < most) return static_cast<std::size_t>(columns);
    winsize size{};
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): there is no other ioctl
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return usual;
}

bool shows_colour(int descriptor) {
    return on_terminal(descriptor) && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
}

}  // namespace tollgate::server
