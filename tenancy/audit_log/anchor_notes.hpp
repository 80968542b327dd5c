// Files of anchors: signed notes, one after another, separated by blank lines.
#pragma once
#include <string_view>
#include <vector>

namespace tollgate::tenancy::audit_log {

// Splits a text into its notes, in order. The remains of an interrupted write are a part of their
// own, which is not a signed note. The views are into `text`.
std::vector<std::string_view> split_notes(std::string_view text);

}  // namespace tollgate::tenancy::audit_log
