// The result of a tool call as a person reads it.
#pragma once
#include <string>

namespace tollgate::server {

// The texts of a result (JSON), each on lines of its own; what is no text is named by its type.
std::string texts_of(const std::string& result);

// gateway_done; gateway_waits if a person must agree first, to the client or to the gateway;
// gateway_not_so if the result is an error.
int status_of_result(const std::string& result);

// Until when people may approve the call, if the result is an approval that waits for them; empty
// otherwise.
std::string end_of_approval(const std::string& result);

}  // namespace tollgate::server
