// An MCP server that lives while something is tried with it.
#pragma once
#include <chrono>
#include <string>

#include "base/result.hpp"
#include "server/cli/gateway/admin_client.hpp"

namespace tollgate::server {

// Made for one account, and revoked by the destructor unless it is kept; what cannot be revoked
// expires.
class test_server {
public:
    // One that shows what only reads, for five minutes. Fails as admin_client::call(). `gateway`
    // outlives the result.
    static base::result<test_server> for_reads(const admin_client& gateway,
                                               const std::string& account_id);
    // One that shows tools of `operation` alone, whatever they do, also of a live account. It lives
    // as long as the gateway looks for an outcome that is not known. Fails as for_reads().
    static base::result<test_server> for_tool(const admin_client& gateway,
                                              const std::string& account_id,
                                              const std::string& operation);
    ~test_server();
    test_server(test_server&& other) noexcept;
    test_server(const test_server&) = delete;
    test_server& operator=(const test_server&) = delete;
    test_server& operator=(test_server&&) = delete;

    // The result of one call, as JSON. Fails as call_mcp().
    base::result<std::string> call(const std::string& tool, const std::string& arguments) const;
    // Keeps it if what was called still needs it, and says so on standard error: a person must
    // approve the call until `approval_end` (a time as text), or, if that is empty, the outcome of
    // a write is not known.
    void keep_if_needed(const std::string& approval_end);

private:
    static base::result<test_server> make(const admin_client& gateway,
                                          const std::string& account_id, const std::string& config,
                                          std::chrono::seconds life);
    test_server(const admin_client& gateway, std::string path, const std::string& made);
    // False also if the gateway does not say it.
    bool outcomes_are_known() const;

    const admin_client* gateway_;
    std::string path_;  // of the admin API; empty: another object has it, or it is kept
    std::string id_;
    std::string url_;
    std::string expires_at_;
};

}  // namespace tollgate::server
