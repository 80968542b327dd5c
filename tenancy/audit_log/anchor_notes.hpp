// Files of anchors: signed notes, one after another, separated by blank lines.
#pragma once
#include <string_view>
#include <vector>

namespace tollgate::tenancy::audit_log {

// The notes in a text, in order. What an interrupted write has left is a part of its own, which is
// no signed note. The views are into `text`.
std::vector<std::string_view> split_notes(std::string_view text);

}  // namespace tollgate::tenancy::audit_log
