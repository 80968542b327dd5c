#include "tenancy/admin/teams.hpp"

#include <utility>

#include "base/ids.hpp"
#include "base/json_text.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/teams.hpp"
#include "storage/policy_change_rows.hpp"

namespace tollgate::tenancy {

using base::awaitable;
using base::result;

namespace {

// The setting is written with the first team and never again.
constexpr std::string_view first_team_name = "first_team";

team view(const storage::team_row& row) {
    return {row.id, row.name, row.created_at, row.frozen_at, row.suspended_at, row.settings};
}

result<> check_days(std::string_view field, std::optional<std::int64_t> days,
                    std::string_view otherwise) {
    if (!days || (*days >= retention_days_min && *days <= retention_days_max)) return {};
    return base::invalid("invalid_retention",
                         std::string{field} + " is " + std::to_string(*days) +
                             ": send a number of days from " + std::to_string(retention_days_min) +
                             " to " + std::to_string(retention_days_max) + std::string{otherwise},
                         std::string{field});
}

// A setting that is one of two words.
struct two_words {
    std::string_view field;
    std::string_view one;
    std::string_view other;
};
constexpr two_words audit_arguments{"audit_arguments", "digest", "redacted"};
constexpr two_words who_changes{"policy_changes", storage::changed_alone, storage::changed_by_two};

result<> check_word(const two_words& known, const std::optional<std::string>& word) {
    if (!word || *word == known.one || *word == known.other) return {};
    constexpr std::size_t shown_bytes = 40;
    const std::string field{known.field};
    return base::invalid("invalid_" + field,
                         field + " is " + std::string{base::clipped_text(*word, shown_bytes)} +
                             ": send " + std::string{known.one} + " or " + std::string{known.other},
                         field);
}

}  // namespace

awaitable<result<new_team>> teams::create(const api_key& by, std::string name,
                                          answer_writer<new_team> answer) {
    if (!by.instance_owner)
        co_return base::fail(base::errc::forbidden, "owner_only",
                             "only an instance owner makes teams");
    auto named = check_name(name);
    if (!named) co_return named.error();
    std::string key_name = "First key";
    auto made =
        co_await store(std::move(name), std::move(key_name), false, by.id, std::move(answer));
    co_return made;
}

awaitable<result<std::vector<team>>> teams::list(const api_key& by, storage::page where) {
    std::vector<team> out;
    if (by.instance_owner) {
        auto rows = co_await env_.store.list_teams(std::move(where));
        if (!rows) co_return rows.error();
        for (auto& row : *rows) out.push_back(view(row));
        co_return out;
    }
    if (where.before) co_return out;  // the first page already held the only team
    std::string own = by.team_id;
    auto row = co_await env_.store.find_team(std::move(own));
    if (!row) co_return row.error();
    if (*row) out.push_back(view(**row));
    co_return out;
}

awaitable<result<team>> teams::get(std::string id) {
    auto row = co_await env_.store.find_team(std::move(id));
    if (!row) co_return row.error();
    if (!*row) co_return base::fail(base::errc::not_found, "not_found", "there is no such team");
    co_return view(**row);
}

awaitable<result<team>> teams::set_writes(const api_key& by, std::string team_id, writes to) {
    const bool off = to == writes::off;
    std::optional<base::timestamp> at;
    if (off) at = env_.clock.now();
    std::vector<storage::change> changes{storage::freeze_team{team_id, at}};
    const auto announced = changes_.announce(changes, storage::logged_kind::team_state, {team_id});
    auto stored = co_await env_.store.commit(std::move(changes));
    // Even if the commit failed: its outcome is unknown, and reading the store again is always
    // safe.
    grants_.team_state_changed(team_id);
    if (!stored) co_return stored.error();
    co_await changes_.settled(announced);
    env_.log.info(off ? "team_frozen" : "team_unfrozen", {{"team", team_id}, {"key", by.id}});
    co_return co_await get(std::move(team_id));
}

awaitable<result<team>> teams::patch(const api_key& by, std::string team_id, team_patch patch) {
    auto good = check_days("receipt_retention_days", patch.receipt_retention_days, "");
    if (good && patch.audit_retention_days)
        good = check_days("audit_retention_days", *patch.audit_retention_days,
                          ", or null to keep audit records for ever");
    if (good) good = check_word(audit_arguments, patch.audit_arguments);
    if (good) good = check_word(who_changes, patch.policy_changes);
    if (!good) co_return good.error();
    if (patch.policy_changes == storage::changed_alone) {
        const auto before = co_await get(team_id);
        if (!before) co_return before.error();
        if (before->settings.policy_changes == storage::changed_by_two)
            co_return base::fail(base::errc::conflict, "second_person_needed",
                                 "a second person must confirm that policies are changed alone "
                                 "again: send policy_changes without other settings",
                                 "policy_changes");
    }
    std::vector<storage::change> changes{storage::patch_team{
        team_id, env_.clock.now(), patch.receipt_retention_days, patch.audit_retention_days,
        patch.audit_legal_hold, patch.audit_arguments, patch.receipt_metadata,
        patch.allow_live_writes, patch.policy_changes}};
    const auto announced = changes_.announce(changes, storage::logged_kind::team_state, {team_id});
    auto stored = co_await env_.store.commit(std::move(changes));
    grants_.team_state_changed(team_id);  // as in set_writes()
    if (!stored) co_return stored.error();
    co_await changes_.settled(announced);
    env_.log.info("team_settings_changed", {{"team", team_id}, {"key", by.id}});
    co_return co_await get(std::move(team_id));
}

awaitable<result<new_api_key>> teams::add_admin_key(const api_key& by, std::string team_id,
                                                    std::string name,
                                                    answer_writer<new_api_key> answer) {
    auto named = check_name(name);
    if (!named) co_return named.error();
    auto known = co_await get(team_id);
    if (!known) co_return known.error();
    auto key = keys_.draft(std::move(team_id), std::move(name), role::admin, false, by.id);
    std::vector<storage::change> changes{
        storage::add_api_key{std::move(key.row), env_.limits.api_keys_per_team}};
    if (answer) changes.emplace_back(storage::add_replay{answer(key.made)});
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    co_return std::move(key.made);
}

awaitable<result<std::optional<new_team>>> teams::bootstrap() {
    const auto present = co_await env_.store.any_team();
    if (!present) co_return present.error();
    if (*present) co_return std::optional<new_team>{};
    std::string name = "Owner";
    std::string key_name = "Instance owner";
    std::string nobody;
    answer_writer<new_team> no_answer;
    auto made = co_await store(std::move(name), std::move(key_name), true, std::move(nobody),
                               std::move(no_answer));
    if (made) co_return std::optional<new_team>{std::move(*made)};
    // Another instance, started at the same time, has made the first team.
    if (made.error().code == "setting_exists") co_return std::optional<new_team>{};
    co_return made.error();
}

awaitable<result<new_team>> teams::store(std::string name, std::string key_name,
                                         bool instance_owner, std::string created_by,
                                         answer_writer<new_team> answer) {
    storage::team_row row{base::make_id("team"), std::move(name), env_.clock.now()};
    auto key = keys_.draft(row.id, std::move(key_name), role::admin, instance_owner,
                           std::move(created_by));
    new_team out{view(row), std::move(key.made)};
    std::vector<storage::change> changes;
    if (instance_owner)
        changes.emplace_back(storage::add_setting{std::string{first_team_name}, row.id});
    changes.emplace_back(storage::add_team{std::move(row)});
    changes.emplace_back(storage::add_api_key{std::move(key.row), env_.limits.api_keys_per_team});
    if (answer) changes.emplace_back(storage::add_replay{answer(out)});
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    co_return out;
}

}  // namespace tollgate::tenancy
