// The file that anchors are appended to.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tollgate::server::delivery {

// Appends a signed note and a blank line to the file `path`, and returns when both are on the disk.
// A missing file is created with mode 0600; whatever an interrupted write has left at its end stays
// and is separated by a blank line, so that a file that may only grow (chattr +a) works as well.
// Fails with errc::unavailable "unreachable" and a sentence; the note may then be in the file.
// Blocks.
base::result<> append_anchor(const std::string& path, std::string_view note);

}  // namespace tollgate::server::delivery
