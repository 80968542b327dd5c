#include "tenancy/people/single_sign_on.hpp"

#include <algorithm>
#include <charconv>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/json_text.hpp"
#include "storage/changes/people.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;

constexpr std::string_view sign_on_purpose = "single sign-on";
constexpr std::size_t sign_on_characters = 43;  // of base 62: 256 bits
constexpr std::size_t name_bytes_max = 200;
constexpr std::string_view made_by_provider = "single_sign_on";

base::failure sign_on_expired() {
    return fail(errc::unauthorized, "sign_on_expired",
                "this sign-in took too long, or began in another browser: begin it again");
}

base::failure sign_on_off() {
    return fail(errc::not_found, "no_single_sign_on",
                "this gateway is not connected to an identity provider: sign in with a password");
}

base::failure busy() {
    return fail(errc::unavailable, "sign_in_busy",
                "many people sign in at this moment: try again in a few seconds");
}

// The provider's error (RFC 6749 §4.1.2.1), without its own text.
base::failure refused_by_provider(std::string_view error) {
    if (error == "access_denied")
        return fail(errc::unauthorized, "sign_on_cancelled",
                    "you, or your company, did not agree at the identity provider");
    return fail(errc::unauthorized, "sign_on_refused",
                "the identity provider did not sign you in: begin the sign-in again");
}

// Counts an exchange for as long as it runs.
class exchange_place {
public:
    explicit exchange_place(std::atomic<int>& running) : running_(running), number_(++running) {}
    ~exchange_place() { --running_; }
    exchange_place(const exchange_place&) = delete;
    exchange_place& operator=(const exchange_place&) = delete;
    int number() const { return number_; }

private:
    std::atomic<int>& running_;
    const int number_;
};

// The parts that are sealed, in order. No part contains a dot.
std::string sealed_form(const sign_on_attempt& attempt, base::timestamp until) {
    return attempt.state + '.' + attempt.nonce + '.' + attempt.verifier + '.' +
           std::to_string(base::to_unix_ms(until));
}

std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> out;
    for (;;) {
        const auto dot = text.find('.');
        out.push_back(text.substr(0, dot));
        if (dot == std::string_view::npos) return out;
        text.remove_prefix(dot + 1);
    }
}

std::string member_json(std::string_view name, std::string_view value) {
    std::string out = "{";
    base::json_members{out}.text(name, value);
    return out + '}';
}

// A readable name; the address replaces a missing or unusable one.
std::string shown_name(const id_claims& claims) {
    const std::string name{base::clipped_text(claims.name, name_bytes_max)};
    return check_name(name) ? name : claims.email;
}

}  // namespace

result<std::vector<std::pair<std::string, person_role>>> read_role_map(
    const std::vector<std::string>& items) {
    std::vector<std::pair<std::string, person_role>> out;
    for (const std::string& item : items) {
        const auto equals = item.rfind('=');
        const auto role = equals == std::string::npos || equals == 0
                              ? result<person_role>{base::invalid("bad_role", "")}
                              : read_person_role(std::string_view{item}.substr(equals + 1));
        if (!role)
            return base::invalid("bad_role",
                                 "must be items value=role with the role viewer, operator, "
                                 "approver or admin, not '" +
                                     item + "'");
        out.emplace_back(item.substr(0, equals), *role);
    }
    return out;
}

// Operator and approver have equal rank: a person with both becomes an admin only if the claims say
// so; otherwise the role named first applies.
std::optional<person_role> role_of_claims(const id_claims& claims, const sign_on_rules& rules) {
    const auto found = claims.words.find(rules.roles_claim);
    if (found == claims.words.end()) return {};
    std::optional<person_role> out;
    const auto weight = [](person_role role) {
        return role == person_role::admin ? 2 : role == person_role::viewer ? 0 : 1;
    };
    for (const auto& [value, role] : rules.roles) {
        const auto& words = found->second;
        if (std::find(words.begin(), words.end(), value) == words.end()) continue;
        if (!out || weight(role) > weight(*out)) out = role;
    }
    return out;
}

