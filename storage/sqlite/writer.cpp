#include "storage/sqlite/writer.hpp"

#include <utility>

#include "storage/sql/apply.hpp"

namespace tollgate::storage::sqlite {

namespace {

// Limits how long the first batch of a group waits for the last.
constexpr std::size_t batches_per_transaction = 256;

base::failure unavailable() {
    return base::fail(base::errc::unavailable, "store_unavailable",
                      "the record store cannot write now; nothing was changed, try again later");
}

}  // namespace

writer::writer(database db, std::size_t queue_limit, base::logger& log)
    : db_(std::move(db)), queue_limit_(queue_limit), log_(log), thread_([this] { run(); }) {}

writer::~writer() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    ready_.notify_all();
    thread_.join();
}

bool writer::submit(std::vector<change> changes, done finish) {
    {
        const std::lock_guard lock{mutex_};
        if (stopping_ || queue_.size() >= queue_limit_) return false;
        queue_.push_back({std::move(changes), std::move(finish), {}});
    }
    ready_.notify_one();
    return true;
}

void writer::run() {
    for (;;) {
        std::vector<batch> group;
        {
            std::unique_lock lock{mutex_};
            ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            while (!queue_.empty() && group.size() < batches_per_transaction) {
                group.push_back(std::move(queue_.front()));
                queue_.pop_front();
            }
        }
        commit(group);
        for (batch& work : group) work.finish(std::move(work.outcome));
    }
}

// The group's transaction commits all or nothing; a batch that fails is rolled back alone.
void writer::commit(std::vector<batch>& group) {
    try {
        db_.begin();
        for (batch& work : group) apply_batch(work);
        db_.script("COMMIT");
        return;
    } catch (const std::exception& fault) {
        log_.error("store_write_failed", {{"reason", fault.what()}});
    }
    try {
        if (!db_.idle()) db_.script("ROLLBACK");
    } catch (const std::exception& fault) {
        log_.error("store_rollback_failed", {{"reason", fault.what()}});
    }
    for (batch& work : group) work.outcome = unavailable();
}

void writer::apply_batch(batch& work) {
    db_.script("SAVEPOINT batch");
    for (const change& what : work.changes) {
        work.outcome = sql::apply(db_, what);
        if (work.outcome) continue;
        db_.script("ROLLBACK TO batch");
        break;
    }
    db_.script("RELEASE batch");
}

}  // namespace tollgate::storage::sqlite
