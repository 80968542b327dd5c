// Port: answers the requests of a connection.
#pragma once
#include <string>

#include "base/async.hpp"
#include "base/http_message.hpp"
#include "base/response_stream.hpp"

namespace tollgate::server {

// Facts about the connection of a request.
struct connection_facts {
    std::string peer_address;  // without the port
    bool tls = false;
    // For an answer to the current request in parts. Null if it cannot be sent in parts.
    base::response_stream* stream = nullptr;
};

class request_handler {
public:
    virtual ~request_handler() = default;

    // Answers one request; never throws. `request` and `facts` live until the awaitable completes.
    // Runs on the connection's loop.
    virtual base::awaitable<base::http_response> handle(base::http_request& request,
                                                        const connection_facts& facts) = 0;

    // The answer to a request that could not be read: `status` is 400, 408, 413, 414, 431, 501, 503
    // or 505.
    virtual base::http_response unreadable(unsigned status, std::string_view why) = 0;
};

}  // namespace tollgate::server
