#include "server/cli/remote/receipts.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <iostream>
#include <unistd.h>

#include "base/encoding.hpp"
#include "base/json_text.hpp"
#include "base/url.hpp"
#include "server/cli/argument_checks.hpp"
#include "server/cli/command_group.hpp"
#include "server/cli/gateway/gateway_access.hpp"
#include "server/cli/text/receipt_lines.hpp"
#include "server/cli/text/table.hpp"
#include "server/cli/text/terminal.hpp"

namespace tollgate::server {

namespace {

using base::result;

constexpr unsigned page_max = 100;

// A filter of the list: its flag, the parameter of GET /receipt, and what it is.
struct list_filter {
    const char* flag;
    const char* parameter;
    const char* help;
};

constexpr std::array filters{
    list_filter{"--state", "state", "intended, succeeded, failed or unknown"},
    list_filter{"--tool", "tool", "The tool that was called"},
    list_filter{"--account", "integrated_account_id", "ia_…"},
    list_filter{"--server", "mcp_server_id", "mcp_…"},
    list_filter{"--object", "object_id", "The id of the object that was written"},
    list_filter{"--operation-key", "operation_key", "The operation key of the call"},
    list_filter{"--created-from", "created_from", "2026-11-01T00:00:00Z"},
    list_filter{"--created-before", "created_before", "2026-12-01T00:00:00Z"},
};

// Gives `each` the receipts of `path`, page after page, at most `limit`.
result<> walk(const admin_client& gateway, const std::string& path, std::size_t limit,
              const std::function<void(shown_receipt)>& each) {
    std::string cursor;
    for (std::size_t seen = 0; seen < limit;) {
        std::string page = path;
        base::append_query(page, "limit",
                           std::to_string(std::min<std::size_t>(limit - seen, page_max)));
        if (!cursor.empty()) base::append_query(page, "cursor", cursor);
        const auto answer = gateway.call("GET", page);
        if (!answer) return answer.error();
        auto read = read_receipts(*answer);
        if (!read) return read.error();
        seen += read->receipts.size();
        for (auto& one : read->receipts) each(std::move(one));
        cursor = read->next_cursor;
        if (cursor.empty() || read->receipts.empty()) return {};
    }
    return {};
}

void print(const shown_receipt& one, bool json) {
    std::cout << (json ? one.json : one.line) << '\n' << std::flush;
}

std::string path_of(const std::string& id) {
    return path_below("/receipt", id);
}

// For people only: nothing of it in a pipe or a file.
void receipt_remark(const std::string& sentence) {
    if (::isatty(STDERR_FILENO) == 1) std::cerr << sentence << '\n';
}

bool is_known(const shown_receipt& one) {
    return one.state == "succeeded" || one.state == "failed";
}

}  // namespace

void receipts_commands::add(CLI::App& app) {
    auto* const group =
        command_group(app, "receipts", "Receipts of writes, asked of a running gateway");
    filter_.resize(filters.size());
    const auto add_one = [&](const char* name, const char* help,
                             base::result<int> (receipts_commands::*action)(const admin_client&)
                                 const) {
        return group_.add(*group, name, help, [this, action](const admin_client& gateway) {
            return (this->*action)(gateway);
        });
    };
    auto* const listing =
        add_one("list", "List receipts, newest first, one a line", &receipts_commands::list);
    for (std::size_t i = 0; i < filters.size(); ++i)
        listing->add_option(filters[i].flag, filter_[i], filters[i].help);
    listing->add_option("--limit", limit_, "How many at most; default: 100")->check(whole_number());
    add_one("show", "Show one receipt", &receipts_commands::show)
        ->add_option("ID", id_, "rcp_…")
        ->required();
    add_one("reconcile",
            "Look for the outcome of a write, or of all that are unknown (exit status 1: one is "
            "still unknown)",
            &receipts_commands::reconcile)
        ->add_option("ID", id_, "rcp_…; default: all that are unknown");
    auto* const settling = add_one(
        "settle", "State the outcome of a write that stays unknown, after looking where it went",
        &receipts_commands::settle);
    settling->add_option("ID", id_, "rcp_…")->required();
    auto* const which = settling->add_option_group("outcome");
    which->add_flag("--succeeded", succeeded_, "The write was done");
    which->add_flag("--failed", failed_, "The write was not done");
    which->require_option(1);
    settling->add_option("--reason", reason_, "How you know; it is recorded")->required();
    settling->add_option("--object-id", object_id_, "The id of what the write made");
}

result<int> receipts_commands::list(const admin_client& gateway) const {
    std::string path = "/receipt";
    for (std::size_t i = 0; i < filters.size(); ++i)
        if (!filter_[i].empty()) base::append_query(path, filters[i].parameter, filter_[i]);
    std::size_t count = 0;
    const bool as_table = !group_.json() && on_terminal(STDOUT_FILENO);
    text_table table{{"ID", "STATE", "TOOL", "CREATED AT", "OBJECT", "AMOUNT", "ERROR"}, {}};
    const auto done = walk(gateway, path, limit_, [&](const shown_receipt& one) {
        ++count;
        if (as_table)
            table.rows.push_back(one.cells);
        else
            print(one, group_.json());
    });
    if (!done) return done.error();
    print_table(table);
    if (count == 0) receipt_remark("No receipts.");
    return receipts_done;
}

result<int> receipts_commands::show(const admin_client& gateway) const {
    const auto answer = gateway.call("GET", path_of(id_));
    if (!answer) return answer.error();
    const auto one = read_receipt(*answer);
    if (!one) return one.error();
    const auto shown = group_.show(*answer);
    if (!shown) return shown.error();
    return receipts_done;
}

// All of them are read first: a receipt whose outcome is found leaves the list.
result<int> receipts_commands::reconcile(const admin_client& gateway) const {
    std::vector<shown_receipt> due;
    const auto take = [&due](shown_receipt one) { due.push_back(std::move(one)); };
    if (id_.empty()) {
        const auto found = walk(gateway, "/receipt?state=unknown", SIZE_MAX, take);
        if (!found) return found.error();
    } else {
        const auto answer = gateway.call("GET", path_of(id_));
        if (!answer) return answer.error();
        auto one = read_receipt(*answer);
        if (!one) return one.error();
        take(std::move(*one));
    }
    std::size_t left = 0;
    for (const auto& before : due) {
        const auto answer = gateway.call("POST", path_of(before.id) + "/reconcile");
        const bool in_progress = !answer && answer.error().code == "receipt_in_progress";
        if (!answer && !in_progress) return answer.error();
        auto after = in_progress ? result<shown_receipt>{before} : read_receipt(*answer);
        if (!after) return after.error();
        if (!is_known(*after)) ++left;
        print(*after, group_.json());
    }
    if (due.empty()) receipt_remark("No receipt is unknown.");
    if (left == 0) return receipts_done;
    receipt_remark(
        std::to_string(left) + " of " + std::to_string(due.size()) +
        " still unknown. Look for their objects where they were sent, then: tollgate receipts "
        "settle. docs/receipts.md says what each code means.");
    return receipts_unknown;
}

result<int> receipts_commands::settle(const admin_client& gateway) const {
    std::string body = "{";
    base::json_members members{body};
    members.text("state", succeeded_ ? "succeeded" : "failed").text("reason", reason_);
    if (!object_id_.empty()) members.text("object_id", object_id_);
    const auto answer = gateway.call("POST", path_of(id_) + "/outcome", body + '}');
    if (!answer) return answer.error();
    const auto one = read_receipt(*answer);
    if (!one) return one.error();
    print(*one, group_.json());
    return receipts_done;
}

}  // namespace tollgate::server
