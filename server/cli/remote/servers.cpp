#include "server/cli/remote/servers.hpp"

#include <CLI/CLI.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <unistd.h>

#include "base/json_text.hpp"
#include "base/url.hpp"
#include "server/cli/argument_checks.hpp"
#include "server/cli/remote/targets.hpp"
#include "server/cli/text/terminal.hpp"

namespace tollgate::server {

namespace {

using base::result;

const std::vector<const char*> columns{"id",           "name",       "holder",      "status",
                                       "token_prefix", "expires_at", "last_used_at"};
constexpr const char* which_help = "mcp_…, an MCP URL or the whole token, or what only it fits";

result<std::string> read_config(const std::string& name) {
    std::ifstream in{name, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    simdjson::dom::parser parser;
    simdjson::dom::object config;
    const simdjson::padded_string padded{text};
    if (!in) return base::invalid("unreadable_file", "cannot read " + name);
    if (parser.parse(padded).get(config) != simdjson::SUCCESS)
        return base::invalid("bad_config", name +
                                               " must hold a JSON object, the config of an MCP "
                                               "server");
    return text;
}

// For people only: nothing of it in a pipe or a file.
void server_remark(const std::string& sentence) {
    if (on_terminal(STDERR_FILENO)) std::cerr << sentence << '\n';
}

}  // namespace

void server_commands::add(CLI::App& app) {
    auto* const group = command_group(app, "mcp", mcp_group_help);
    const auto add_one = [&](CLI::App& to, const char* name, const char* help,
                             result<int> (server_commands::*act)(const admin_client&) const) {
        return group_.add(to, name, help, [this, act](const admin_client& gateway) {
            return (this->*act)(gateway);
        });
    };
    auto* const listing = add_one(*group, "list", "List MCP servers, newest first, one a line",
                                  &server_commands::list);
    listing->add_option("--account", account_, "ia_… or its name; default: of all accounts");
    listing->add_option("--limit", limit_, "How many at most; default: 100")->check(whole_number());
    add_create(*group);
    add_find(*group);
    add_one(*group, "show", "Show one MCP server", &server_commands::show)
        ->add_option("WHICH", which_, which_help)
        ->required();
    auto* const rotating =
        add_one(*group, "rotate", "Make a new URL for an MCP server; it is shown once",
                &server_commands::rotate);
    rotating->add_option("WHICH", which_, which_help)->required();
    rotating->add_option("--overlap", overlap_,
                         "For how many seconds the old URL still works; default: 0");
    add_one(app, "tools", "List the tools of an MCP server, and what each costs a model in tokens",
            &server_commands::tools)
        ->add_option("WHICH", which_, which_help)
        ->required();
    auto* const explaining =
        add_one(app, "explain",
                "Show the outcome of a tool call without sending it (exit status 3: people must "
                "approve it first; 4: it would be refused)",
                &server_commands::explain);
    explaining->add_option("WHICH", which_, which_help)->required();
    explaining->add_option("TOOL", tool_, "The tool")->required();
    arguments_.add_to(*explaining);
}

void server_commands::add_create(CLI::App& group) {
    auto* const command =
        group_.add(group, "create", "Make an MCP URL; it is shown once",
                   [this](const admin_client& gateway) { return create(gateway); });
    command->add_option("--name", name_, "What it is called")->required();
    command->add_option("--account", account_, "ia_… or its name; default: the only one");
    command->add_option("--holder", holder_, "Whose URL it is: a name, or an e-mail address");
    std::vector<CLI::Option*> filter{
        command->add_option("--methods", methods_, "read, write, list, get, …")->delimiter(','),
        command->add_option("--tags", tags_, "payments, invoices, …")->delimiter(','),
        command->add_option("--tool", allow_,
                            "A tool; may be repeated: of what passes, only these"),
        command->add_option("--deny", deny_, "A tool that does not pass; may be repeated")};
    auto* const file =
        command->add_option("--config-file", config_file_, "A file with the config, as JSON");
    for (auto* const one : filter) file->excludes(one);
    command->add_option("--expires-at", expires_at_,
                        "2026-12-31T23:59:59Z; default: as security.default_expiry says");
    command->add_flag("--never-expires", never_expires_, "It works until it is revoked");
}

void server_commands::add_find(CLI::App& group) {
    auto* const command =
        group_.add(group, "find", "Find MCP servers of the team; each part that is given must fit",
                   [this](const admin_client& gateway) { return find(gateway); });
    command->add_option("--prefix", prefix_, "The first 6 characters or more of a token, tgm_…");
    command->add_option("--name", name_, "Part of the name of the server, its account or a client");
    command->add_option("--holder", holder_, "Part of the holder");
    command->add_option("--created-by", created_by_, "key_… or per_…, or part of their name");
    command->add_option("--limit", limit_, "How many at most; default: 100")->check(whole_number());
}

result<int> server_commands::list(const admin_client& gateway) const {
    if (account_.empty()) return group_.list_all(gateway, "/mcp", columns, limit_);
    const auto account = find_account(gateway, account_);
    if (!account) return account.error();
    return group_.list_all(gateway, account->path() + "/mcp", columns, limit_);
}

result<int> server_commands::find(const admin_client& gateway) const {
    std::string path = "/mcp";
    for (const auto& [name, value] :
         {std::pair{"prefix", &prefix_}, std::pair{"name", &name_}, std::pair{"holder", &holder_},
          std::pair{"created_by", &created_by_}})
        if (!value->empty()) base::append_query(path, name, *value);
    return group_.list_all(gateway, path, columns, limit_);
}

result<int> server_commands::create(const admin_client& gateway) const {
    const auto account = find_account_or_only(gateway, account_);
    if (!account) return account.error();
    std::string sent = "{";
    base::json_members members{sent};
    members.text("name", name_);
    if (!holder_.empty()) members.text("holder", holder_);
    if (!config_file_.empty()) {
        const auto config = read_config(config_file_);
        if (!config) return config.error();
        members.raw("config", *config);
    } else {
        std::string config = "{";
        base::json_members parts{config};
        if (!methods_.empty()) parts.raw("methods", json_list(methods_));
        if (!tags_.empty()) parts.raw("tags", json_list(tags_));
        std::string tools = "{";
        base::json_members{tools}.raw("allow", json_list(allow_)).raw("deny", json_list(deny_));
        if (!allow_.empty() || !deny_.empty()) parts.raw("tools", tools + '}');
        members.raw("config", config + '}');
    }
    if (never_expires_) members.raw("expires_at", "null");
    if (!never_expires_ && !expires_at_.empty()) members.text("expires_at", expires_at_);
    const auto done = group_.ask(gateway, "POST", account->path() + "/mcp", sent + '}');
    if (done) server_remark("The url is shown this once: paste it into the MCP client now.");
    return done;
}

result<int> server_commands::show(const admin_client& gateway) const {
    const auto one = find_one_server(gateway, which_);
    if (!one) return one.error();
    return group_.ask(gateway, "GET", one->path());
}

result<int> server_commands::rotate(const admin_client& gateway) const {
    const auto one = find_one_server(gateway, which_);
    if (!one) return one.error();
    std::string sent = "{";
    base::json_members{sent}.number("overlap_seconds", overlap_);
    const auto done = group_.ask(gateway, "POST", one->path() + "/rotate", sent + '}');
    if (done) server_remark("The url is shown this once: paste it into the MCP client now.");
    return done;
}

result<int> server_commands::tools(const admin_client& gateway) const {
    const auto one = find_one_server(gateway, which_);
    if (!one) return one.error();
    const auto body = gateway.call("GET", one->path() + "/tools");
    if (!body) return body.error();
    const auto count = group_.list(*body, {"name", "method", "tokens", "tags"});
    if (!count) return count.error();
    const auto summary = member_of(*body, "list");
    server_remark(member_of(*body, "tool_count") + " tools, " + member_of(*body, "tokens") +
                  " tokens in full; tools/list costs " +
                  member_of(member_of(summary, "tokens"), "claude") + " (listing " +
                  member_of(summary, "listing") + ").");
    return gateway_done;
}

result<int> server_commands::explain(const admin_client& gateway) const {
    const auto one = find_one_server(gateway, which_);
    if (!one) return one.error();
    const auto arguments = arguments_.object();
    if (!arguments) return arguments.error();
    std::string sent = "{";
    base::json_members{sent}.text("tool", tool_).raw("arguments", *arguments);
    const auto body = gateway.call("POST", one->path() + "/explain", sent + '}');
    if (!body) return body.error();
    const auto shown = group_.show(*body);
    if (!shown) return shown.error();
    if (member_of(*body, "allowed") != "false") return gateway_done;
    const auto refusal = member_of(*body, "refused_by");
    return member_of(refusal, "effect") == "needs_approval" ? gateway_waits : gateway_not_so;
}

}  // namespace tollgate::server
