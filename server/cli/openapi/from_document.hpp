// A declarations file from an OpenAPI document, with everything that it cannot say.
#pragma once
#include <string>
#include <vector>

#include "server/cli/openapi/declarations_writer.hpp"
#include "server/cli/openapi/openapi_choice.hpp"
#include "tenancy/rules/tool_directory.hpp"

namespace tollgate::server {

struct written_declarations {
    std::string text;
    written_service service{};
    std::size_t operations = 0;  // of the document
    std::size_t chosen = 0;
    std::size_t tools = 0;
    std::vector<openapi_left_out> left_out{};  // operations and inputs, in their order
    std::vector<openapi_left_out> changed{};   // names and places that are not the document's
    bool service_refused = false;  // the file is not accepted before its service is corrected
};

// Writes the wanted operations of `in`. Each is checked as `tollgate validate --strict` does, so
// that the file is accepted: of a service that is Stripe against its catalogue, too. `base_url`
// replaces that of the document unless it is empty. Fails with invalid_argument: as
// choose_operations(), "no_server", and "nothing_chosen" when no operation can be said.
base::result<written_declarations> declarations_of_openapi(const openapi_document& in,
                                                           const openapi_filter& wanted,
                                                           const std::string& base_url,
                                                           const tenancy::tool_directory& tools);

}  // namespace tollgate::server
