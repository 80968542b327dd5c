// How far this machine's clock is from other clocks: what is measured, as a metric, and whether it
// is too far.
#pragma once
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string_view>

namespace tollgate::server {

enum class clock_source : std::uint8_t { database, redis, stripe };
std::string_view to_string(clock_source source);

// Thread-safe.
class clock_offsets {
public:
    // Beyond it, one-time codes, tokens and idempotency keys begin to fail.
    static constexpr std::chrono::seconds offset_max{30};
    static constexpr std::chrono::hours measured_within{1};

    // `registry` outlives this object. What was measured longer ago than `kept` counts no more.
    explicit clock_offsets(prometheus::Registry& registry,
                           std::chrono::steady_clock::duration kept = measured_within);

    // `ahead`: this machine's clock minus the other one; negative if it is behind.
    void note(clock_source of, std::chrono::milliseconds ahead);

    // The Date header of an answer of Stripe that has just arrived. Looked at once a minute;
    // otherwise it costs one atomic read.
    void note_date(std::string_view date) noexcept;

    struct offset {
        clock_source source = clock_source::database;
        std::chrono::milliseconds ahead{0};
    };
    // The largest offset beyond `offset_max`, or nothing. Takes what was measured too long ago out
    // of the metric.
    std::optional<offset> beyond();

private:
    struct measured {
        prometheus::Gauge* shown = nullptr;  // null: not measured, or too long ago
        std::chrono::milliseconds ahead{0};
        std::chrono::steady_clock::time_point at;
    };

    void forget_old();

    prometheus::Family<prometheus::Gauge>& family_;
    const std::chrono::steady_clock::duration kept_;
    std::mutex mutex_;
    std::array<measured, 3> sources_{};
    std::atomic<std::chrono::steady_clock::rep> next_date_{0};
};

}  // namespace tollgate::server
