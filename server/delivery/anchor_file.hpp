// The file that anchors are appended to.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tollgate::server::delivery {

// Appends a signed note and a blank line to the file `path`, and returns when both are on the disk.
// A missing file is created with mode 0600. The remains of an interrupted write at its end are kept
// and separated by a blank line, so that a file that may only grow (chattr +a) also works. Fails
// with errc::unavailable "unreachable" and a sentence; the note may then be in the file. Blocks.
base::result<> append_anchor(const std::string& path, std::string_view note);

}  // namespace tollgate::server::delivery
