// A multipart body for people to read: what was uploaded is left out.
#pragma once
#include <string>
#include <string_view>

namespace tollgate::stripe {

// The body with its file's bytes replaced by their number in parentheses, and cut after the first
// 4,096 bytes of the rest. `content_type` names the boundary; a body that has no such parts is cut
// alone. Pure.
std::string preview_multipart(std::string_view body, std::string_view content_type);

}  // namespace tollgate::stripe
