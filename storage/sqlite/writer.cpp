#include "storage/sqlite/writer.hpp"

#include <utility>

#include "base/thread_name.hpp"
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

writer::writer(database db, std::size_t queue_limit, reserve_file& reserve, base::logger& log)
    : db_(std::move(db)), queue_limit_(queue_limit), reserve_(reserve), log_(log) {
    db_.watch_log();
    thread_ = std::thread([this] { run(); });
}

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

// The next batches. Empty at the end, and when the reserve is to be checked.
std::vector<writer::batch> writer::next_group() {
    std::vector<batch> group;
    std::unique_lock lock{mutex_};
    const auto something = [this] { return stopping_ || !queue_.empty(); };
    if (reserve_.is_missing())
        ready_.wait_for(lock, reserve_file::look_every, something);
    else
        ready_.wait(lock, something);
    while (!queue_.empty() && group.size() < batches_per_transaction) {
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return group;
}

void writer::run() {
    base::name_this_thread("store-writer");
    for (;;) {
        std::vector<batch> group = next_group();
        if (!group.empty()) {
            commit(group);
            for (batch& work : group) work.finish(std::move(work.outcome));
            checkpoints_.after_commit(db_);
        }
        reserve_.restore_if_possible();
        const std::lock_guard lock{mutex_};
        if (stopping_ && queue_.empty()) return;
    }
}

void writer::commit(std::vector<batch>& group) {
    ending end = try_commit(group);
    if (end == ending::disk_full && reserve_.give_back()) end = try_commit(group);
    if (end == ending::none) return;
    for (batch& work : group) work.outcome = unavailable();
}

// The group's transaction commits all or nothing; a batch that fails is rolled back alone.
writer::ending writer::try_commit(std::vector<batch>& group) {
    ending end = ending::other;
    try {
        db_.begin();
        for (batch& work : group) apply_batch(work);
        db_.run("COMMIT");
        return ending::none;
    } catch (const sql::sql_error& fault) {
        if (fault.kind() == sql::fault_kind::full) end = ending::disk_full;
        log_.error("store_write_failed", {{"reason", fault.what()}});
    } catch (const std::exception& fault) {
        log_.error("store_write_failed", {{"reason", fault.what()}});
    }
    try {
        if (!db_.idle()) db_.script("ROLLBACK");
    } catch (const std::exception& fault) {
        log_.error("store_rollback_failed", {{"reason", fault.what()}});
    }
    return end;
}

void writer::apply_batch(batch& work) {
    work.outcome = {};
    db_.run("SAVEPOINT batch");
    for (const change& what : work.changes) {
        work.outcome = sql::apply(db_, what);
        if (work.outcome) continue;
        db_.run("ROLLBACK TO batch");
        break;
    }
    db_.run("RELEASE batch");
}

}  // namespace tollgate::storage::sqlite
