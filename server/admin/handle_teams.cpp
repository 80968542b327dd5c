#include <utility>

#include "base/clock.hpp"
#include "base/embedded.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/response_codec.hpp"
#include "tenancy/admin/policy_changes.hpp"
#include "tenancy/admin/teams.hpp"
#include "tenancy/grants/api_keys.hpp"

namespace tollgate::admin {

namespace embedded_openapi {
std::span<const base::embedded_file> embedded_files();  // generated from openapi.yaml
}

base::http_response json_response(unsigned status, std::string body) {
    base::http_response out;
    out.status = status;
    out.body = std::move(body);
    out.headers.emplace_back("Cache-Control", "no-store");
    return out;
}

base::http_response no_content() {
    base::http_response out;
    out.status = 204;
    out.content_type = {};
    return out;
}

answer get_openapi(const call&) {
    base::http_response out;
    out.content_type = "application/yaml";
    out.body = embedded_openapi::embedded_files().front().text;
    co_return out;
}

answer create_team(const call& in) {
    auto name = decode_team(in.request.body);
    if (!name) co_return name.error();
    auto once = answer_once<tenancy::new_team>(
        in, 201, [](const tenancy::new_team& made) { return encode_new(made); });
    auto made = co_await in.tenancy.teams().create(*in.by, std::move(*name), std::move(once));
    if (!made) co_return made.error();
    co_return json_response(201, encode_new(*made));
}

answer list_teams(const call& in) {
    const auto page = read_page(in, in.by->team_id);
    if (!page) co_return page.error();
    auto rows = co_await in.tenancy.teams().list(*in.by, page->where);
    if (!rows) co_return rows.error();
    co_return list_response(*page, std::move(*rows));
}

base::result<std::string> team_of(const call& in) {
    std::string named = in.id(0);
    if (named.empty() || named == in.by->team_id) return in.by->team_id;
    if (in.by->instance_owner) return named;
    return base::fail(base::errc::not_found, "not_found",
                      "there is no such team, or it is not yours: only an instance owner acts for "
                      "other teams");
}

answer get_team(const call& in) {
    auto id = team_of(in);
    if (!id) co_return id.error();
    const auto found = co_await in.tenancy.teams().get(std::move(*id));
    if (!found) co_return found.error();
    co_return json_response(200, encode(*found));
}

namespace {

// True for a patch whose only effect is that policies may again be changed without a second person.
bool ends_second_person(const tenancy::team& before, const tenancy::team_patch& change) {
    const tenancy::team_patch only{.policy_changes = std::string{storage::changed_alone}};
    return before.settings.policy_changes == storage::changed_by_two && change == only;
}

}  // namespace

answer patch_team(const call& in) {
    auto team = team_of(in);
    if (!team) co_return team.error();
    auto change = decode_team_patch(in.request.body);
    if (!change) co_return change.error();
    const auto before = co_await in.tenancy.teams().get(*team);
    if (!before) co_return before.error();
    if (ends_second_person(*before, *change)) {
        const auto asked =
            co_await in.tenancy.policy_changes().ask_to_change_alone(*in.by, std::move(*team));
        if (!asked) co_return asked.error();
        auto text = policy_change_json(*asked, in.tenancy.clock().now());
        note_change(in, "{}", text);
        co_return json_response(202, std::move(text));
    }
    auto changed = co_await in.tenancy.teams().patch(*in.by, std::move(*team), std::move(*change));
    if (!changed) co_return changed.error();
    note_change(in, encode(*before), encode(*changed));
    co_return json_response(200, encode(*changed));
}

answer create_team_key(const call& in) {
    auto id = team_of(in);
    if (!id) co_return id.error();
    auto name = decode_team(in.request.body);
    if (!name) co_return name.error();
    auto once = answer_once<tenancy::new_api_key>(
        in, 201, [](const tenancy::new_api_key& made) { return encode_new(made); });
    auto made = co_await in.tenancy.teams().add_admin_key(*in.by, std::move(*id), std::move(*name),
                                                          std::move(once));
    if (!made) co_return made.error();
    co_return json_response(201, encode_new(*made));
}

namespace {

answer switch_writes(const call& in, tenancy::writes to) {
    auto team = team_of(in);
    if (!team) co_return team.error();
    const auto before = co_await in.tenancy.teams().get(*team);
    if (!before) co_return before.error();
    auto changed = co_await in.tenancy.teams().set_writes(*in.by, std::move(*team), to);
    if (!changed) co_return changed.error();
    note_change(in, encode(*before), encode(*changed));
    co_return json_response(200, encode(*changed));
}

}  // namespace

answer freeze_team(const call& in) {
    return switch_writes(in, tenancy::writes::off);
}

answer unfreeze_team(const call& in) {
    return switch_writes(in, tenancy::writes::on);
}

answer create_api_key(const call& in) {
    auto input = decode_api_key(in.request.body);
    if (!input) co_return input.error();
    auto once = answer_once<tenancy::new_api_key>(
        in, 201, [](const tenancy::new_api_key& made) { return encode_new(made); });
    auto made = co_await in.tenancy.api_keys().create(*in.by, std::move(*input), std::move(once));
    if (!made) co_return made.error();
    co_return json_response(201, encode_new(*made));
}

answer list_api_keys(const call& in) {
    const auto page = read_page(in, in.by->team_id);
    if (!page) co_return page.error();
    auto rows = co_await in.tenancy.api_keys().list(in.by->team_id, page->where);
    if (!rows) co_return rows.error();
    co_return list_response(*page, std::move(*rows));
}

answer get_api_key(const call& in) {
    auto found = co_await in.tenancy.api_keys().get(in.by->team_id, in.id(0));
    if (!found) co_return found.error();
    co_return json_response(200, encode(*found));
}

answer delete_api_key(const call& in) {
    auto removed = co_await in.tenancy.api_keys().remove(in.by->team_id, in.id(0));
    if (!removed) co_return removed.error();
    co_return no_content();
}

}  // namespace tollgate::admin
