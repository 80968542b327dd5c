// Parameters of OAuth requests: of a query, or of a form.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/http_message.hpp"

namespace tollgate::oauth {

using parameters = std::map<std::string, std::string, std::less<>>;

// Decodes "a=1&b=x%20y". Nothing when a name comes twice (RFC 6749 §3.1), a % is stray, or there
// are more than 50. Unknown names are kept, an empty value counts as absent.
std::optional<parameters> decode_parameters(std::string_view text);

// The body of a request with Content-Type application/x-www-form-urlencoded; nothing for another.
std::optional<parameters> decode_form(const base::http_request& request);

// The value, or an empty view.
std::string_view value_of(const parameters& in, std::string_view name);

// Appends "name=value" to a URI, percent-encoded, behind '?' or '&'.
void add_parameter(std::string& uri, std::string_view name, std::string_view value);

}  // namespace tollgate::oauth
