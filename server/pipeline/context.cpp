#include "server/pipeline/context.hpp"

#include "mcp/endpoint.hpp"

namespace tollgate::server {

request_context::request_context(const connection_facts& from, base::http_request& what)
    : connection(from), request(what), exchange(std::make_unique<mcp::exchange>()) {}

request_context::~request_context() = default;

}  // namespace tollgate::server
