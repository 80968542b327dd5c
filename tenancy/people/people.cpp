#include "tenancy/people/people.hpp"

#include <utility>

#include "base/ids.hpp"
#include "storage/changes/audit.hpp"
#include "storage/changes/people.hpp"
#include "storage/changes/settings.hpp"
#include "tenancy/rules/group_names.hpp"
#include "tenancy/secrets/token.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;

base::failure no_such_person() {
    return fail(errc::not_found, "not_found", "no such person");
}

base::failure bad_invitation() {
    return fail(errc::not_found, "invalid_invitation",
                "this invitation is unknown, was used, or is over: ask an admin for a new one");
}

}  // namespace

person person_of(const storage::person_row& row) {
    person out;
    out.id = row.id;
    out.team_id = row.team_id;
    out.name = row.name;
    out.email = row.email;
    // A role that this version does not know gives the lowest rights.
    if (const auto known = read_person_role(row.role)) out.role = *known;
    out.groups = split_groups(row.group_names);
    out.has_password = !row.password.empty();
    if (row.invitation) out.invitation_expires_at = row.invitation_expires_at;
    out.totp = row.totp_confirmed;
    out.created_by = row.created_by;
    out.created_at = row.created_at;
    out.signed_in_at = row.signed_in_at;
    return out;
}

awaitable<result<invited_person>> people::invite(const api_key& by, person_input input,
                                                 answer_writer<invited_person> answer) {
    const auto named = check_name(input.name);
    if (!named) co_return named.error();
    auto email = read_email(input.email);
    if (!email) co_return email.error();
    const auto role = read_person_role(input.role);
    if (!role) co_return role.error();
    auto groups = join_groups(input.groups);
    if (!groups) co_return groups.error();
    invited_person out;
    out.token = make_token(invitation_prefix);
    storage::person_row row;
    row.id = base::make_id("per");
    row.team_id = by.team_id;
    row.name = std::move(input.name);
    row.email = std::move(*email);
    row.role = to_string(*role);
    row.group_names = std::move(*groups);
    row.created_by = by.id;
    row.created_at = env_.clock.now();
    row.updated_at = row.created_at;
    out.expires_at = row.created_at + rules_.invitation_lifetime;
    row.invitation = env_.hasher.hash(out.token.reveal());
    row.invitation_expires_at = out.expires_at;
    out.who = person_of(row);
    std::vector<storage::change> changes{
        storage::add_person{std::move(row), rules_.people_per_team}};
    if (answer) changes.emplace_back(storage::add_replay{answer(out)});
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    co_return out;
}

awaitable<result<invited_person>> people::invite_again(std::string team_id, std::string id,
                                                       answer_writer<invited_person> answer) {
    auto known = co_await get(team_id, id);
    if (!known) co_return known.error();
    const base::timestamp now = env_.clock.now();
    invited_person out{std::move(*known), make_token(invitation_prefix),
                       now + rules_.invitation_lifetime};
    out.who.invitation_expires_at = out.expires_at;
    std::vector<storage::change> changes{
        storage::invite_person{std::move(team_id), std::move(id),
                               env_.hasher.hash(out.token.reveal()), out.expires_at, now}};
    if (answer) changes.emplace_back(storage::add_replay{answer(out)});
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    co_return out;
}

