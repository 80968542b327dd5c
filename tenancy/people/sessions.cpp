#include "tenancy/people/sessions.hpp"

#include <algorithm>
#include <utility>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/json_text.hpp"
#include "storage/changes/people.hpp"
#include "tenancy/audit/storable_text.hpp"
#include "tenancy/secrets/token.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;

constexpr std::size_t token_characters = 43;  // of base 62: 256 bits
constexpr std::size_t session_client_bytes_max = 200;
// A session's use is written when the stored time of use is older than the idle time divided by
// this.
constexpr int uses_in_idle_time = 30;

base::failure invalid_sign_in() {
    return fail(errc::unauthorized, "invalid_sign_in",
                "e-mail address, password or code is wrong. If the address belongs to several "
                "teams, send team_id as well");
}

base::failure invalid_link() {
    return fail(errc::unauthorized, "invalid_link",
                "this link was used already, or is more than ten minutes old: ask for a new one");
}

base::failure session_ended() {
    return fail(errc::unauthorized, "session_ended", "this session has ended: sign in again");
}

bool well_formed_session(std::string_view token) {
    return token.starts_with(session_token_prefix) &&
           token.size() == session_token_prefix.size() + token_characters;
}

audit_event success_of(const audit_event& request, const storage::person_row& row) {
    audit_event out = request;
    out.kind = audit_kind::admin_finished;
    out.team_id = row.team_id;
    out.actor = row.id;
    out.outcome = "succeeded";
    return out;
}

base::secret new_session_token() {
    return base::secret{std::string{session_token_prefix} + base::random_base62(token_characters)};
}

result<> check_rank(const storage::person_row& row, const sign_in_input& input) {
    if (!input.rank_min || rank_of(person_of(row).role) >= *input.rank_min) return {};
    return fail(errc::forbidden, "role_too_low", "your role does not allow this");
}

session session_of(const storage::session_row& row) {
    return {row.id, row.remote, row.client, row.created_at, row.used_at, row.expires_at};
}

}  // namespace

signed_in sessions::view(const storage::session_row& at, const storage::person_row& row) const {
    signed_in out;
    out.who = person_of(row);
    out.at = session_of(at);
    const base::secret key = env_.secrets.derive("csrf");
    out.csrf_token = base::base64url(
        base::as_view(base::hmac_sha256(key.reveal(), at.id + "|" + at.token.digest)));
    api_key acting;
    acting.id = row.id;
    acting.team_id = row.team_id;
    acting.name = row.name;
    acting.rank = rank_of(out.who.role);
    acting.created_by = row.created_by;
    acting.created_at = row.created_at;
    out.acting = std::make_shared<const api_key>(std::move(acting));
    return out;
}

// Finds no person if the address is unknown, is known in several teams and none is named, or
// belongs to a person who has not accepted an invitation.
awaitable<result<sessions::found_person>> sessions::find(const sign_in_input& input) const {
    auto rows = co_await env_.store.find_people_by_email(folded_email(input.email), input.team_id);
    if (!rows) co_return rows.error();
    std::erase_if(*rows, [](const auto& row) { return row.password.empty(); });
    if (rows->size() != 1) co_return found_person{};
    co_return found_person{std::move(rows->front())};
}

void sessions::note_refusal(const found_person& row, audit_event request,
                            const base::failure& why) {
    request.kind = audit_kind::admin_refused;
    request.decision = "refused";
    request.rule = why.code;
    // Anyone can cause any number of these, for any address.
    const bool unchecked = why.code == "too_many_sign_ins" || why.code == "sign_in_busy";
    if (!row || unchecked) return audit_.note_anonymous(std::move(request));
    request.team_id = row->team_id;
    request.actor = row->id;
    audit_.note(std::move(request));
}

