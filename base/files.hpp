// Files and directories that other users of the machine must not reach.
#pragma once
#include <string>

#include "base/result.hpp"

namespace tollgate::base {

// Makes `path`, and what is missing above it, with mode 0700 whatever the umask is. A directory
// that is there is left as it is. Fails with errc::unavailable "directory" when it cannot be made
// or is no directory, and with errc::invalid_argument "open_directory" when its group or others may
// write in it; the sentence says what to do. Blocks: call at the start.
result<> make_private_directory(const std::string& path);

// Fails with errc::invalid_argument "not_a_file" when `path` is there and is something whose
// reading may never end: a FIFO, a socket, a device, a directory. The descriptors of this process
// (/dev/fd/…) are allowed. Opens nothing.
result<> check_plain_file(const std::string& path);

// The number in "/dev/fd/3"; -1 for any other path.
int descriptor_in(const std::string& path);

}  // namespace tollgate::base
