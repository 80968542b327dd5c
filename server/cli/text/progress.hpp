// How far long work is, on a terminal.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::server {

// "[####....] 12 records" in less than `columns`; without a bar if `all` is 0, since the end is not
// known.
std::string progress_line(std::uint64_t done, std::uint64_t all, std::string_view count,
                          std::size_t columns);

// One line on standard error that is drawn over; nothing if that is no terminal. An interrupt
// (SIGINT) removes the line before it ends the process. One at a time.
class progress_bar {
public:
    // `what` names what is counted: "records". It is 0 of `all` now; 0: the end is not known.
    progress_bar(std::uint64_t all, std::string_view what);
    // Removes the line.
    ~progress_bar();
    progress_bar(const progress_bar&) = delete;
    progress_bar& operator=(const progress_bar&) = delete;

    // `part` of `all` more is done, and `things` more.
    void advance(std::uint64_t part, std::int64_t things);
    // `done` of `all`, and the text beside the bar.
    void show(std::uint64_t done, std::uint64_t all, std::string_view text);
    // Removes the line until the next advance(), so that other lines can be written.
    void clear() const;

private:
    const std::uint64_t all_;
    const std::string what_;
    const bool shown_;
    std::uint64_t done_ = 0;
    std::int64_t things_ = 0;
};

}  // namespace tollgate::server
