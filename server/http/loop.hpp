// One event loop: one thread, and everything that lives on it.
#pragma once
#include <boost/asio/io_context.hpp>

#include "base/deadlines.hpp"
#include "base/log.hpp"
#include "base/task_group.hpp"
#include "server/http/connection_set.hpp"

namespace tollgate::server {

// An io_context that can destroy its pending work while the objects that the work refers to still
// exist.
class loop_context : public boost::asio::io_context {
public:
    loop_context() : io_context(1) {}

    // Destroys every suspended coroutine and pending handler. Call it when no thread runs the loop;
    // nothing can be started on the loop afterwards. May be called again.
    void drop_pending() { shutdown(); }
};

struct loop {
    explicit loop(base::logger& log)
        : deadlines(io.get_executor()), tasks(io.get_executor(), log) {}
    ~loop() { io.drop_pending(); }
    loop(const loop&) = delete;
    loop& operator=(const loop&) = delete;

    loop_context io;
    base::deadline_set deadlines;
    connection_set connections;
    base::task_group tasks;  // last: its tasks refer to the members above
};

}  // namespace tollgate::server
