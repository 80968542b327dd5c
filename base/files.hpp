// Files and directories that other users of the machine must not be able to access.
#pragma once
#include <string>

#include "base/result.hpp"

namespace tollgate::base {

// Creates `path` and missing parent directories with mode 0700, whatever the umask. An existing
// directory is not changed. Fails with errc::unavailable "directory" if it cannot be created or is
// not a directory, and with errc::invalid_argument "open_directory" if its group or others may
// write in it; the message says what to do. Blocks: call at the start.
result<> make_private_directory(const std::string& path);

// Fails with errc::invalid_argument "not_a_file" if `path` exists and reading it might never end: a
// FIFO, a socket, a device, a directory. The descriptors of this process (/dev/fd/…) are allowed.
// Opens nothing.
result<> check_plain_file(const std::string& path);

// The number in "/dev/fd/3"; -1 for any other path.
int descriptor_in(const std::string& path);

}  // namespace tollgate::base
