#include "server/cli/remote/access_commands.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <unistd.h>

#include "base/ids.hpp"
#include "base/json_text.hpp"
#include "server/cli/argument_checks.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/text/prompt.hpp"
#include "server/cli/text/table.hpp"
#include "server/cli/text/terminal.hpp"

namespace tollgate::server {

namespace {

using base::result;

std::string cell(const std::string& text) {
    return text.empty() ? std::string{"-"} : without_controls(text);
}

std::string count_of(std::int64_t number) {
    return std::to_string(number) + (number == 1 ? " MCP server" : " MCP servers");
}

bool is_group(const target& meant) {
    return meant.kind == target_kind::account || meant.kind == target_kind::team;
}

// How many MCP servers it concerns.
std::int64_t reach_of(const target& meant) {
    return is_group(meant) ? meant.not_revoked : std::ssize(meant.servers);
}

// What it is, as the end of a sentence: "revoke …".
std::string described(const target& meant) {
    switch (meant.kind) {
        case target_kind::account:
            return "all " + count_of(meant.not_revoked) + " of the account " + cell(meant.name);
        case target_kind::team:
            return "all " + count_of(meant.not_revoked) + " of the team";
        case target_kind::secret:
            if (meant.secret_kind == "mcp_url") return "the MCP server " + cell(meant.name);
            return "the " + cell(meant.secret_kind) + ' ' + cell(meant.id) + " of " +
                   cell(meant.name);
        case target_kind::servers:
            break;
    }
    if (meant.servers.size() == 1) return "the MCP server " + cell(meant.servers[0].name);
    return count_of(std::ssize(meant.servers));
}

void preview(const target& meant) {
    text_table table{{"ID", "NAME", "HOLDER", "TOKEN", "STATUS", "LAST USED"}, {}};
    for (const auto& one : meant.servers)
        table.rows.push_back({cell(one.id), cell(one.name), cell(one.holder),
                              cell(one.token_prefix), cell(one.status), cell(one.last_used_at)});
    if (!table.rows.empty())
        std::cerr << format_table(table, terminal_columns(STDERR_FILENO),
                                  shows_colour(STDERR_FILENO));
}

// {"reason":…}, with more members.
std::string reason_body(const std::string& reason, const std::string& more = {}) {
    std::string out = "{";
    base::json_members members{out};
    if (!reason.empty()) members.text("reason", reason);
    if (!more.empty()) members.raw("expect", more);
    return out + '}';
}

// Each by itself, so that one that fails keeps no other from it, and says why. The first failure.
result<> act_on_each(const admin_client& gateway, access_action action, target& meant,
                     const std::string& reason) {
    result<> out;
    for (auto& one : meant.servers) {
        const auto path = one.path();
        const auto done = action == access_action::revoke ? gateway.call("DELETE", path)
                          : action == access_action::suspend
                              ? gateway.call("POST", path + "/suspend", reason_body(reason))
                              : gateway.call("DELETE", path + "/suspend");
        if (done) continue;
        one.failed = without_controls(done.error().message);
        if (out) out = done.error();
    }
    return out;
}

// {"id":…,"reason":…} of each MCP server that was not acted on.
std::string failures_of(const target& meant) {
    std::string out = "[";
    for (const auto& one : meant.servers) {
        if (one.failed.empty()) continue;
        out += out.size() > 1 ? ",{" : "{";
        base::json_members{out}.text("id", one.id).text("reason", one.failed);
        out += '}';
    }
    return out + ']';
}

std::string checks_of(const std::vector<access_finding>& found) {
    std::string out = "[";
    for (const auto& one : found) {
        out += out.size() > 1 ? ",{" : "{";
        base::json_members{out}
            .text("where", one.where)
            .truth("agrees", one.agrees)
            .text("saw", one.saw);
        out += '}';
    }
    return out + ']';
}

}  // namespace

void access_commands::add(CLI::App& app) {
    add_one(app, access_action::revoke, "Revoke a leaked secret permanently and verify it");
    add_one(app, access_action::suspend, "Pause MCP servers and verify it");
    add_one(app, access_action::resume, "Let suspended MCP servers run again");
    auto* const group = command_group(app, "mcp", mcp_group_help);
    add_one(*group, access_action::revoke, "The same as tollgate revoke");
    add_one(*group, access_action::suspend, "The same as tollgate suspend");
    add_one(*group, access_action::resume, "The same as tollgate resume");
}

void access_commands::add_one(CLI::App& group, access_action action, const char* help) {
    auto* const command =
        group_.add(group, name_of(action).c_str(), help,
                   [this, action](const admin_client& gateway) { return run(gateway, action); });
    command->add_option("WHAT", word_,
                        "An MCP URL or another secret, - to read it from standard input (what is "
                        "on a command line can be seen by others on the machine), the first "
                        "characters of a token (tgm_…), mcp_…, a part of the holder's name, who "
                        "made them (per_…, key_…), or an account");
    command
        ->add_option("--as", as_, "token, prefix, holder, maker, name or account; default: a guess")
        ->check(one_of({"token", "prefix", "holder", "maker", "name", "account"}));
    command->add_flag("--team", team_, "Everything of the team, in place of WHAT");
    if (action == access_action::suspend)
        command->add_option("--reason", reason_, "For the log; at most 200 bytes");
    if (action == access_action::revoke)
        command->add_option("--reason", reason_,
                            "For the log, of an account or the team only; at most 200 bytes");
    command->add_option("--instance", instances_,
                        "The admin address of one more instance that is asked afterwards; may be "
                        "repeated; default: those of the context");
    command->add_flag("--all", all_, "All that fit, when they are several");
    command->add_flag("--yes", yes_, "Ask nothing");
    command->footer(
        "Shows what fits, and asks. Several need --all, or their number typed. Exit status: 0 "
        "done, "
        "and seen to be done; 1 not confirmed; 2 the gateway could not be asked, or it refused; 4 "
        "not done, or not seen to be done everywhere.");
}

result<target> access_commands::meant(const admin_client& gateway, access_action action) const {
    if (team_ == !word_.empty())
        return base::invalid("no_target", "say what to " + name_of(action) +
                                              ": an MCP URL, tgm_…, mcp_…, a name, an account, or "
                                              "--team");
    if (team_) return find_team(gateway);
    std::string word = word_;
    if (word == "-") {
        const auto read = read_secret({}, "Secret or MCP URL: ");
        if (!read) return read.error();
        word = std::string{read->reveal()};
    }
    auto found = find_target(gateway, word, named_by_of(as_));
    if (!found) return found;
    const bool by_server = found->kind == target_kind::servers ||
                           (found->kind == target_kind::secret && action != access_action::revoke);
    // Of another secret than a whole MCP URL nothing but itself ends.
    if (!by_server && found->secret_kind != "mcp_url" && found->kind == target_kind::secret)
        found->servers.clear();
    if (!by_server) return found;
    std::erase_if(found->servers,
                  [action](const auto& one) { return !concerns(action, one.status); });
    if (found->servers.empty())
        return base::fail(
            base::errc::not_found, "nothing_to_do",
            "nothing to " + name_of(action) + ": no MCP server that fits is in a state for it");
    found->kind = target_kind::servers;
    return found;
}

result<> access_commands::confirmed(access_action action, const target& meant) const {
    const auto reach = reach_of(meant);
    const bool several = reach > 1 && !all_;
    if (yes_ && !several) return {};
    const auto sentence = name_of(action) + ' ' + described(meant);
    if (!can_ask() || yes_) {
        if (several)
            return base::invalid("not_confirmed", sentence +
                                                      "? Nothing was done: give --all --yes, or be "
                                                      "more exact");
        return base::invalid("not_confirmed", sentence + "? Nothing was done: give --yes");
    }
    const std::string wanted = several ? std::to_string(reach) : "yes";
    const std::string how = several ? "Type their number" : "Type yes";
    if (typed(sentence + "? " + how + ": ", wanted)) return {};
    return base::invalid("not_confirmed", "nothing was done");
}

result<> access_commands::act(const admin_client& gateway, access_action action,
                              target& meant) const {
    if (meant.kind == target_kind::servers) return act_on_each(gateway, action, meant, reason_);
    if (meant.kind == target_kind::secret) {
        std::string sent = "{";
        base::json_members{sent}.text("token", meant.secret);
        const auto ended = gateway.call("POST", "/revoke", sent + '}');
        if (!ended) return ended.error();
        return {};
    }
    const auto path = meant.path();
    const std::string reason = reason_.empty() ? "tollgate " + name_of(action) : reason_;
    const auto expected = std::to_string(meant.not_revoked);
    const auto done = action == access_action::revoke
                          ? gateway.call("POST", path + "/revoke", reason_body(reason, expected))
                      : action == access_action::suspend
                          ? gateway.call("POST", path + "/suspend", reason_body(reason))
                          : gateway.call("DELETE", path + "/suspend");
    if (!done) return done.error();
    if (meant.kind == target_kind::team && action != access_action::revoke)
        meant.id = member_of(*done, "id");
    return {};
}

// Whoever gives the id of what leaked must not believe that it has ended.
void access_commands::say_what_remains(access_action action) const {
    const named_by how = named_by_of(as_);
    const bool guessed = how == named_by::guess || how == named_by::maker;
    if (action == access_action::resume || !guessed) return;
    if (base::is_id(word_, "key"))
        std::cerr << "This is about the MCP servers that the API key made. The key itself still "
                     "works: tollgate keys revoke "
                  << word_ << '\n';
    else if (base::is_id(word_, "per"))
        std::cerr << "This is about the MCP servers that the person made. The person can still "
                     "sign in.\n";
}

result<int> access_commands::run(const admin_client& gateway, access_action action) const {
    say_what_remains(action);
    auto found = meant(gateway, action);
    if (!found) return found.error();
    if (action == access_action::revoke && !reason_.empty() && !is_group(*found)) {
        complain(
            "the log keeps a reason only where an account or the team is revoked. Nothing was "
            "done: leave --reason out");
        return gateway_wrong_usage;
    }
    if (!yes_ || on_terminal(STDERR_FILENO)) preview(*found);
    const auto agreed = confirmed(action, *found);
    if (!agreed) {
        complain(agreed.error().message);
        return gateway_wrong_usage;
    }
    const auto done = act(gateway, action, *found);
    const bool partly = found->kind == target_kind::servers && found->servers.size() > 1;
    if (!done && !partly) return done.error();
    auto instances = gateway.instances();
    instances.insert(instances.end(), instances_.begin(), instances_.end());
    const auto seen = check_access(gateway, instances, action, *found);
    report(action, *found, seen);
    const bool all =
        std::all_of(seen.begin(), seen.end(), [](const auto& one) { return one.agrees; });
    return done && all ? gateway_done : gateway_not_so;
}

void access_commands::report(access_action action, const target& meant,
                             const std::vector<access_finding>& found) const {
    const auto agree =
        std::count_if(found.begin(), found.end(), [](const auto& one) { return one.agrees; });
    if (group_.json()) {
        std::vector<std::string> ids;
        for (const auto& one : meant.servers)
            if (one.failed.empty()) ids.push_back(one.id);
        std::string out = "{";
        base::json_members{out}
            .text("action", name_of(action))
            .text("id", meant.id)
            .raw("mcp_servers", json_list(ids))
            .raw("failed", failures_of(meant))
            .number("count", is_group(meant) ? reach_of(meant) : std::ssize(ids))
            .truth("verified", agree == std::ssize(found))
            .raw("checks", checks_of(found));
        std::cout << out << "}\n";
        return;
    }
    for (const auto& one : meant.servers)
        std::cout << (one.failed.empty() ? state_after(action) : "FAILED") << "  " << cell(one.id)
                  << "  " << cell(one.name) << "  " << cell(one.holder)
                  << (one.failed.empty() ? "" : "  " + one.failed) << '\n';
    if (meant.servers.empty()) std::cout << name_of(action) << ": " << described(meant) << '\n';
    for (const auto& one : found)
        std::cout << (one.agrees ? "seen" : "NOT SEEN") << "  " << one.where << "  " << one.saw
                  << '\n';
    std::cout << (agree == std::ssize(found) ? "Verified: " : "Not verified: ") << agree << " of "
              << found.size() << " answers agree.\n";
}

}  // namespace tollgate::server
