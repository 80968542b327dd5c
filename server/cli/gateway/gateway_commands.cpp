#include "server/cli/gateway/gateway_commands.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <iostream>
#include <unistd.h>

#include "base/json_text.hpp"
#include "base/url.hpp"
#include "server/cli/gateway/gateway_access.hpp"
#include "server/cli/text/table.hpp"
#include "server/cli/text/terminal.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;
using base::result;

constexpr std::size_t page_max = 100;

// "created_at" as "CREATED AT".
std::string heading_of(std::string_view key) {
    std::string out;
    for (const char c : key)
        out += c == '_' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

text_table empty_table(const std::vector<const char*>& keys) {
    text_table out;
    for (const auto* key : keys) out.headings.push_back(heading_of(key));
    return out;
}

// Adds the objects of a body's "result": their number.
result<std::size_t> add_rows(text_table& table, std::string_view body,
                             const std::vector<const char*>& keys) {
    return each_row(body, [&](const dom::element& row) -> result<> {
        dom::object one;
        if (row.get(one) != simdjson::SUCCESS) return unreadable_answer();
        std::vector<std::string> cells;
        for (const auto* key : keys) {
            auto cell = without_controls(shown_member(one, key));
            cells.push_back(cell.empty() ? std::string{"-"} : std::move(cell));
        }
        table.rows.push_back(std::move(cells));
        return {};
    });
}

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
    if (body.empty()) return {};
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
    if (!json_ && on_terminal(STDOUT_FILENO)) {
        auto table = empty_table(keys);
        const auto count = add_rows(table, body, keys);
        if (count) print_table(table);
        return count;
    }
    return each_row(body, [&](const dom::element& row) -> result<> {
        dom::object one;
        if (row.get(one) != simdjson::SUCCESS) return unreadable_answer();
        std::cout << (json_ ? simdjson::minify(row) : line_with(one, keys)) << '\n';
        return {};
    });
}

// A table is printed when all of it is there; lines as they come.
result<int> gateway_commands::list_all(const admin_client& gateway, const std::string& path,
                                       const std::vector<const char*>& keys,
                                       std::size_t limit) const {
    const bool as_table = !json_ && on_terminal(STDOUT_FILENO);
    auto table = empty_table(keys);
    std::string cursor;
    std::size_t seen = 0;
    while (seen < limit) {
        std::string page = path;
        base::append_query(page, "limit", std::to_string(std::min(limit - seen, page_max)));
        if (!cursor.empty()) base::append_query(page, "cursor", cursor);
        const auto body = gateway.call("GET", page);
        if (!body) return body.error();
        const auto count = as_table ? add_rows(table, *body, keys) : list(*body, keys);
        if (!count) return count.error();
        seen += *count;
        cursor = member_of(*body, "next_cursor");
        if (cursor.empty() || *count == 0) break;
    }
    print_table(table);
    say_if_empty(seen);
    if (!cursor.empty() && on_terminal(STDERR_FILENO))
        std::cerr << "There are more: give a larger --limit.\n";
    return gateway_done;
}

result<int> gateway_commands::ask(const admin_client& gateway, std::string_view method,
                                  const std::string& path, std::string body) const {
    const auto answer = gateway.call(method, path, std::move(body));
    if (!answer) return answer.error();
    const auto shown = show(*answer);
    if (!shown) return shown.error();
    return gateway_done;
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
