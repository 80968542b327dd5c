#include "server/cli/remote/test_server.hpp"

#include <chrono>
#include <iostream>
#include <utility>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "server/cli/gateway/mcp_call.hpp"
#include "server/cli/text/answer_lines.hpp"

namespace tollgate::server {

namespace {

constexpr std::chrono::minutes longest_life{5};

}  // namespace

base::result<test_server> test_server::make(const admin_client& gateway,
                                            const std::string& account_id, may what) {
    const std::string root = path_below("/integrated-account", account_id);
    const auto account = gateway.call("GET", root);
    if (!account) return account.error();
    const bool live = member_of(*account, "mode") == "live";
    std::string config = R"({"auth":"url")";
    if (what == may::read) config += R"(,"methods":["read"])";
    if (what == may::write && live) config += R"(,"allow_live_writes":true)";
    const auto ends = base::system_clock{}.now() + longest_life;
    std::string body = "{";
    base::json_members{body}
        .text("name", "tollgate test")
        .raw("config", config + '}')
        .text("expires_at", base::format_timestamp(ends));
    const auto made = gateway.call("POST", root + "/mcp", body + '}');
    if (!made) return made.error();
    return test_server{gateway, path_below(root + "/mcp", member_of(*made, "id")),
                       member_of(*made, "url")};
}

test_server::test_server(const admin_client& gateway, std::string path, std::string url)
    : gateway_(&gateway), path_(std::move(path)), url_(std::move(url)) {}

test_server::test_server(test_server&& other) noexcept
    : gateway_(other.gateway_),
      path_(std::exchange(other.path_, {})),
      url_(std::move(other.url_)) {}

test_server::~test_server() {
    if (path_.empty()) return;
    const auto gone = gateway_->call("DELETE", path_);
    if (!gone)
        std::cerr << "tollgate: not revoked, it expires in five minutes: DELETE " << path_ << '\n';
}

base::result<std::string> test_server::call(const std::string& tool,
                                            const std::string& arguments) const {
    std::string params = "{";
    base::json_members{params}.text("name", tool).raw("arguments", arguments);
    return call_mcp(url_, "tools/call", params + '}', tool, {});
}

}  // namespace tollgate::server
