// The record store over any SQL database: the part that all databases share.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "storage/record_store.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// The database-specific part: connections for reading, and a way to write. Thread-safe. Its
// destructor finishes the queued writes.
class backend {
public:
    virtual ~backend() = default;

    // Calls `use` with a connection for exclusive use, on the caller's thread; blocks. `use` may be
    // called again from its beginning. Throws sql_error.
    virtual void read(const std::function<void(session&)>& use) = 0;

    // Queues a batch; false if the queue is full. `finish` is called once, on a thread of the
    // backend, after the batch is durable or has failed; it must not throw.
    virtual bool write(std::vector<change> changes, std::function<void(base::result<>)> finish) = 0;

    // See record_store::available().
    virtual bool available() const { return true; }
    // See record_store::reserve_bytes().
    virtual std::optional<std::uint64_t> reserve_bytes() const { return {}; }
};

struct reader_limits {
    std::size_t threads = 1;
    std::size_t queue_limit = 1;  // beyond it: errc::unavailable
};

// `log` must outlive the store.
std::unique_ptr<record_store> make_store(std::unique_ptr<backend> database, reader_limits limits,
                                         base::logger& log);

}  // namespace tollgate::storage::sql
