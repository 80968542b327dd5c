// A file beside the database that holds room on its disk. When the disk is full it is given back,
// so that what must still be recorded can be; it is allocated anew when there is room again.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "base/log.hpp"

namespace tollgate::storage::sqlite {

class reserve_file {
public:
    // Allocates `bytes` in `path`, which is made with mode 0600; 0 bytes: there is no such file.
    // Without room for it, or if it cannot be made, begins as if it had been given back. Blocks.
    // `log` outlives the object.
    reserve_file(std::string path, std::uint64_t bytes, base::logger& log);
    ~reserve_file();
    reserve_file(const reserve_file&) = delete;
    reserve_file& operator=(const reserve_file&) = delete;

    // Gives the room back, because the disk is full. False if there was none to give.
    bool give_back();

    // Opens it if that has failed, and allocates it again if the disk has a quarter more room than
    // it takes, so that it does not fill the disk itself. Looks every five seconds at most.
    void restore_if_possible();

    // How long to wait at most before restore_if_possible() has something to do.
    static constexpr std::chrono::seconds look_every{5};

    bool is_missing() const { return wanted_ > 0 && held_ == 0; }
    bool is_configured() const { return wanted_ > 0; }
    // What is allocated now. Any thread.
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