awaitable<result<storage::person_row>> sessions::prove(
    sign_in_input input, audit_event request,
    std::function<void(const storage::person_row&, change_list&)> follow) {
    const std::string email = folded_email(input.email);
    if (email.empty() || input.password.reveal().size() > password_bytes_max) {
        note_refusal({}, std::move(request), invalid_sign_in());
        co_return invalid_sign_in();
    }
    const auto may = co_await proofs_.take(email, input.from);
    auto row = co_await find(input);
    if (!row) {
        if (may) co_await proofs_.give_back(email, input.from);
        co_return row.error();
    }
    if (!may) {
        note_refusal(*row, std::move(request), may.error());
        co_return may.error();
    }
    change_list changes;
    auto proved = co_await check(*row, input, changes);
    if (proved) {
        follow(**row, changes);
        proved = co_await env_.store.commit(std::move(changes));
        // The code was used, or the password changed, in the meantime.
        if (!proved && proved.error().kind == errc::conflict) proved = invalid_sign_in();
    }
    // Neither a missing code nor a busy gateway shows that the input is wrong.
    const bool wrong = !proved && proved.error().code == "invalid_sign_in";
    if (!wrong) co_await proofs_.give_back(email, input.from);
    if (!proved) {
        note_refusal(*row, std::move(request), proved.error());
        co_return proved.error();
    }
    storage::person_row known = std::move(**row);
    co_await proofs_.rehash(known, std::move(input.password));
    co_return known;
}

awaitable<result<>> sessions::check(const found_person& row, const sign_in_input& input,
                                    change_list& uses) {
    std::string stored = row ? row->password : std::string{};
    base::secret password = input.password;
    const auto right = co_await passwords_.verify(std::move(stored), std::move(password));
    if (!right) co_return right.error();
    if (!row || !*right) co_return invalid_sign_in();
    if (!row->totp_confirmed) co_return check_rank(*row, input);
    if (input.code.empty())
        co_return fail(errc::unauthorized, "code_needed",
                       "send the code of your authenticator, or a recovery code, as code", "code");
    auto use = proofs_.use_of_code(*row, input.code);
    if (!use && use.error().code != "wrong_code") co_return use.error();
    if (!use) co_return invalid_sign_in();
    uses.push_back(std::move(*use));
    co_return check_rank(*row, input);
}

storage::session_row sessions::draft(const base::secret& token, const audit_event& request) const {
    storage::session_row out;
    out.id = base::make_id("ses");
    out.token = env_.hasher.hash(token.reveal());
    out.remote = request.remote;
    const std::string client = storable(request.client);
    out.client = base::clipped_text(client, session_client_bytes_max);
    return out;
}

void sessions::add_to(std::vector<storage::change>& changes, storage::session_row& made,
                      const storage::person_row& person, const audit_event& request) const {
    made.team_id = person.team_id;
    made.person_id = person.id;
    made.created_at = env_.clock.now();
    made.used_at = made.created_at;
    made.expires_at = made.created_at + rules_.lifetime;
    audit_event record = success_of(request, person);
    record.status = 201;
    record.object_id = made.id;
    changes.emplace_back(storage::add_session{made, person.password, rules_.sessions_per_person});
    changes.push_back(audit_.change_of(std::move(record)));
}

// Code, session and audit record are stored in one transaction: no code is used up without a
// session, and no session begins without its record.
awaitable<result<new_session>> sessions::sign_in(sign_in_input input, audit_event request) {
    new_session out;
    out.token = new_session_token();
    storage::session_row made = draft(out.token, request);
    auto add = [this, &made, &request](const storage::person_row& row, change_list& changes) {
        add_to(changes, made, row, request);
    };
    const auto row = co_await prove(std::move(input), request, std::move(add));
    if (!row) co_return row.error();
    out.made = view(made, *row);
    co_return out;
}

awaitable<result<new_session>> sessions::begin(const storage::person_row& person,
                                               audit_event request) {
    new_session out;
    out.token = new_session_token();
    storage::session_row made = draft(out.token, request);
    change_list changes;
    add_to(changes, made, person, request);
    const auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    out.made = view(made, person);
    co_return out;
}

