// What an OpenAPI document says of its service.
#pragma once
#include <string>

#include "server/cli/openapi/declarations_writer.hpp"
#include "server/cli/openapi/openapi_document.hpp"

namespace tollgate::server {

// Name, description, address and authentication of the service. `base_url` replaces the document's
// first server unless it is empty. Adds a sentence to `notes` for an authentication that a
// declarations file cannot say. Fails with invalid_argument "no_server" when the address is none.
base::result<written_service> service_of_openapi(const openapi_document& in,
                                                 const std::string& base_url,
                                                 std::vector<std::string>& notes);

}  // namespace tollgate::server
