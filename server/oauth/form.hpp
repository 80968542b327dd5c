// Parameters of OAuth requests, from a query or a form.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/http_message.hpp"

namespace tollgate::oauth {

using parameters = std::map<std::string, std::string, std::less<>>;

// Decodes "a=1&b=x%20y". Returns nullopt if a name is repeated (RFC 6749 §3.1), a % is malformed,
// or there are more than 50 parameters. Unknown names are kept; an empty value counts as absent.
std::optional<parameters> decode_parameters(std::string_view text);

// Decodes the body of a request with Content-Type application/x-www-form-urlencoded. Returns
// nullopt for other types.
std::optional<parameters> decode_form(const base::http_request& request);

// The value, or an empty view.
std::string_view value_of(const parameters& in, std::string_view name);

}  // namespace tollgate::oauth
