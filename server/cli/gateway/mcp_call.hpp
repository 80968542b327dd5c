// One request to an MCP server by its URL: streamable HTTP, revision 2026-07-28.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace tollgate::server {

// Fails with invalid_argument "bad_address" if `text` is no URL at all, such as a name.
base::result<> check_is_url(std::string_view text);

// The result of `method` as JSON. `params` is a JSON object without "_meta"; `name` is what the
// method is about, such as a tool. `key` is sent unless it is empty. Blocks. Fails with
// invalid_argument "bad_address", as http_caller::call(), with unavailable `answer_lost` if what
// was answered does not say whether it was done, and with the server's own sentence:
// errc::not_found for 404, errc::unauthorized for 401, errc::forbidden for 403, invalid_argument
// "rpc_error" for an error of JSON-RPC.
base::result<std::string> call_mcp(const std::string& url, std::string_view method,
                                   std::string_view params, const std::string& name,
                                   const base::secret& key);

// The answer to a request in `body`: the message itself, or, of an event stream, the last message
// that is an answer. Empty if there is none.
std::string rpc_answer(std::string_view body);

}  // namespace tollgate::server
