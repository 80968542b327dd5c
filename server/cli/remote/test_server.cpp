#include "server/cli/remote/test_server.hpp"

#include <chrono>
#include <iostream>
#include <utility>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "base/url.hpp"
#include "server/cli/gateway/mcp_call.hpp"
#include "server/cli/text/answer_lines.hpp"

namespace tollgate::server {

namespace {

constexpr std::chrono::minutes life_of_reads{5};
// The gateway sends a write again for a day, and looks for what it made for a week.
constexpr std::chrono::days life_of_writes{8};

}  // namespace

base::result<test_server> test_server::for_reads(const admin_client& gateway,
                                                 const std::string& account_id) {
    return make(gateway, account_id, R"({"auth":"url","methods":["read"]})", life_of_reads);
}

base::result<test_server> test_server::for_tool(const admin_client& gateway,
                                                const std::string& account_id,
                                                const std::string& operation) {
    const auto account = gateway.call("GET", path_below("/integrated-account", account_id));
    if (!account) return account.error();
    // A config that names tools gets no default methods, so that all methods pass.
    std::string config = R"({"auth":"url","tools":{"allow":)" + json_list({operation}) + '}';
    if (member_of(*account, "mode") == "live") config += R"(,"allow_live_writes":true)";
    return make(gateway, account_id, config + '}', life_of_writes);
}

base::result<test_server> test_server::make(const admin_client& gateway,
                                            const std::string& account_id,
                                            const std::string& config, std::chrono::seconds life) {
    const std::string root = path_below("/integrated-account", account_id) + "/mcp";
    std::string body = "{";
    base::json_members{body}
        .text("name", "tollgate test")
        .raw("config", config)
        .text("expires_at", base::format_timestamp(base::system_clock{}.now() + life));
    const auto made = gateway.call("POST", root, body + '}');
    if (!made) return made.error();
    return test_server{gateway, path_below(root, member_of(*made, "id")), *made};
}

test_server::test_server(const admin_client& gateway, std::string path, const std::string& made)
    : gateway_(&gateway),
      path_(std::move(path)),
      id_(member_of(made, "id")),
      url_(member_of(made, "url")),
      expires_at_(member_of(made, "expires_at")) {}

test_server::test_server(test_server&& other) noexcept
    : gateway_(other.gateway_),
      path_(std::exchange(other.path_, {})),
      id_(std::move(other.id_)),
      url_(std::move(other.url_)),
      expires_at_(std::move(other.expires_at_)) {}

test_server::~test_server() {
    if (path_.empty()) return;
    const auto gone = gateway_->call("DELETE", path_);
    if (!gone)
        std::cerr << "tollgate: not revoked, it expires at " << expires_at_ << ": DELETE " << path_
                  << '\n';
}

bool test_server::outcomes_are_known() const {
    std::string path = "/receipt";
    base::append_query(path, "mcp_server_id", id_);
    const auto receipts = gateway_->call("GET", path);
    if (!receipts) return false;
    bool known = true;
    const auto read = each_row(*receipts, [&](const simdjson::dom::element& row) -> base::result<> {
        simdjson::dom::object receipt;
        if (row.get(receipt) != simdjson::SUCCESS) return unreadable_answer();
        const auto state = shown_member(receipt, "state");
        known = known && (state == "succeeded" || state == "failed");
        return {};
    });
    return read && known;
}

void test_server::keep_if_needed(const std::string& approval_end) {
    if (approval_end.empty() && outcomes_are_known()) return;
    if (const auto end = base::parse_timestamp(approval_end)) {
        const auto until = base::format_timestamp(*end + life_of_writes);
        std::string body = "{";
        base::json_members{body}.text("expires_at", until);
        if (const auto longer = gateway_->call("PATCH", path_, body + '}'); longer)
            expires_at_ = until;
    }
    std::cerr << (approval_end.empty() ? "whether the call was done is not known"
                                       : "a person must approve this call")
              << ". It belongs to the MCP server " << id_ << ", which therefore stays until "
              << expires_at_ << ": revoking it earlier ends the call\n";
    path_.clear();
}

base::result<std::string> test_server::call(const std::string& tool,
                                            const std::string& arguments) const {
    std::string params = "{";
    base::json_members{params}.text("name", tool).raw("arguments", arguments);
    return call_mcp(url_, "tools/call", params + '}', tool, {});
}

}  // namespace tollgate::server
