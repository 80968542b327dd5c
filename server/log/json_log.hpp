// The log: JSON lines, with every text redacted, written by its own thread through spdlog.
#pragma once
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace tollgate::server {

struct log_options {
    base::log_level level = base::log_level::info;
    std::string file;  // empty: standard error
};

// A logger whose write() stores the line and returns; lines are written within 50 ms, errors at
// once. If 4 MiB are pending, new lines are dropped and counted. Throws std::runtime_error if the
// file cannot be opened. The destructor writes pending lines.
std::unique_ptr<base::logger> make_json_log(const log_options& options);

// One event as a JSON object, redacted: {"time":…,"level":…,"event":…,<fields>}.
std::string format_event(base::timestamp time, base::log_level level, std::string_view event,
                         std::initializer_list<base::log_field> fields);

}  // namespace tollgate::server
