// The operations of an OpenAPI document, and each of them as a capability of a declarations file.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "server/cli/openapi/declarations_writer.hpp"
#include "server/cli/openapi/openapi_document.hpp"
#include "stripe/declarations/document.hpp"

namespace tollgate::server {

// An operation that was not read yet. Refers to its document.
struct openapi_entry {
    std::string id;         // its operationId, or else "GET /v1/refunds"; 200 bytes at most
    std::string method;     // "GET"
    std::string_view path;  // in the document
    std::vector<std::string> tags{};  // 200 bytes at most each
    simdjson::dom::object operation{};
    simdjson::dom::object path_item{};
};

// All operations, in the order of the document. Path items that cannot be read have none.
std::vector<openapi_entry> openapi_entries(const openapi_document& in);

// What a declarations file cannot say of an operation.
struct openapi_left_out {
    std::string operation;  // its id
    std::string input{};    // empty: all of the operation
    std::string reason;
};

// The operation as a capability: its name is made from its id, its description is one sentence, and
// a write needs consent. Adds what cannot be said to `left_out`. Nothing if that is the operation
// itself: what it needs cannot be said.
std::optional<written_capability> read_openapi_operation(const openapi_document& in,
                                                         const openapi_entry& entry,
                                                         std::vector<openapi_left_out>& left_out);

}  // namespace tollgate::server
