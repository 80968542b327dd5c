#include "server/cli/gateway/gateway_commands.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include "base/json_text.hpp"
#include "server/cli/gateway/gateway_access.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;
using base::result;

}  // namespace

CLI::App* gateway_commands::add(CLI::App& group, const char* name, const char* help, action act) {
    auto* const command = group.add_subcommand(name, help);
    add_access(*command, access_);
    command->add_flag("--json", json_, "JSON, one object a line");
    entries_.push_back({command, [this, act = std::move(act)] {
                            return ask_gateway(access_, gateway_not_asked, act);
                        }});
    return command;
}

result<> gateway_commands::show(std::string_view body) const {
    if (!json_) {
        const auto details = details_of(body);
        if (!details) return details.error();
        std::cout << *details;
        return {};
    }
    dom::parser parser;
    dom::element root;
    const simdjson::padded_string text{body};
    if (parser.parse(text).get(root) != simdjson::SUCCESS) return unreadable_answer();
    std::cout << simdjson::minify(root) << '\n';
    return {};
}

result<std::size_t> gateway_commands::list(std::string_view body,
                                           const std::vector<const char*>& keys) const {
    return each_row(body, [&](const dom::element& row) -> result<> {
        dom::object one;
        if (row.get(one) != simdjson::SUCCESS) return unreadable_answer();
        std::cout << (json_ ? simdjson::minify(row) : line_with(one, keys)) << '\n';
        return {};
    });
}

result<std::string> send_verdict(const admin_client& gateway, std::string_view root,
                                 std::string_view id, std::string_view verdict,
                                 const std::string& reason) {
    std::string sent = "{";
    base::json_members members{sent};
    if (!reason.empty()) members.text("reason", reason);
    std::string path = path_below(root, id) + '/';
    path += verdict;
    return gateway.call("POST", path, sent + '}');
}

}  // namespace tollgate::server
