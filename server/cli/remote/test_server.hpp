// An MCP server that lives while something is tried with it.
#pragma once
#include <string>

#include "base/result.hpp"
#include "server/cli/gateway/admin_client.hpp"

namespace tollgate::server {

// Made for one account, and revoked by the destructor; what cannot be revoked expires after five
// minutes.
class test_server {
public:
    enum class may : bool { read, write };

    // Fails as admin_client::call(). `gateway` outlives the result. Of a live account, a server
    // that may write may do so for real.
    static base::result<test_server> make(const admin_client& gateway,
                                          const std::string& account_id, may what);
    ~test_server();
    test_server(test_server&& other) noexcept;
    test_server(const test_server&) = delete;
    test_server& operator=(const test_server&) = delete;
    test_server& operator=(test_server&&) = delete;

    // The result of one call, as JSON. Fails as call_mcp().
    base::result<std::string> call(const std::string& tool, const std::string& arguments) const;

private:
    test_server(const admin_client& gateway, std::string path, std::string url);

    const admin_client* gateway_;
    std::string path_;  // of the admin API; empty: another object has it
    std::string url_;
};

}  // namespace tollgate::server
