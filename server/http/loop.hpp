// One event loop: one thread, and everything that lives on it.
#pragma once
#include <boost/asio/io_context.hpp>

#include "base/deadlines.hpp"
#include "base/log.hpp"
#include "base/task_group.hpp"
#include "server/http/connection_set.hpp"

namespace tollgate::server {

struct loop {
    explicit loop(base::logger& log)
        : io(1), deadlines(io.get_executor()), tasks(io.get_executor(), log) {}

    boost::asio::io_context io;
    base::deadline_set deadlines;
    connection_set connections;
    base::task_group tasks;  // last: its tasks refer to what is above
};

}  // namespace tollgate::server
