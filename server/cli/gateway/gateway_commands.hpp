// Commands that ask a running gateway by its admin API.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "server/cli/command_group.hpp"
#include "server/cli/gateway/admin_client.hpp"
#include "server/cli/text/answer_lines.hpp"

namespace tollgate::server {

// Their exit statuses, unless a command says otherwise.
constexpr int gateway_done = 0;
constexpr int gateway_wrong_usage = 1;  // also: it was not confirmed, and nothing was done
constexpr int gateway_not_asked = 2;    // the gateway could not be asked, or it refused
constexpr int gateway_waits = 3;        // it was recorded, and waits for somebody else
constexpr int gateway_not_so = 4;       // it was asked, and the answer is no

// A group of such commands, which share their flags.
class gateway_commands {
public:
    using entry = plain_command;  // its action refers to this object
    using action = std::function<base::result<int>(const admin_client&)>;

    // Adds a command with --url, --key-file, --context and --json to `group`. The object must
    // outlive the actions.
    CLI::App* add(CLI::App& group, const char* name, const char* help, action act);
    const std::vector<entry>& all() const { return entries_; }

    // Whether objects are shown as JSON, one a line.
    bool json() const { return json_; }
    // Shows the object in `body`: as JSON, or all its members, one a line. Nothing for an empty
    // body. Fails with errc::unavailable "unreadable_answer".
    base::result<> show(std::string_view body) const;
    // Shows the objects in `body`'s "result": as JSON, one a line; on a terminal as a table with
    // the members `keys`; elsewhere these members of each on one line, "-" for absent ones. Their
    // number. Fails as show().
    base::result<std::size_t> list(std::string_view body,
                                   const std::vector<const char*>& keys) const;
    // The same for all pages of a list, `limit` objects at most. Says so on a terminal if there are
    // none. Fails as show() and admin_client::call().
    base::result<int> list_all(const admin_client& gateway, const std::string& path,
                               const std::vector<const char*>& keys, std::size_t limit) const;
    // One request, whose answer is shown. Fails as show() and admin_client::call().
    base::result<int> ask(const admin_client& gateway, std::string_view method,
                          const std::string& path, std::string body = {}) const;

private:
    std::vector<entry> entries_;
    admin_access access_;
    bool json_ = false;
};

// POSTs a verdict with a reason, if there is one, about the object `id` below `root`: the body of
// the answer. Fails as admin_client::call().
base::result<std::string> send_verdict(const admin_client& gateway, std::string_view root,
                                       std::string_view id, std::string_view verdict,
                                       const std::string& reason);

}  // namespace tollgate::server
