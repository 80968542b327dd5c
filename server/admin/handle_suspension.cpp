// Suspend, resume, and the calls that revoke many MCP servers at once.
#include <utility>

#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/response_codec.hpp"
#include "tenancy/admin/accounts.hpp"
#include "tenancy/admin/mass_revoke.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/admin/suspension.hpp"
#include "tenancy/admin/teams.hpp"

namespace tollgate::admin {

namespace {

using tenancy::suspension_target;

enum class server_use : std::uint8_t { suspended, resumed };

// Returns the number of affected MCP servers.
base::awaitable<base::result<std::int64_t>> set_suspension(const call& in, suspension_target target,
                                                           server_use to) {
    if (to == server_use::resumed)
        co_return co_await in.tenancy.suspension().resume(*in.by, std::move(target));
    auto reason = decode_reason(in.request.body);
    if (!reason) co_return reason.error();
    co_return co_await in.tenancy.suspension().suspend(*in.by, std::move(target),
                                                       std::move(*reason));
}

answer set_team(const call& in, server_use to) {
    auto team = team_of(in);
    if (!team) co_return team.error();
    const auto before = co_await in.tenancy.teams().get(*team);
    if (!before) co_return before.error();
    suspension_target target{.team_id = *team};
    const auto count = co_await set_suspension(in, std::move(target), to);
    if (!count) co_return count.error();
    const auto after = co_await in.tenancy.teams().get(std::move(*team));
    if (!after) co_return after.error();
    note_change(in, encode(*before), encode(*after));
    co_return json_response(200, encode_counted(encode(*after), *count));
}

answer set_account(const call& in, server_use to) {
    const auto before = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!before) co_return before.error();
    suspension_target target{.team_id = in.by->team_id, .account_id = in.id(0)};
    const auto count = co_await set_suspension(in, std::move(target), to);
    if (!count) co_return count.error();
    const auto after = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!after) co_return after.error();
    note_change(in, encode(*before), encode(*after));
    co_return json_response(200, encode_counted(encode(*after), *count));
}

answer set_server(const call& in, server_use to) {
    const auto at = co_await listing_of_account(in, in.by->team_id, in.id(0));
    if (!at) co_return at.error();
    const auto before = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!before) co_return before.error();
    suspension_target target{
        .team_id = in.by->team_id, .account_id = in.id(0), .server_id = in.id(1)};
    const auto count = co_await set_suspension(in, std::move(target), to);
    if (!count) co_return count.error();
    const auto after = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!after) co_return after.error();
    const auto list = list_of(*after, *at);
    std::string shown = encode(*after, list, in.facts.base_url);
    note_change(in, encode(*before, list, in.facts.base_url), shown);
    co_return json_response(200, std::move(shown));
}

// Lists what revoke_all() would end now.
answer show_all(const call& in, std::string team_id, std::string account_id) {
    const auto page = read_page(in, team_id);
    if (!page) co_return page.error();
    if (!account_id.empty()) {
        const auto account = co_await in.tenancy.accounts().get(team_id, account_id);
        if (!account) co_return account.error();
    }
    const auto count = co_await in.tenancy.servers().count(team_id, account_id);
    if (!count) co_return count.error();
    storage::server_search what;
    what.account_id = std::move(account_id);
    what.unrevoked = true;
    auto rows =
        co_await in.tenancy.servers().search(std::move(team_id), std::move(what), page->where);
    if (!rows) co_return rows.error();
    const std::string next = next_cursor(*page, *rows);
    const auto items = co_await encode_rows(in, std::move(*rows));
    if (!items) co_return items.error();
    co_return json_response(200, encode_would_end(*count, *items, next));
}

answer revoke_all(const call& in, std::string team_id, std::string account_id) {
    auto input = decode_mass(in.request.body);
    if (!input) co_return input.error();
    tenancy::mass_revocation what{std::move(team_id), std::move(account_id), input->expect,
                                  std::move(input->reason)};
    const auto revoked = co_await in.tenancy.mass_revoke().revoke(*in.by, std::move(what));
    if (!revoked) co_return revoked.error();
    co_return json_response(200, encode_revoked(*revoked));
}

}  // namespace

answer suspend_team(const call& in) {
    return set_team(in, server_use::suspended);
}
answer resume_team(const call& in) {
    return set_team(in, server_use::resumed);
}
answer suspend_account(const call& in) {
    return set_account(in, server_use::suspended);
}
answer resume_account(const call& in) {
    return set_account(in, server_use::resumed);
}
answer suspend_server(const call& in) {
    return set_server(in, server_use::suspended);
}
answer resume_server(const call& in) {
    return set_server(in, server_use::resumed);
}

answer show_team_servers_to_end(const call& in) {
    auto team = team_of(in);
    if (!team) co_return team.error();
    std::string every_account;
    co_return co_await show_all(in, std::move(*team), std::move(every_account));
}
answer show_account_servers_to_end(const call& in) {
    return show_all(in, in.by->team_id, in.id(0));
}
answer revoke_team_servers(const call& in) {
    auto team = team_of(in);
    if (!team) co_return team.error();
    std::string every_account;
    co_return co_await revoke_all(in, std::move(*team), std::move(every_account));
}
answer revoke_account_servers(const call& in) {
    return revoke_all(in, in.by->team_id, in.id(0));
}

}  // namespace tollgate::admin
