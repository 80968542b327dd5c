// What the addresses that we tell people begin with.
#pragma once
#include <string>

namespace tollgate::server {

struct request_context;

class base_urls {
public:
    explicit base_urls(std::string public_url) : public_url_(std::move(public_url)) {}

    // Where the MCP endpoints listen, once that is known: one address, not "every address". Before
    // the loops run.
    void set_listening(std::string url) { listening_ = std::move(url); }

    // "https://gateway.example", without a slash at the end: server.public_url when it is set, else
    // the address the gateway listens on. When it listens on every address, the name the request
    // came by (which passed the Host check), or nothing where a request names none: no URL can be
    // made then.
    std::string of(const request_context& context) const;

    // The same where there is no request.
    const std::string& without_request() const {
        return public_url_.empty() ? listening_ : public_url_;
    }

private:
    std::string public_url_;
    std::string listening_;
};

}  // namespace tollgate::server
