// A file beside the database that reserves room on its disk. It is released when the disk is full,
// so that necessary records can still be written, and allocated again when there is room.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "base/log.hpp"

namespace tollgate::storage::sqlite {

class reserve_file {
public:
    // Allocates `bytes` in `path`, which is created with mode 0600; with 0 bytes there is no such
    // file. If there is no room or the file cannot be created, starts as if the reserve had been
    // released. Blocks. `log` outlives the object.
    reserve_file(std::string path, std::uint64_t bytes, base::logger& log);
    ~reserve_file();
    reserve_file(const reserve_file&) = delete;
    reserve_file& operator=(const reserve_file&) = delete;

    // Releases the reserve, because the disk is full. False if there was none to release.
    bool give_back();

    // Opens the file if that has failed, and allocates it again if the free space of the disk is at
    // least a quarter larger than the reserve, so that the reserve itself does not fill the disk.
    // Checks at most every five seconds.
    void restore_if_possible();

    // The longest time to wait before calling restore_if_possible() again.
    static constexpr std::chrono::seconds look_every{5};

    bool is_missing() const { return wanted_ > 0 && held_ == 0; }
    bool is_configured() const { return wanted_ > 0; }
    // The bytes allocated now. Any thread.
    std::uint64_t held() const { return held_; }

private:
    // Both return 0 or an errno.
    int open_file();
    int allocate();  // needs an open file

    const std::string path_;
    const std::uint64_t wanted_;
    base::logger& log_;
    int file_ = -1;
    std::atomic<std::uint64_t> held_{0};
    std::chrono::steady_clock::time_point next_look_{};
};

}  // namespace tollgate::storage::sqlite
