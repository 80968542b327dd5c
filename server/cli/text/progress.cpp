#include "server/cli/text/progress.hpp"

#include <algorithm>
#include <csignal>
#include <iostream>
#include <unistd.h>

#include "server/cli/text/terminal.hpp"

namespace tollgate::server {

namespace {

constexpr std::string_view erase_line = "\r\x1b[K";

// Only what a signal handler may do.
extern "C" void end_at_interrupt(int signal) {
    const auto written = ::write(STDERR_FILENO, erase_line.data(), erase_line.size());
    static_cast<void>(written);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

}  // namespace

std::string progress_line(std::uint64_t done, std::uint64_t all, std::string_view count,
                          std::size_t columns) {
    constexpr std::size_t widest = 40;
    constexpr std::size_t narrowest = 4;
    constexpr std::size_t around = 4;  // the brackets, a space, and the last column
    std::string out;
    if (all > 0 && columns >= count.size() + around + narrowest) {
        const std::uint64_t width = std::min(widest, columns - count.size() - around);
        const std::uint64_t part = std::min(width, done * width / all);
        out = '[' + std::string(part, '#') + std::string(width - part, '.') + "] ";
    }
    out += count.substr(0, columns > 1 ? columns - 1 : 0);
    return out;
}

progress_bar::progress_bar(std::uint64_t all, std::string_view what)
    : all_(all), what_(what), shown_(on_terminal(STDERR_FILENO)) {
    if (shown_) std::signal(SIGINT, end_at_interrupt);
}

progress_bar::~progress_bar() {
    clear();
    if (shown_) std::signal(SIGINT, SIG_DFL);
}

void progress_bar::advance(std::uint64_t part, std::int64_t things) {
    done_ += part;
    things_ += things;
    show(done_, all_, std::to_string(things_) + ' ' + what_);
}

void progress_bar::show(std::uint64_t done, std::uint64_t all, std::string_view text) {
    if (!shown_) return;
    std::cerr << erase_line << progress_line(done, all, text, terminal_columns(STDERR_FILENO))
              << std::flush;
}

void progress_bar::clear() const {
    if (shown_) std::cerr << erase_line << std::flush;
}

}  // namespace tollgate::server
