// The rules of a team and of its accounts: shown, checked, replaced.
#include <charconv>
#include <utility>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/query.hpp"
#include "server/admin/request_codec.hpp"
#include "tenancy/admin/accounts.hpp"
#include "tenancy/admin/policies.hpp"
#include "tenancy/admin/policy_changes.hpp"
#include "tenancy/admin/servers.hpp"
#include "tenancy/policy/policy.hpp"
#include "tenancy/policy/presets.hpp"

namespace tollgate::admin {

namespace {

std::string policy_json(const storage::policy_row& row) {
    std::string out = "{";
    base::json_members members{out};
    members.text("team_id", row.team_id);
    if (!row.account_id.empty()) members.text("integrated_account_id", row.account_id);
    members.number("version", row.version);
    if (row.version > 0) {
        members.text("changed_by", row.changed_by);
        members.text("changed_at", base::format_timestamp(row.changed_at));
    }
    members.raw("rules", row.rules);
    return out + '}';
}

std::string cap_json(const tenancy::cap_view& cap) {
    std::string out = "{";
    base::json_members members{out};
    members.text("rule", cap.rule).text("layer", to_string(cap.where));
    if (cap.currency.empty())
        members.raw("currency", "null");
    else
        members.text("currency", cap.currency);
    const auto free = cap.limit - cap.used - cap.reserved;
    members.number("limit", cap.limit)
        .number("used", cap.used)
        .number("reserved", cap.reserved)
        .number("free", free > 0 ? free : 0);
    return out + '}';
}

// The owner of the rules that a path names: an account of the caller's team, or a team.
struct policy_place {
    std::string team_id;
    std::string account_id;
};

base::result<policy_place> place_of(const call& in) {
    if (in.id(0).starts_with("ia_")) return policy_place{in.by->team_id, in.id(0)};
    auto team = team_of(in);
    if (!team) return team.error();
    return policy_place{std::move(*team), {}};
}

// 202: the rules wait for a second person.
answer ask_for_second_person(const call& in, policy_place place, policy_input input) {
    const auto asked = co_await in.tenancy.policy_changes().ask(
        *in.by, std::move(place.team_id), std::move(place.account_id), std::move(input.rules),
        input.version);
    if (!asked) co_return asked.error();
    auto text = policy_change_json(*asked, in.tenancy.clock().now());
    note_change(in, "{}", text);
    co_return json_response(202, std::move(text));
}

base::result<std::int64_t> version_in(const query_values& query) {
    const auto found = query.find("before");
    if (found == query.end()) return std::int64_t{0};
    std::int64_t out = 0;
    const auto* const end = found->second.data() + found->second.size();
    const auto read = std::from_chars(found->second.data(), end, out);
    if (read.ec == std::errc{} && read.ptr == end && out > 0) return out;
    return base::invalid("out_of_range", "before must be the number of a version", "before");
}

}  // namespace

answer get_policy(const call& in) {
    auto place = place_of(in);
    if (!place) co_return place.error();
    const auto row =
        co_await in.tenancy.policies().get(std::move(place->team_id), std::move(place->account_id));
    if (!row) co_return row.error();
    co_return json_response(200, policy_json(*row));
}

answer put_policy(const call& in) {
    auto place = place_of(in);
    if (!place) co_return place.error();
    auto input = decode_policy(in.request.body);
    if (!input) co_return input.error();
    const auto two = co_await in.tenancy.policy_changes().needed(place->team_id);
    if (!two) co_return two.error();
    if (*two) co_return co_await ask_for_second_person(in, std::move(*place), std::move(*input));
    const auto before = co_await in.tenancy.policies().get(place->team_id, place->account_id);
    if (!before) co_return before.error();
    const auto after = co_await in.tenancy.policies().put(*in.by, std::move(place->team_id),
                                                          std::move(place->account_id),
                                                          std::move(input->rules), input->version);
    if (!after) co_return after.error();
    note_change(in, policy_json(*before), policy_json(*after));
    co_return json_response(200, policy_json(*after));
}

answer check_policy(const call& in) {
    const auto input = decode_policy(in.request.body);
    if (!input) co_return input.error();
    const auto query = parse_query(in.request.query, {"integrated_account_id"});
    if (!query) co_return query.error();
    const auto account = query->find("integrated_account_id");
    std::string account_id = account == query->end() ? std::string{} : account->second;
    const auto read =
        co_await in.tenancy.policies().read(in.by->team_id, std::move(account_id), input->rules);
    if (!read) co_return read.error();
    const auto count = static_cast<std::int64_t>(read->rules->rules.size());
    std::string out = "{";
    base::json_members{out}.truth("valid", true).number("rules", count);
    co_return json_response(200, out + '}');
}

answer list_caps(const call& in) {
    const auto server = co_await in.tenancy.servers().get(in.by->team_id, in.id(0), in.id(1));
    if (!server) co_return server.error();
    const auto account = co_await in.tenancy.accounts().get(in.by->team_id, in.id(0));
    if (!account) co_return account.error();
    const auto caps = co_await in.tenancy.policies().caps_of(*server, account->mode);
    if (!caps) co_return caps.error();
    std::string out = R"({"result":[)";
    for (const auto& one : *caps) out += (out.back() == '[' ? "" : ",") + cap_json(one);
    co_return json_response(200, out + "]}");
}

answer list_presets(const call&) {
    std::string out = R"({"result":[)";
    for (const auto& one : tenancy::presets()) {
        std::string text = "{";
        base::json_members{text}
            .text("id", one.id)
            .text("title", one.title)
            .text("description", one.description)
            .raw("config", one.config);
        out += (out.back() == '[' ? "" : ",") + text + '}';
    }
    co_return json_response(200, out + "]}");
}

answer list_policy_versions(const call& in) {
    auto place = place_of(in);
    if (!place) co_return place.error();
    const auto query = parse_query(in.request.query, {"before"});
    if (!query) co_return query.error();
    const auto before = version_in(*query);
    if (!before) co_return before.error();
    const auto rows = co_await in.tenancy.policies().versions(
        std::move(place->team_id), std::move(place->account_id), *before);
    if (!rows) co_return rows.error();
    std::string out = R"({"result":[)";
    for (const auto& row : *rows) out += (out.back() == '[' ? "" : ",") + policy_json(row);
    co_return json_response(200, out + "]}");
}

}  // namespace tollgate::admin
