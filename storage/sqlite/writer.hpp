// The only thread that writes. Batches that arrive during a transaction share the next one: one
// fsync for all of them.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "storage/changes/change.hpp"
#include "storage/sqlite/checkpointer.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/sqlite/reserve_file.hpp"

namespace tollgate::storage::sqlite {

class writer {
public:
    using done = std::function<void(base::result<>)>;

    // Takes ownership of the connection. When the disk is full, `reserve` is released and the
    // transaction is tried once more. The references must outlive the writer.
    writer(database db, std::size_t queue_limit, reserve_file& reserve, base::logger& log);
    // Commits what is queued, then joins.
    ~writer();
    writer(const writer&) = delete;
    writer& operator=(const writer&) = delete;

    // Queues a batch; false if the queue is full. `finish` is called once, on the writer's thread,
    // after the batch is on disk or has failed; it must not throw. Thread-safe.
    bool submit(std::vector<change> changes, done finish);

private:
    struct batch {
        std::vector<change> changes;
        done finish;
        base::result<> outcome;
    };

    void run();
    std::vector<batch> next_group();
    void commit(std::vector<batch>& group);
    // What went wrong; `none` if the group is durable.
    enum class ending : std::uint8_t { none, disk_full, other };
    ending try_commit(std::vector<batch>& group);
    void apply_batch(batch& work);

    database db_;
    const std::size_t queue_limit_;
    reserve_file& reserve_;
    checkpointer checkpoints_;
    base::logger& log_;
    std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<batch> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace tollgate::storage::sqlite
