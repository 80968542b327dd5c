// The record store over any SQL database: what is the same for all of them.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "storage/record_store.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// What a database brings: connections to read with, and a way to write. Thread-safe. Its destructor
// finishes what is queued to be written.
class backend {
public:
    virtual ~backend() = default;

    // Calls `use` with a connection that nobody else uses, on the caller's thread; blocks. `use`
    // may be called again from its beginning. Throws sql_error.
    virtual void read(const std::function<void(session&)>& use) = 0;

    // Queues a batch; false when the queue is full. `finish` is called once, on a thread of the
    // backend, after the batch is durable or has failed; it must not throw.
    virtual bool write(std::vector<change> changes, std::function<void(base::result<>)> finish) = 0;

    // See record_store::available().
    virtual bool available() const { return true; }
};

struct reader_limits {
    std::size_t threads = 1;
    std::size_t queue_limit = 1;  // then: errc::unavailable
};

// `log` must outlive the store.
std::unique_ptr<record_store> make_store(std::unique_ptr<backend> database, reader_limits limits,
                                         base::logger& log);

}  // namespace tollgate::storage::sql
