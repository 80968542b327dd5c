// The credential of `Authorization: Bearer …` (RFC 6750 §2.1, RFC 9110 §11.4).
#pragma once
#include <string_view>

#include "base/http_message.hpp"

namespace tollgate::base {

// What follows the scheme, without the spaces around it; empty if the request has no such header
// or another scheme. A view into `request`.
std::string_view bearer_credential(const http_request& request) noexcept;

}  // namespace tollgate::base
