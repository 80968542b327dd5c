// A multipart body for people to read, without the uploaded bytes.
#pragma once
#include <string>
#include <string_view>

namespace tollgate::stripe {

// The body with its file's bytes replaced by their number in parentheses, and the rest cut after
// 4,096 bytes. `content_type` names the boundary; a body without such parts is only cut. Pure.
std::string preview_multipart(std::string_view body, std::string_view content_type);

}  // namespace tollgate::stripe
