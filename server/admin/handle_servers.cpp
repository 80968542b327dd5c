#include <algorithm>
#include <utility>

#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/response_codec.hpp"
#include "tenancy/grants/grant_policies.hpp"
#include "tenancy/rules/credential.hpp"

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

// The tools that the server shows according to its own config.
tenancy::tool_filter own_filter_of(const call& in, const tenancy::mcp_server& server,
                                   const tenancy::integrated_account& account) {
    return tenancy::own_filter(server.config,
                               {tenancy::to_string(account.mode), server.team_allow_live_writes},
                               in.tenancy.tools());
}

tenancy::listed_account listed(const tenancy::integrated_account& account) {
    return {account.mode, account.connected_accounts, account.orders != tenancy::orders_kind::none};
}

// The tools that `filter` allows; those for the account's orders come last.
std::vector<tenancy::directory_entry> passed_by(const call& in, const tenancy::tool_filter& filter,
                                                const tenancy::integrated_account& account) {
    std::vector<tenancy::directory_entry> out;
    for (const auto& entry : in.tenancy.tools().tools())
        if (filter.passes(entry.facts)) out.push_back(entry);
    if (!listed(account).orders) return out;
    for (const auto& entry : in.tenancy.tools().order_tools(filter, account.mode))
        out.push_back(entry);
    return out;
}

}  // namespace

tenancy::list_summary list_of(const call& in, const tenancy::mcp_server& server,
                              const tenancy::integrated_account& account) {
    return in.tenancy.tools().summarize(own_filter_of(in, server, account),
                                        tenancy::listing_of(server.config), listed(account));
}

answer create_server(const call& in) {
    auto input = decode_server(in.request.body);
    if (!input) co_return input.error();
    const auto account = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!account) co_return account.error();
    auto once = answer_once<tenancy::new_mcp_server>(
        in, 201, [&in, &account](const tenancy::new_mcp_server& made) {
            return encode_new(made, list_of(in, made.server, *account), in.facts.base_url);
        });
    auto made =
        co_await in.tenancy.servers().create(*in.by, in.id(0), std::move(*input), std::move(once));
    if (!made) co_return made.error();
    co_return json_response(
        201, encode_new(*made, list_of(in, made->server, *account), in.facts.base_url));
}

answer list_servers(const call& in) {
    const auto page = read_page(in, in.by->team_id);
    if (!page) co_return page.error();
    const auto account = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!account) co_return account.error();
    auto rows = co_await in.tenancy.servers().list(in.by->team_id, in.id(0), page->where);
    if (!rows) co_return rows.error();
    const auto shown = [&](const tenancy::mcp_server& row) {
        return encode(row, list_of(in, row, *account), in.facts.base_url);
    };
    co_return list_response(*page, std::move(*rows), shown);
}

answer get_server(const call& in) {
    auto found = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!found) co_return found.error();
    const auto account = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!account) co_return account.error();
    co_return json_response(200, encode(*found, list_of(in, *found, *account), in.facts.base_url));
}

answer patch_server(const call& in) {
    auto change = decode_server_patch(in.request.body);
    if (!change) co_return change.error();
    const auto before = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!before) co_return before.error();
    auto changed =
        co_await in.tenancy.servers().patch(in.by->team_id, in.id(0), in.id(1), std::move(*change));
    if (!changed) co_return changed.error();
    const auto account = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!account) co_return account.error();
    const auto list = list_of(in, *changed, *account);
    std::string shown = encode(*changed, list, in.facts.base_url);
    note_change(in, encode(*before, list, in.facts.base_url), shown);
    co_return json_response(200, std::move(shown));
}

answer rotate_server(const call& in) {
    const auto overlap = decode_rotation(in.request.body);
    if (!overlap) co_return overlap.error();
    const auto account = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!account) co_return account.error();
    auto once = answer_once<tenancy::new_mcp_server>(
        in, 200, [&in, &account](const tenancy::new_mcp_server& made) {
            return encode_new(made, list_of(in, made.server, *account), in.facts.base_url);
        });
    auto made = co_await in.tenancy.servers().rotate(in.by->team_id, in.id(0), in.id(1), *overlap,
                                                     std::move(once));
    if (!made) co_return made.error();
    co_return json_response(
        200, encode_new(*made, list_of(in, made->server, *account), in.facts.base_url));
}

answer delete_server(const call& in) {
    auto revoked = co_await in.tenancy.servers().revoke(in.by->team_id, in.id(0), in.id(1));
    if (!revoked) co_return revoked.error();
    co_return no_content();
}

answer list_server_tools(const call& in) {
    const auto server = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!server) co_return server.error();
    const auto account = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!account) co_return account.error();
    const auto shown = passed_by(in, own_filter_of(in, *server, *account), *account);
    co_return json_response(200, encode_tools(shown, list_of(in, *server, *account),
                                              tenancy::listing_of(server->config)));
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
    const auto filter = tenancy::check_config(config, in.tenancy.tools());
    // In a preview, a filter without tools is a valid answer, not a mistake.
    const bool nothing = filter.has_error() && filter.error().code == "filter_matches_no_tool";
    if (!filter && !nothing) co_return of_query(filter.error());
    auto account = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!account) co_return account.error();
    std::vector<tenancy::directory_entry> shown;
    tenancy::list_summary list;
    const auto rules = tenancy::listing_of(config);
    if (filter) {
        shown = passed_by(in, *filter, *account);
        list = in.tenancy.tools().summarize(*filter, rules, listed(*account));
    }
    co_return json_response(200, encode_tools(shown, list, rules));
}

}  // namespace tollgate::admin
