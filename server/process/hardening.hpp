// What this process takes away from others on the machine before it does anything.
#pragma once
#include "base/log.hpp"

namespace tollgate::server {

// Files are made without rights for others; no core is written, and other processes of the same
// user may neither attach nor read the memory: it holds keys. Builds with a sanitizer stay open to
// their own leak checker. Call first, before there are threads.
void protect_process();

// One warning in the log when the process runs as root.
void warn_of_root(base::logger& log);

}  // namespace tollgate::server
