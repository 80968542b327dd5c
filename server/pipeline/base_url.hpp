// What the addresses that we tell people begin with.
#pragma once
#include <string>

#include "server/pipeline/context.hpp"

namespace tollgate::server {

class base_urls {
public:
    explicit base_urls(std::string public_url) : public_url_(std::move(public_url)) {}

    // Where the MCP endpoints listen, once that is known. Before the loops run.
    void set_listening(std::string url) { listening_ = std::move(url); }

    // "https://gateway.example", without a slash at the end: server.public_url when it is set.
    // Else, when the gateway listens on every address, the name the request came by (which passed
    // the Host check); else the address it listens on.
    std::string of(const request_context& context) const;

private:
    std::string public_url_;
    std::string listening_;
};

}  // namespace tollgate::server
