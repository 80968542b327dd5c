// The base URL of the addresses that we give to people.
#pragma once
#include <string>

namespace tollgate::server {

struct request_context;

class base_urls {
public:
    explicit base_urls(std::string public_url) : public_url_(std::move(public_url)) {}

    // The address of the MCP endpoints, once it is known: a single address, not "every address".
    // Call before the loops run.
    void set_listening(std::string url) { listening_ = std::move(url); }

    // "https://gateway.example", without a trailing slash: server.public_url if set, otherwise the
    // address the gateway listens on. If it listens on every address, the host name of the request
    // (which passed the Host check), or an empty text if the request has none: no URL can be built
    // then.
    std::string of(const request_context& context) const;

    // The same without a request.
    const std::string& without_request() const {
        return public_url_.empty() ? listening_ : public_url_;
    }

private:
    std::string public_url_;
    std::string listening_;
};

}  // namespace tollgate::server
