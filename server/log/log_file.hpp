// Opens the file of log.file.
#pragma once
#include <spdlog/common.h>

#include <string>

#include "base/result.hpp"

namespace tollgate::server {

// Opens `path` for appending and returns a spdlog sink for it. It is created with mode 0640; access
// for others is removed from an existing file. /dev/stdout, /dev/stderr and /dev/null are used as
// they are. Fails with errc::unavailable "log_file", saying why and what to do, if the file cannot
// be opened, is a symbolic link or is not a regular file. Lines that cannot be written later are
// lost.
base::result<spdlog::sink_ptr> open_log_file(const std::string& path);

}  // namespace tollgate::server
