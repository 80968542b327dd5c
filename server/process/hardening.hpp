// Restricts what other users and processes on the machine can do to this process.
#pragma once
#include "base/log.hpp"

namespace tollgate::server {

// Files are created without access for others; no core file is written, and other processes of the
// same user may neither attach nor read the memory, because it contains keys. Sanitizer builds
// allow their own leak checker. Call first, before there are threads.
void protect_process();

// Logs one warning if the process runs as root.
void warn_of_root(base::logger& log);

}  // namespace tollgate::server