// The invitation is looked up before the password is hashed, so that only its holder can make this
// process work.
awaitable<result<person>> people::accept(base::secret token, base::secret password,
                                         audit_event request) {
    if (!well_formed_token(token.reveal(), invitation_prefix)) co_return bad_invitation();
    auto candidates = env_.hasher.candidates(token.reveal());
    auto found = co_await env_.store.find_invited_person(std::move(candidates));
    if (!found) co_return found.error();
    const bool open =
        *found && (*found)->invitation && (*found)->invitation_expires_at > env_.clock.now();
    if (!open) co_return bad_invitation();
    storage::person_row& row = **found;
    const auto good = check_password(password.reveal(), row.email);
    if (!good) co_return good.error();
    auto hashed = co_await passwords_.hash(std::move(password));
    if (!hashed) co_return hashed.error();
    const base::timestamp now = env_.clock.now();
    request.kind = audit_kind::admin_finished;
    request.team_id = row.team_id;
    request.actor = row.id;
    request.outcome = "succeeded";
    request.status = 200;
    std::vector<storage::change> changes{
        storage::accept_invitation{row.team_id, row.id, *row.invitation, std::move(*hashed), now},
        storage::add_audit{{audit_row_of(request, now)}}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored && stored.error().code == "invalid_invitation") co_return bad_invitation();
    if (!stored) co_return stored.error();
    auto accepted = co_await get(std::move(row.team_id), std::move(row.id));
    co_return accepted;
}

awaitable<result<person>> people::get(std::string team_id, std::string id) {
    auto row = co_await env_.store.find_person(std::move(team_id), std::move(id));
    if (!row) co_return row.error();
    if (!*row) co_return no_such_person();
    co_return person_of(**row);
}

awaitable<result<std::vector<person>>> people::list(std::string team_id, storage::page where) {
    auto rows = co_await env_.store.list_people(std::move(team_id), std::move(where));
    if (!rows) co_return rows.error();
    std::vector<person> out;
    for (const auto& row : *rows) out.push_back(person_of(row));
    co_return out;
}

awaitable<result<person>> people::patch(std::string team_id, std::string id, person_patch change,
                                        std::vector<storage::change> with) {
    storage::patch_person patch{team_id, id, {}, {}, {}, env_.clock.now()};
    if (change.name) {
        const auto named = check_name(*change.name);
        if (!named) co_return named.error();
        patch.name = std::move(*change.name);
    }
    if (change.role) {
        const auto known = read_person_role(*change.role);
        if (!known) co_return known.error();
        patch.role = std::string{to_string(*known)};
        patch.ends_allowed = rank_of(*known) < role::operator_;
    }
    if (change.groups) {
        auto groups = join_groups(*change.groups);
        if (!groups) co_return groups.error();
        patch.group_names = std::move(*groups);
    }
    auto ended = std::make_shared<ended_tokens>();
    patch.ended = ended;
    patch.origin = changes_.origin();
    std::vector<storage::change> changes = std::move(with);
    changes.emplace_back(std::move(patch));
    auto stored = co_await commit_ending(std::move(changes), id, std::move(ended));
    if (!stored) co_return stored.error();
    auto changed = co_await get(std::move(team_id), std::move(id));
    co_return changed;
}

awaitable<result<>> people::remove(std::string team_id, std::string id) {
    auto ended = std::make_shared<ended_tokens>();
    std::vector<storage::change> changes{
        storage::remove_person{std::move(team_id), id, env_.clock.now(), ended, changes_.origin()}};
    auto stored = co_await commit_ending(std::move(changes), std::move(id), std::move(ended));
    co_return stored;
}

// Commits a change that may end tokens, and announces their end as for an API key and its tokens.
awaitable<result<>> people::commit_ending(std::vector<storage::change> changes, std::string id,
                                          std::shared_ptr<ended_tokens> ended) {
    const auto announced =
        changes_.announce(changes, storage::logged_kind::api_key_removed, {std::move(id)});
    auto stored = co_await env_.store.commit(std::move(changes));
    // Even if the commit failed: its outcome is unknown, and reading the store again is always
    // safe.
    ended_(*ended);
    if (stored) co_await changes_.settled(announced);
    co_return stored;
}

awaitable<result<>> people::sign_out(std::string team_id, std::string id) {
    const auto known = co_await get(team_id, id);
    if (!known) co_return known.error();
    std::vector<storage::change> changes{
        storage::end_sessions{std::move(team_id), std::move(id), {}}};
    auto stored = co_await env_.store.commit(std::move(changes));
    co_return stored;
}

storage::change people::purge(base::timestamp now) const {
    return storage::purge_sessions{now, now - rules_.idle};
}

}  // namespace tollgate::tenancy
