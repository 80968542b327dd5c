// Wall-clock time in milliseconds, as a port, so that tests can set the time.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::base {

using timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

class clock {
public:
    virtual ~clock() = default;
    virtual timestamp now() const = 0;
};

// The machine's clock.
class system_clock final : public clock {
public:
    timestamp now() const override;
};

// A clock that moves only when a test moves it. Not thread-safe.
class manual_clock final : public clock {
public:
    explicit manual_clock(timestamp start) : now_(start) {}
    timestamp now() const override { return now_; }
    void advance(std::chrono::milliseconds by) { now_ += by; }

private:
    timestamp now_;
};

// UTC with milliseconds: "2026-12-31T23:59:59.000Z" (RFC 3339 §5.6).
std::string format_timestamp(timestamp value);

// Reads RFC 3339 §5.6 date-time: an offset ("Z", "+02:00") is required, fractions are truncated to
// milliseconds. Anything else is nullopt, including dates that do not exist.
std::optional<timestamp> parse_timestamp(std::string_view text);

inline std::int64_t to_unix_ms(timestamp value) {
    return value.time_since_epoch().count();
}
inline timestamp from_unix_ms(std::int64_t ms) {
    return timestamp{std::chrono::milliseconds{ms}};
}

}  // namespace tollgate::base
