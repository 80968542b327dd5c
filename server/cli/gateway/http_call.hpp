// One HTTP request at a time, for commands that ask a gateway.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "server/delivery/address.hpp"

namespace boost::asio::ssl {
class context;
}

namespace tollgate::server {

struct http_answer {
    unsigned status = 0;
    std::string body;
};

struct http_ask {
    std::string_view method;
    std::string path{};  // below the address; begins with '/' and is encoded, or is empty
    std::vector<std::pair<std::string_view, std::string>> headers{};  // a Host replaces ours
    std::string body{};
};

// "unreachable" with what to do about it.
base::failure not_asked(const std::string& what);

// One address; each request has a connection of its own, and blocks.
class http_caller {
public:
    // `url` is "https://host[:port][/path]"; plain http on loopback only, since what is sent holds
    // secrets. Fails with invalid_argument "bad_address" and the end of a sentence: "must be …".
    static base::result<http_caller> make(const std::string& url);

    // The answer, whatever its status. Fails as not_asked().
    base::result<http_answer> call(const http_ask& what) const;

private:
    explicit http_caller(delivery::webhook_address to) : to_(std::move(to)) {}

    delivery::webhook_address to_;
    std::shared_ptr<boost::asio::ssl::context> tls_;
};

}  // namespace tollgate::server
