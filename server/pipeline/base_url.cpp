#include "server/pipeline/base_url.hpp"

namespace tollgate::server {

std::string base_urls::of(const request_context& context) const {
    if (!public_url_.empty()) return public_url_;
    const bool everywhere = listening_.find("//0.0.0.0:") != std::string::npos ||
                            listening_.find("//[::]:") != std::string::npos;
    const auto host = context.request.header("Host");
    if (!everywhere || host.empty()) return listening_;
    return (context.secure ? "https://" : "http://") + std::string(host);
}

}  // namespace tollgate::server
