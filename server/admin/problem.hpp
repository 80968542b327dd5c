// RFC 9457 problem documents: the admin API's only mapping from failures to HTTP.
#pragma once
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "base/result.hpp"

namespace tollgate::admin {

// The status of a failure.
unsigned status_of(const base::failure& failure);

// application/problem+json for a failure. The text of a fault (internal, corrupt) is not included,
// because it is for the log only.
base::http_response problem_response(const base::failure& failure, std::string_view request_id);

// The document itself: {type,title,status,code,detail,field?,request_id}. Implemented in
// response_codec.cpp.
std::string encode_problem(unsigned status, std::string_view title, std::string_view code,
                           std::string_view detail, std::string_view field,
                           std::string_view request_id);

}  // namespace tollgate::admin
