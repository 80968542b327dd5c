#include "server/cli/gateway/file_watch.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>

#include "server/cli/gateway/gateway_commands.hpp"

namespace tollgate::server {

namespace {

using watch_clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_every{250};
constexpr std::chrono::milliseconds again_after_max{10'000};

volatile std::sig_atomic_t watch_ended = 0;

void end_watch(int /*signal*/) {
    watch_ended = 1;
}

}  // namespace

base::result<int> watch_file(const watched_file& file) {
    std::signal(SIGINT, end_watch);
    std::signal(SIGTERM, end_watch);
    std::string last;
    bool first = true;
    auto again_after = look_every;
    auto again_at = watch_clock::now();
    while (watch_ended == 0) {
        // While there is no file, the last one stays.
        const auto text = file.read();
        if (!text && first) return text.error();
        if (text && (first || *text != last) && watch_clock::now() >= again_at) {
            const auto status = file.apply(*text);
            if (!status && first) return status.error();
            if (!status) std::cerr << status.error().message << '\n';
            const bool answered = status || status.error().kind != base::errc::unavailable;
            if (answered) last = *text;
            again_after = answered ? look_every : std::min(again_after * 2, again_after_max);
            again_at = watch_clock::now() + again_after;
            first = false;
        }
        std::this_thread::sleep_for(look_every);
    }
    return gateway_done;
}

}  // namespace tollgate::server
