#include "server/pipeline/base_url.hpp"

#include "server/pipeline/context.hpp"

namespace tollgate::server {

std::string base_urls::of(const request_context& context) const {
    const auto host = context.request.header("Host");
    if (!without_request().empty() || host.empty()) return without_request();
    return (context.secure ? "https://" : "http://") + std::string(host);
}

}  // namespace tollgate::server