void single_sign_on::use(identity_provider& provider, sign_on_rules rules) {
    provider_ = &provider;
    rules_ = std::move(rules);
}

awaitable<result<std::string>> single_sign_on::sign_out_address(std::string return_to) {
    if (provider_ == nullptr) co_return sign_on_off();
    co_return co_await provider_->sign_out_address(std::move(return_to));
}

awaitable<result<begun_sign_on>> single_sign_on::begin(std::string redirect_uri) {
    if (!on()) co_return sign_on_off();
    sign_on_attempt attempt;
    attempt.state = base::random_base62(sign_on_characters);
    attempt.nonce = base::random_base62(sign_on_characters);
    attempt.verifier = base::random_base62(sign_on_characters);
    attempt.redirect_uri = std::move(redirect_uri);
    const std::string plain = sealed_form(attempt, env_.clock.now() + rules_.timeout);
    const base::secret key = env_.secrets.derive(sign_on_purpose);
    begun_sign_on out;
    out.sealed = base::base64url(base::aes256gcm_seal(key.reveal(), plain, sign_on_purpose));
    auto address = co_await provider_->authorization_address(std::move(attempt));
    if (!address) co_return address.error();
    out.address = std::move(*address);
    co_return out;
}

result<sign_on_attempt> single_sign_on::open(const returned_sign_on& back) const {
    const base::secret key = env_.secrets.derive(sign_on_purpose);
    const auto bytes = base::from_base64url(back.sealed);
    const auto plain =
        bytes ? base::aes256gcm_open(key.reveal(), *bytes, sign_on_purpose) : std::nullopt;
    if (!plain) return sign_on_expired();
    const auto parts = parts_of(*plain);
    constexpr std::size_t count = 4;
    if (parts.size() != count) return sign_on_expired();
    std::int64_t until = 0;
    std::from_chars(parts[3].data(), parts[3].data() + parts[3].size(), until);
    if (base::to_unix_ms(env_.clock.now()) >= until) return sign_on_expired();
    if (!base::equal_constant_time(parts[0], back.state)) return sign_on_expired();
    return sign_on_attempt{std::string{parts[0]}, std::string{parts[1]}, std::string{parts[2]},
                           back.redirect_uri};
}

void single_sign_on::note_refusal(audit_event request, const base::failure& why) {
    request.kind = audit_kind::admin_refused;
    request.decision = "refused";
    request.rule = why.code;
    audit_.note_anonymous(std::move(request));
}

result<> single_sign_on::use_up(const std::string& state) {
    const base::timestamp now = env_.clock.now();
    const std::lock_guard lock{mutex_};
    if (used_.contains(state)) return sign_on_expired();
    if (used_.size() >= rules_.attempts_kept)
        std::erase_if(used_, [now](const auto& one) { return one.second <= now; });
    if (used_.size() >= rules_.attempts_kept) return busy();
    used_.emplace(state, now + rules_.timeout);
    return {};
}

// Limits by the address alone, because only the provider knows who the person is.
awaitable<result<>> single_sign_on::take(const std::string& from, const std::string& state) {
    const auto may = co_await proofs_.take(from, from);
    if (!may) co_return may.error();
    co_return use_up(state);
}

awaitable<result<id_claims>> single_sign_on::claims_of(std::string code, sign_on_attempt attempt) {
    const exchange_place place{exchanges_};
    if (place.number() > rules_.exchanges_max) co_return busy();
    auto claims = co_await provider_->claims(std::move(code), std::move(attempt));
    if (claims) co_return claims;
    env_.log.warning("single_sign_on_failed",
                     {{"code", claims.error().code}, {"reason", claims.error().message}});
    if (claims.error().kind != errc::unauthorized) co_return claims;
    co_return fail(errc::unauthorized, "sign_on_refused",
                   "what the identity provider sent is not valid: begin the sign-in again");
}

