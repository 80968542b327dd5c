#include "base/crash_point.hpp"

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <string>

namespace tollgate::base {

namespace {

struct crash_request {
    crash_request() {
        const char* const text = std::getenv("CRASH_AT");
        if (text == nullptr) return;
        const std::string_view all = text;
        const auto colon = all.find(':');
        label = all.substr(0, colon);
        if (colon != std::string_view::npos)
            std::from_chars(all.data() + colon + 1, all.data() + all.size(), passes);
    }
    std::string label;
    int passes = 1;
};

}  // namespace

void crash_point(std::string_view label) noexcept {
    static const crash_request requested;
    static std::atomic<int> passed{0};
    if (requested.label.empty() || requested.label != label) return;
    if (++passed == requested.passes) std::raise(SIGKILL);
}

}  // namespace tollgate::base