awaitable<result<sign_in_link>> sessions::make_link(std::string team_id, std::string id) {
    const auto found = co_await env_.store.find_person(team_id, id);
    if (!found) co_return found.error();
    if (!*found) co_return fail(errc::not_found, "not_found", "there is no such person");
    if ((*found)->totp_confirmed)
        co_return fail(errc::conflict, "totp_on",
                       "this person signs in with one-time codes: no link replaces them");
    sign_in_link out;
    out.token = make_token(invitation_prefix);
    const base::timestamp now = env_.clock.now();
    out.expires_at = now + sign_in_link_lifetime;
    change_list changes{storage::add_sign_in_link{std::move(team_id), std::move(id),
                                                  env_.hasher.hash(out.token.reveal()),
                                                  out.expires_at, now}};
    const auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    co_return out;
}

// The use of the link, the session and the record are stored in one transaction.
awaitable<result<new_session>> sessions::sign_in_by_link(base::secret token, audit_event request) {
    const base::timestamp now = env_.clock.now();
    std::optional<storage::linked_person> known;
    if (well_formed_token(token.reveal(), invitation_prefix)) {
        auto candidates = env_.hasher.candidates(token.reveal());
        auto found = co_await env_.store.find_sign_in_link(std::move(candidates));
        if (!found) co_return found.error();
        known = std::move(*found);
    }
    if (!known || now >= known->expires_at || known->person.totp_confirmed) {
        note_refusal({}, std::move(request), invalid_link());
        co_return invalid_link();
    }
    new_session out;
    out.token = new_session_token();
    storage::session_row made = draft(out.token, request);
    change_list changes{storage::use_sign_in_link{known->person.team_id, known->link, now}};
    add_to(changes, made, known->person, request);
    const auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored && stored.error().kind != errc::conflict) co_return stored.error();
    if (!stored) {
        note_refusal({}, std::move(request), invalid_link());
        co_return invalid_link();
    }
    out.made = view(made, known->person);
    co_return out;
}

awaitable<result<std::shared_ptr<const api_key>>> sessions::identify(sign_in_input input,
                                                                     audit_event request) {
    auto add = [this, &request](const storage::person_row& row, change_list& changes) {
        changes.push_back(audit_.change_of(success_of(request, row)));
    };
    const auto row = co_await prove(std::move(input), request, std::move(add));
    if (!row) co_return row.error();
    co_return view({}, *row).acting;
}

awaitable<result<signed_in>> sessions::authenticate(std::string_view token, session_use use) {
    if (!well_formed_session(token)) co_return session_ended();
    auto candidates = env_.hasher.candidates(token);
    auto found = co_await env_.store.find_session(std::move(candidates));
    if (!found) co_return found.error();
    if (!*found) co_return session_ended();
    storage::session_row& row = (*found)->session;
    const base::timestamp now = env_.clock.now();
    if (now >= row.expires_at || now - row.used_at >= rules_.idle) co_return session_ended();
    if (use == session_use::noted && now - row.used_at >= rules_.idle / uses_in_idle_time) {
        std::vector<storage::change> changes{storage::touch_session{row.team_id, row.id, now}};
        const auto touched = co_await env_.store.commit(std::move(changes));
        // On a failure, the session may end too early, but never too late.
        if (touched)
            row.used_at = now;
        else
            env_.log.warning("session_use_not_written", {{"reason", touched.error().message}});
    }
    co_return view(row, (*found)->person);
}

awaitable<result<std::vector<session>>> sessions::list(std::string team_id, std::string person_id,
                                                       storage::page where) {
    auto rows = co_await env_.store.list_sessions(std::move(team_id), std::move(person_id),
                                                  std::move(where));
    if (!rows) co_return rows.error();
    std::vector<session> out;
    for (const auto& row : *rows) out.push_back(session_of(row));
    co_return out;
}

awaitable<result<>> sessions::end(const signed_in& by, std::string id) {
    std::vector<storage::change> changes{
        storage::end_sessions{by.who.team_id, by.who.id, std::move(id)}};
    auto stored = co_await env_.store.commit(std::move(changes));
    co_return stored;
}

}  // namespace tollgate::tenancy
