// Where `tollgate verify` tries things: MCP servers and keys of its own, which it removes at the
// end.
#pragma once
#include <simdjson.h>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "server/cli/gateway/admin_client.hpp"

namespace tollgate::server {

// What a check needs could not be had: the reason as a sentence. Becomes "unclear".
class verify_trouble : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// A parsed answer. Views live as long as this object.
class json_answer {
public:
    // Throws verify_trouble if it is not JSON.
    explicit json_answer(std::string_view text);

    // Of the value at a JSON pointer (RFC 6901); empty or false if there is none of that type.
    std::string text(std::string_view pointer) const;
    bool truth(std::string_view pointer) const;
    std::optional<std::int64_t> number(std::string_view pointer) const;
    bool has(std::string_view pointer) const;
    // How many elements the array has; 0 if there is none.
    std::size_t size(std::string_view pointer) const;

private:
    simdjson::dom::parser parser_;
    simdjson::dom::element root_;
};

struct tried_server {
    std::string id;
    std::string url;    // with its token
    std::string route;  // of the admin API: "/integrated-account/…/mcp/…"
};

class verify_bench {
public:
    // `gateway` outlives it. Calls are made for `account`.
    verify_bench(const admin_client& gateway, std::string account)
        : gateway_(gateway), account_(std::move(account)) {}
    verify_bench(const verify_bench&) = delete;
    verify_bench& operator=(const verify_bench&) = delete;
    // Removes everything that was made.
    ~verify_bench();

    const admin_client& gateway() const { return gateway_; }
    const std::string& account() const { return account_; }

    // A call of the admin API that must succeed. Throws verify_trouble if it does not.
    std::string must(std::string_view method, const std::string& path, std::string body = {}) const;

    // GET with another key, whatever the answer's status. Throws verify_trouble if nothing answers.
    http_answer asked_as(const std::string& key, const std::string& path) const;

    // A new MCP server that ends by itself in ten minutes, or in `seconds`. `config` is a JSON
    // object. Throws verify_trouble.
    tried_server mint(std::string_view config, int seconds = 600);
    // A new API key with this role: its text. Throws verify_trouble.
    std::string mint_key(std::string_view role);
    // Revokes the server now. Throws verify_trouble.
    void revoke(const tried_server& server) const;

    // A request of a client to an MCP URL. Throws verify_trouble if nothing answers.
    http_answer rpc(const std::string& url, std::string_view method, std::string_view params,
                    std::vector<std::pair<std::string_view, std::string>> headers = {}) const;
    // Whether tools/list is answered with a list.
    bool lists(const std::string& url,
               std::vector<std::pair<std::string_view, std::string>> headers = {}) const;

    // Waits until `done`, for five seconds at most; its last answer.
    static bool wait_until(const std::function<bool()>& done);

private:
    const admin_client& gateway_;
    const std::string account_;
    std::vector<std::string> made_;  // routes to delete
};

}  // namespace tollgate::server