awaitable<result<new_session>> single_sign_on::finish(returned_sign_on back, audit_event request) {
    if (!on()) co_return sign_on_off();
    auto attempt = open(back);
    if (attempt && !back.issuer.empty() && back.issuer != provider_->issuer())
        attempt = sign_on_expired();
    if (attempt && (back.code.empty() || !back.error.empty()))
        attempt = refused_by_provider(back.error);
    if (!attempt) {
        note_refusal(std::move(request), attempt.error());
        co_return attempt.error();
    }
    const auto may = co_await take(back.from, attempt->state);
    if (!may) {
        note_refusal(std::move(request), may.error());
        co_return may.error();
    }
    auto claims = co_await claims_of(std::move(back.code), std::move(*attempt));
    if (!claims) {
        note_refusal(std::move(request), claims.error());
        co_return claims.error();
    }
    auto made = co_await sign_in(*claims, request);
    if (made) {
        co_await proofs_.give_back(back.from, back.from);
        co_return made;
    }
    if (made.error().kind != errc::forbidden)
        env_.log.warning("single_sign_on_failed",
                         {{"code", made.error().code}, {"reason", made.error().message}});
    note_refusal(std::move(request), made.error());
    co_return made;
}

awaitable<result<new_session>> single_sign_on::sign_in(const id_claims& claims,
                                                       const audit_event& request) {
    const auto role = role_of_claims(claims, rules_);
    if (!role)
        co_return fail(errc::forbidden, "no_role",
                       "your account at the identity provider has no role here: ask an admin of "
                       "your team");
    auto known =
        co_await env_.store.find_person_of_identity(rules_.team_id, claims.issuer, claims.subject);
    if (!known) co_return known.error();
    auto person = result<storage::person_row>{storage::person_row{}};
    if (!*known)
        person = co_await add(claims, *role, request);
    else
        person = co_await change_role(std::move(**known), *role, request);
    if (!person) co_return person.error();
    auto made = co_await sessions_.begin(*person, request);
    co_return made;
}

// The person, the identity and the record are stored in one transaction.
awaitable<result<storage::person_row>> single_sign_on::add(const id_claims& claims,
                                                           person_role role, audit_event request) {
    if (!claims.email_verified)
        co_return fail(errc::forbidden, "email_not_verified",
                       "the identity provider has not verified your e-mail address");
    auto email = read_email(claims.email);
    if (!email) co_return email.error();
    storage::person_row row;
    row.id = base::make_id("per");
    row.team_id = rules_.team_id;
    row.name = shown_name(claims);
    row.email = std::move(*email);
    row.role = to_string(role);
    row.created_by = made_by_provider;
    row.created_at = env_.clock.now();
    row.updated_at = row.created_at;
    request.kind = audit_kind::admin_finished;
    request.team_id = row.team_id;
    request.actor = row.id;
    request.outcome = "succeeded";
    request.object_id = row.id;
    request.changed_from = "{}";
    request.changed_to = "{";
    base::json_members{request.changed_to}.text("email", row.email).text("role", row.role);
    request.changed_to += '}';
    std::vector<storage::change> changes{
        storage::add_person{row, people_rules_.people_per_team},
        storage::add_identity{row.team_id, row.id, claims.issuer, claims.subject},
        audit_.change_of(request)};
    auto added = co_await env_.store.commit(std::move(changes));
    if (!added) co_return added.error();
    co_return row;
}

// The change and its record are stored in one transaction.
awaitable<result<storage::person_row>> single_sign_on::change_role(storage::person_row known,
                                                                   person_role role,
                                                                   audit_event request) {
    const std::string wanted{to_string(role)};
    if (known.role == wanted) co_return known;
    request.kind = audit_kind::admin_finished;
    request.outcome = "succeeded";
    request.team_id = known.team_id;
    request.actor = known.id;
    request.object_id = known.id;
    request.changed_from = member_json("role", known.role);
    request.changed_to = member_json("role", wanted);
    person_patch patch;
    patch.role = wanted;
    std::vector<storage::change> record{audit_.change_of(request)};
    auto changed =
        co_await people_.patch(known.team_id, known.id, std::move(patch), std::move(record));
    if (!changed) co_return changed.error();
    known.role = wanted;
    co_return known;
}

}  // namespace tollgate::tenancy
