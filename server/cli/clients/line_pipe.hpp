// Lines from standard input and to standard output, by threads that may wait: neither the loop nor
// the end of the process does.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::server::clients {

// An end of what waits, from any thread and from signal handlers' loops.
class stop_signal {
public:
    stop_signal();
    ~stop_signal();
    stop_signal(const stop_signal&) = delete;
    stop_signal& operator=(const stop_signal&) = delete;

    void set() const;
    // Becomes readable when it is set, and stays so.
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

// Reads lines. Used by one thread.
class line_source {
public:
    // A longer line is skipped and given as an empty one.
    line_source(int descriptor, std::size_t line_bytes_max, const stop_signal& stop)
        : descriptor_(descriptor), line_bytes_max_(line_bytes_max), stop_(stop) {}

    // Waits for the next line, without its end; nothing at the end of the input and after the stop
    // signal. A last line without a line end is a line.
    std::optional<std::string> next();

private:
    bool fill();

    const int descriptor_;
    const std::size_t line_bytes_max_;
    const stop_signal& stop_;
    std::string unread_;
    std::size_t searched_ = 0;  // bytes of unread_ without a line end
    bool skipping_ = false;
    bool ended_ = false;
};

// Writes `line` and a line end; waits for the reader, but not after the stop signal. False if the
// reader has left, or the signal came first.
bool write_line(int descriptor, std::string_view line, const stop_signal& stop);

}  // namespace tollgate::server::clients
