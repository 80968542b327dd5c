// The file of log.file.
#pragma once
#include <spdlog/common.h>

#include <string>

#include "base/result.hpp"

namespace tollgate::server {

// Opens `path` for lines at its end and returns where spdlog writes them. It is made with mode
// 0640; one that others may read or write is closed to them. /dev/stdout, /dev/stderr and /dev/null
// are taken as what they are. Fails with errc::unavailable "log_file", saying why and what to do:
// it cannot be opened, is a symbolic link or is no regular file. What cannot be written later is
// lost.
base::result<spdlog::sink_ptr> open_log_file(const std::string& path);

}  // namespace tollgate::server
