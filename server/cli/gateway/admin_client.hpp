// Calls of the admin API, for commands.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "server/cli/gateway/http_call.hpp"

namespace tollgate::server {

// Which gateway is asked, and with which key.
struct admin_access {
    std::string url;       // "https://host[:port][/path]"; plain http on loopback only
    std::string key_file;  // holds the API key; empty: the key is `key`
    std::string key;       // tgk_…
    std::string context;   // the name of one; choose_gateway() has used it already
    std::vector<std::string> instances;  // admin addresses of each instance, if they are known
};

// One gateway; each call has a connection of its own, and blocks.
class admin_client {
public:
    // Fails with invalid_argument "bad_address" if the URL is none or would send the key over an
    // open network, "no_key" if there is no key, and as tenancy::read_secret_file does.
    static base::result<admin_client> make(const admin_access& access);

    // The body of the answer, if its status is 2xx. `path` begins with '/' and is encoded; `body`
    // is of that type, or empty. A refusal fails with the code and the sentence of the gateway's
    // problem document; a gateway that cannot be asked as not_asked().
    base::result<std::string> call(std::string_view method, const std::string& path,
                                   std::string body = {},
                                   std::string_view type = "application/json") const;
    // The answer, whatever its status. Fails as not_asked().
    base::result<http_answer> ask(std::string_view method, const std::string& path,
                                  std::string body = {},
                                  std::string_view type = "application/json") const;

    // The same gateway, for requests without the key.
    const http_caller& without_key() const { return to_; }
    // For an MCP server that also asks for an API key.
    const base::secret& key() const { return key_; }
    const std::string& url() const { return url_; }
    // Admin addresses of each instance behind it, if a context says them.
    const std::vector<std::string>& instances() const { return instances_; }
    // The same key at the address of another instance. Fails as make().
    base::result<admin_client> at(const std::string& url) const;

private:
    admin_client(http_caller to, base::secret key, const admin_access& access)
        : to_(std::move(to)),
          key_(std::move(key)),
          url_(access.url),
          instances_(access.instances) {}

    http_caller to_;
    base::secret key_;
    std::string url_;
    std::vector<std::string> instances_;
};

}  // namespace tollgate::server
