#include <algorithm>
#include <utility>

#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/response_codec.hpp"
#include "tenancy/admin/accounts.hpp"
#include "tenancy/admin/declarations.hpp"
#include "tenancy/admin/server_config_check.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/admin/teams.hpp"
#include "tenancy/grants/grant_policies.hpp"

namespace tollgate::admin {

namespace {

// Splits "read,list" into words; nothing if the parameter is absent or empty.
std::optional<tenancy::words> comma_separated(const query_values& query, std::string_view name) {
    const auto found = query.find(name);
    if (found == query.end() || found->second.empty()) return {};
    tenancy::words out;
    std::string_view rest = found->second;
    for (;;) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        out.emplace_back(rest.substr(0, comma));
        if (comma == rest.size()) return out;
        rest.remove_prefix(comma + 1);
    }
}

// Renames the field "config.methods[0]" to the query's "methods[0]".
base::failure of_query(base::failure why) {
    if (why.field.starts_with("config.")) why.field.erase(0, 7);
    return why;
}

// What the server shows of `tools`, as its own config says.
tenancy::tool_filter own_filter_of(const tenancy::mcp_server& server,
                                   const tenancy::integrated_account& account,
                                   const tenancy::tool_directory& tools) {
    return tenancy::own_filter(server.config, {account.mode, server.team_allow_live_writes}, tools);
}

tenancy::listed_account listed(const tenancy::integrated_account& account) {
    return {account.mode, account.connected_accounts, account.orders != tenancy::orders_kind::none};
}

}  // namespace

base::awaitable<base::result<listing_place>> listing_of_account(const call& in, std::string team_id,
                                                                std::string account_id) {
    auto account = co_await in.tenancy.accounts().get(team_id, account_id);
    if (!account) co_return account.error();
    auto tools =
        co_await in.tenancy.declarations().tools_of(std::move(team_id), std::move(account_id));
    if (!tools) co_return tools.error();
    co_return listing_place{std::move(*account), std::move(*tools)};
}

server_list list_of(const tenancy::mcp_server& server, const listing_place& at) {
    const auto& tools = *at.tools.shown;
    return {tools.summarize(own_filter_of(server, at.account, tools),
                            tenancy::listing_of(server.config), listed(at.account)),
            tenancy::rules_outside_filter(server.config, tools)};
}

namespace {

// The body of a check: `server` has the config that was asked about.
std::string checked(const tenancy::mcp_server& server, const listing_place& at,
                    bool never_expires) {
    const auto& tools = *at.tools.shown;
    const auto shown = tools.shown(own_filter_of(server, at.account, tools), listed(at.account));
    return encode_checked(shown, list_of(server, at), server.config, never_expires);
}

}  // namespace

answer create_server(const call& in) {
    auto input = decode_server(in.request.body);
    if (!input) co_return input.error();
    const auto at = co_await listing_of_account(in, in.by->team_id, in.id(0));
    if (!at) co_return at.error();
    auto once = answer_once<tenancy::new_mcp_server>(
        in, 201, [&in, &at](const tenancy::new_mcp_server& made) {
            return encode_new(made, list_of(made.server, *at), in.facts.base_url);
        });
    auto made =
        co_await in.tenancy.servers().create(*in.by, in.id(0), std::move(*input), std::move(once));
    if (!made) co_return made.error();
    co_return json_response(201, encode_new(*made, list_of(made->server, *at), in.facts.base_url));
}

// Answers as GET …/tools of the server would, if it were made with this config.
answer check_server(const call& in) {
    auto given = decode_config_question(in.request.body);
    if (!given) co_return given.error();
    const auto at = co_await listing_of_account(in, in.by->team_id, in.id(0));
    if (!at) co_return at.error();
    const auto team = co_await in.tenancy.teams().get(in.by->team_id);
    if (!team) co_return team.error();
    auto config = in.tenancy.servers().config_of_new(
        std::move(given->config), at->account.mode == tenancy::account_mode::live,
        *at->tools.known);
    if (!config) co_return config.error();
    tenancy::mcp_server made;
    made.config = std::move(*config);
    made.team_allow_live_writes = team->settings.allow_live_writes;
    co_return json_response(200, checked(made, *at, given->never_expires.value_or(false)));
}

// Answers as GET …/tools of the server would, if its config were replaced by this one.
answer check_server_change(const call& in) {
    auto given = decode_config_question(in.request.body);
    if (!given) co_return given.error();
    auto server = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!server) co_return server.error();
    const auto at = co_await listing_of_account(in, in.by->team_id, in.id(0));
    if (!at) co_return at.error();
    auto config = tenancy::config_of_change(std::move(given->config), &server->config, server->id,
                                            *at->tools.known);
    if (!config) co_return config.error();
    server->config = std::move(*config);
    const bool never_expires = given->never_expires.value_or(!server->expires_at);
    co_return json_response(200, checked(*server, *at, never_expires));
}

