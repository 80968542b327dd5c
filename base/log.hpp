// The log port: structured events, one per line. The writer (JSON, redaction) is in server/log.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace tollgate::base {

enum class log_level { debug, info, warning, error };

// One field of an event: text, a number or a boolean. The text is borrowed until write() returns.
struct log_field {
    enum class type { text, number, truth };

    log_field(std::string_view name, std::string_view value)
        : key(name), kind(type::text), text(value) {}
    log_field(std::string_view name, const char* value)
        : key(name), kind(type::text), text(value) {}
    log_field(std::string_view name, std::int64_t value)
        : key(name), kind(type::number), number(value) {}
    log_field(std::string_view name, bool value)
        : key(name), kind(type::truth), number(value ? 1 : 0) {}

    std::string_view key;
    type kind;
    std::string_view text;
    std::int64_t number = 0;
};

class logger {
public:
    virtual ~logger() = default;

    // Writes one event. Thread-safe, does not block on the disk, never throws. `event` is a stable
    // snake_case word ("upstream_connect_failed"). The writer masks secrets, but do not pass any.
    virtual void write(log_level level, std::string_view event,
                       std::initializer_list<log_field> fields) noexcept = 0;

    void info(std::string_view event, std::initializer_list<log_field> fields = {}) noexcept {
        write(log_level::info, event, fields);
    }
    void warning(std::string_view event, std::initializer_list<log_field> fields = {}) noexcept {
        write(log_level::warning, event, fields);
    }
    void error(std::string_view event, std::initializer_list<log_field> fields = {}) noexcept {
        write(log_level::error, event, fields);
    }
};

// Drops everything; for tests and tools.
class null_logger final : public logger {
public:
    void write(log_level, std::string_view, std::initializer_list<log_field>) noexcept override {}
};

}  // namespace tollgate::base
