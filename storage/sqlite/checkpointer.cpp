#include "storage/sqlite/checkpointer.hpp"

#include <utility>

namespace tollgate::storage::sqlite {

namespace {

constexpr int pages_of_long_log = 4'000;  // 16 MiB

}  // namespace

checkpointer::checkpointer(const std::string& file)
    : db_(file, access::existing), thread_([this] { run(); }) {}

checkpointer::~checkpointer() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wanted_.notify_all();
    thread_.join();
}

bool checkpointer::begin_pass() {
    const std::lock_guard lock{mutex_};
    if (running_) return false;
    running_ = !rest_is_next_;
    return true;
}

void checkpointer::after_commit(database& writer) {
    const int before = std::exchange(pages_, writer.pages_in_log());
    if (pages_ < before) {  // the log has begun anew
        next_at_ = pages_of_pass;
        rest_is_next_ = false;
    }
    if (pages_ < next_at_ || !begin_pass()) return;
    if (rest_is_next_) {
        writer.checkpoint();
        rest_is_next_ = false;
        next_at_ = pages_ + pages_of_pass;  // a reader may keep the log from beginning anew
        return;
    }
    rest_is_next_ = pages_ >= pages_of_long_log;
    next_at_ = rest_is_next_ ? pages_ : pages_ + pages_of_pass;
    wanted_.notify_one();
}

void checkpointer::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        wanted_.wait(lock, [this] { return stopping_ || running_; });
        if (stopping_) return;
        lock.unlock();
        db_.checkpoint();
        lock.lock();
        running_ = false;
    }
}

}  // namespace tollgate::storage::sqlite