answer list_servers(const call& in) {
    const auto page = read_page(in, in.by->team_id);
    if (!page) co_return page.error();
    const auto at = co_await listing_of_account(in, in.by->team_id, in.id(0));
    if (!at) co_return at.error();
    auto rows = co_await in.tenancy.servers().list(in.by->team_id, in.id(0), page->where);
    if (!rows) co_return rows.error();
    const auto shown = [&](const tenancy::mcp_server& row) {
        return encode(row, list_of(row, *at), in.facts.base_url);
    };
    co_return list_response(*page, std::move(*rows), shown);
}

answer get_server(const call& in) {
    auto found = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!found) co_return found.error();
    const auto at = co_await listing_of_account(in, in.by->team_id, in.id(0));
    if (!at) co_return at.error();
    co_return json_response(200, encode(*found, list_of(*found, *at), in.facts.base_url));
}

answer patch_server(const call& in) {
    auto change = decode_server_patch(in.request.body);
    if (!change) co_return change.error();
    const auto before = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!before) co_return before.error();
    auto changed =
        co_await in.tenancy.servers().patch(in.by->team_id, in.id(0), in.id(1), std::move(*change));
    if (!changed) co_return changed.error();
    const auto at = co_await listing_of_account(in, in.by->team_id, in.id(0));
    if (!at) co_return at.error();
    const auto list = list_of(*changed, *at);
    std::string shown = encode(*changed, list, in.facts.base_url);
    note_change(in, encode(*before, list, in.facts.base_url), shown);
    co_return json_response(200, std::move(shown));
}

answer rotate_server(const call& in) {
    const auto overlap = decode_rotation(in.request.body);
    if (!overlap) co_return overlap.error();
    const auto at = co_await listing_of_account(in, in.by->team_id, in.id(0));
    if (!at) co_return at.error();
    auto once = answer_once<tenancy::new_mcp_server>(
        in, 200, [&in, &at](const tenancy::new_mcp_server& made) {
            return encode_new(made, list_of(made.server, *at), in.facts.base_url);
        });
    auto made = co_await in.tenancy.servers().rotate(in.by->team_id, in.id(0), in.id(1), *overlap,
                                                     std::move(once));
    if (!made) co_return made.error();
    co_return json_response(200, encode_new(*made, list_of(made->server, *at), in.facts.base_url));
}

answer delete_server(const call& in) {
    auto revoked = co_await in.tenancy.servers().revoke(in.by->team_id, in.id(0), in.id(1));
    if (!revoked) co_return revoked.error();
    co_return no_content();
}

answer list_server_tools(const call& in) {
    const auto server = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!server) co_return server.error();
    const auto at = co_await listing_of_account(in, in.by->team_id, in.id(0));
    if (!at) co_return at.error();
    const auto& tools = *at->tools.shown;
    const auto shown = tools.shown(own_filter_of(*server, at->account, tools), listed(at->account));
    co_return json_response(
        200, encode_tools(shown, list_of(*server, *at).shown, tenancy::listing_of(server->config)));
}

answer list_tools(const call& in) {
    const auto query =
        parse_query(in.request.query, {"methods", "tags", "listing", "deep_research"});
    if (!query) co_return query.error();
    tenancy::server_config config;
    if (const auto listing = query->find("listing"); listing != query->end())
        config.listing = listing->second;
    if (const auto asked = query->find("deep_research"); asked != query->end()) {
        if (asked->second != "true" && asked->second != "false")
            co_return base::invalid("unknown_value", "deep_research is true or false",
                                    "deep_research");
        config.deep_research = asked->second == "true";
    }
    config.methods = comma_separated(*query, "methods");
    config.tags = comma_separated(*query, "tags");
    const auto at = co_await listing_of_account(in, in.by->team_id, in.id(0));
    if (!at) co_return at.error();
    const auto filter = tenancy::check_config(config, *at->tools.known);
    // In a preview, a filter without tools is a valid answer, not a mistake.
    const bool nothing = filter.has_error() && filter.error().code == "filter_matches_no_tool";
    if (!filter && !nothing) co_return of_query(filter.error());
    std::vector<tenancy::directory_entry> shown;
    tenancy::list_summary list;
    const auto rules = tenancy::listing_of(config);
    if (filter) {
        shown = at->tools.shown->shown(*filter, listed(at->account));
        list = at->tools.shown->summarize(*filter, rules, listed(at->account));
    }
    co_return json_response(200, encode_tools(shown, list, rules));
}

}  // namespace tollgate::admin
