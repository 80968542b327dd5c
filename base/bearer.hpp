// The credential of `Authorization: Bearer …` (RFC 6750 §2.1, RFC 9110 §11.4).
#pragma once
#include <string_view>

#include "base/http_message.hpp"

namespace tollgate::base {

// Returns the text after the scheme, without surrounding spaces; empty if the request has no such
// header or uses another scheme. The result is a view into `request`.
std::string_view bearer_credential(const http_request& request) noexcept;

}  // namespace tollgate::base
