// Answers of the OAuth endpoints: documents, tokens, errors.
#pragma once
#include <string>
#include <string_view>

#include "base/http_message.hpp"
#include "base/result.hpp"
#include "tenancy/oauth/clients.hpp"

namespace tollgate::oauth {

// An error of RFC 6749 §5.2. A positive `retry_seconds` becomes Retry-After.
base::http_response error_answer(unsigned status, std::string_view error, std::string_view detail,
                                 int retry_seconds = 0);
// The same for a failure of tenancy: with its code if that is one of OAuth's, or 503 if the store
// does not answer.
base::http_response error_answer(const base::failure& why);

// A JSON answer; like every answer of the gateway, it must not be cached.
base::http_response json_answer(unsigned status, std::string body);

// RFC 9728, for the MCP server at `issuer`, which is its own authorization server.
std::string resource_metadata(std::string_view issuer);
// RFC 8414; `endpoints` is the start of the endpoints' addresses.
std::string server_metadata(std::string_view issuer, std::string_view endpoints);
// RFC 7591 §3.2.1.
std::string encode(const tenancy::oauth::oauth_client& client);
// RFC 6749 §5.1; contains the tokens.
std::string encode(const tenancy::oauth::issued_tokens& tokens);
// RFC 7662 §2.2; null: {"active":false}.
std::string encode(const tenancy::oauth::token_facts* facts);

}  // namespace tollgate::oauth
