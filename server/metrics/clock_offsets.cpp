#include "server/metrics/clock_offsets.hpp"

#include <cstdint>
#include <exception>
#include <string>

#include "server/http/date.hpp"

namespace tollgate::server {

namespace {

constexpr std::chrono::minutes between_dates{1};

}  // namespace

std::string_view to_string(clock_source source) {
    constexpr std::array<std::string_view, 3> names{"database", "redis", "stripe"};
    return names.at(static_cast<std::size_t>(source));
}

clock_offsets::clock_offsets(prometheus::Registry& registry,
                             std::chrono::steady_clock::duration kept)
    : family_(prometheus::BuildGauge()
                  .Name("tollgate_clock_offset_seconds")
                  .Help("How far this machine's clock is ahead of another one, by whose.")
                  .Register(registry)),
      kept_(kept) {}

void clock_offsets::note(clock_source of, std::chrono::milliseconds ahead) {
    const std::lock_guard lock{mutex_};
    measured& to = sources_.at(static_cast<std::size_t>(of));
    if (to.shown == nullptr) to.shown = &family_.Add({{"source", std::string{to_string(of)}}});
    to.shown->Set(std::chrono::duration<double>(ahead).count());
    to.ahead = ahead;
    to.at = std::chrono::steady_clock::now();
}

// If there is no memory for it, this answer is not looked at.
void clock_offsets::note_date(std::string_view date) noexcept {
    using std::chrono::steady_clock;
    const steady_clock::time_point now = steady_clock::now();
    auto due = next_date_.load(std::memory_order_relaxed);
    if (now.time_since_epoch().count() < due) return;
    const auto next = (now + between_dates).time_since_epoch().count();
    if (date.empty() || !next_date_.compare_exchange_strong(due, next)) return;
    try {
        const auto theirs = read_http_date(std::string{date});
        if (!theirs) return;
        // A date has no fractions: it is half a second old on average.
        constexpr std::chrono::milliseconds half_second{500};
        note(clock_source::stripe, std::chrono::round<std::chrono::milliseconds>(
                                       std::chrono::system_clock::now() - *theirs - half_second));
    } catch (const std::exception&) {
        return;
    }
}

// Otherwise an alert would repeat an old measurement for ever where nothing measures again.
void clock_offsets::forget_old() {
    const auto oldest = std::chrono::steady_clock::now() - kept_;
    for (measured& one : sources_) {
        if (one.shown == nullptr || one.at >= oldest) continue;
        family_.Remove(one.shown);
        one.shown = nullptr;
    }
}

std::optional<clock_offsets::offset> clock_offsets::beyond() {
    std::optional<offset> out;
    const std::lock_guard lock{mutex_};
    forget_old();
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        const measured& one = sources_.at(i);
        if (one.shown == nullptr) continue;
        const auto far = std::chrono::abs(one.ahead);
        if (far > offset_max && (!out || far > std::chrono::abs(out->ahead)))
            out = {static_cast<clock_source>(i), one.ahead};
    }
    return out;
}

}  // namespace tollgate::server
