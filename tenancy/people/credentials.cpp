#include "tenancy/people/credentials.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/crypto.hpp"
#include "base/text.hpp"
#include "storage/changes/people.hpp"
#include "tenancy/people/totp.hpp"
#include "tenancy/secrets/places.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;

constexpr std::size_t recovery_code_count = 10;
constexpr std::size_t recovery_code_characters = 12;  // of base 62: 71 bits

base::failure wrong_password() {
    return fail(errc::forbidden, "wrong_password", "this is not your password", "password");
}

base::failure too_many(std::chrono::milliseconds wait) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    return fail(errc::limit_exceeded, "too_many_sign_ins",
                "too many failed sign-ins: try again in " + std::to_string(seconds) + " seconds");
}

bool is_one_time_code(std::string_view text) {
    return text.size() == totp_digits && std::ranges::all_of(text, base::is_digit);
}

// Codes are written in groups; the separators between them are ignored.
std::string without_separators(std::string_view code) {
    std::string out;
    std::ranges::copy_if(code, std::back_inserter(out),
                         [](char c) { return c != '-' && c != ' '; });
    return out;
}

// The text contains the person's id, so that the hash is useless in another row.
std::string recovery_text(std::string_view person_id, std::string_view code) {
    return "recovery|" + std::string{person_id} + '|' + std::string{code};
}

std::string shown_recovery_code(std::string_view code) {
    std::string out;
    for (std::size_t at = 0; at < code.size(); at += 4)
        out.append(at == 0 ? "" : "-").append(code.substr(at, 4));
    return out;
}

}  // namespace

awaitable<result<>> credentials::take(std::string email, std::string from) {
    const auto now = env_.clock.now();
    const auto wait = limits_.take(email, from, now);
    if (wait.count() > 0) co_return too_many(wait);
    auto shared = std::make_shared<std::int64_t>(0);
    std::vector<storage::change> changes{
        storage::take_attempts{limits_.buckets(email, from), now, shared}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (stored && *shared == 0) co_return result<>{};
    limits_.give_back(email, from);
    if (!stored) co_return stored;
    co_return too_many(std::chrono::milliseconds{*shared});
}

awaitable<> credentials::give_back(std::string email, std::string from) {
    limits_.give_back(email, from);
    std::vector<storage::change> changes{storage::return_attempts{limits_.buckets(email, from)}};
    const auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) env_.log.warning("attempt_not_returned", {{"reason", stored.error().message}});
}

awaitable<result<storage::person_row>> credentials::row_of(const person& who) const {
    auto row = co_await env_.store.find_person(who.team_id, who.id);
    if (!row) co_return row.error();
    if (!*row) co_return fail(errc::not_found, "not_found", "no such person");
    co_return std::move(**row);
}

awaitable<result<storage::person_row>> credentials::check(const person& who, std::string from,
                                                          base::secret password) {
    auto row = co_await row_of(who);
    if (!row) co_return row.error();
    const auto may = co_await take(row->email, from);
    if (!may) co_return may.error();
    const auto right = co_await passwords_.verify(row->password, std::move(password));
    // A busy gateway does not show that the password is wrong.
    if (!right || *right) co_await give_back(row->email, from);
    if (!right) co_return right.error();
    if (!*right) co_return wrong_password();
    co_return std::move(*row);
}

awaitable<result<>> credentials::change_password(const person& who, std::string from,
                                                 base::secret current, base::secret password) {
    const auto good = check_password(password.reveal(), who.email);
    if (!good) co_return good.error();
    auto row = co_await check(who, from, std::move(current));
    if (!row) co_return row.error();
    auto hashed = co_await passwords_.hash(std::move(password));
    if (!hashed) co_return hashed.error();
    storage::put_password put{row->team_id, row->id,         std::move(row->password), *hashed,
                              true,         std::move(from), env_.clock.now()};
    std::vector<storage::change> changes{std::move(put)};
    auto stored = co_await env_.store.commit(std::move(changes));
    co_return stored;
}

awaitable<> credentials::rehash(storage::person_row row, base::secret password) {
    if (!base::password_needs_rehash(row.password, passwords_.cost())) co_return;
    auto hashed = co_await passwords_.hash(std::move(password));
    if (!hashed) co_return;  // tried again at the next sign-in
    storage::put_password put{row.team_id, row.id, std::move(row.password), *hashed,
                              false,       {},     env_.clock.now()};
    std::vector<storage::change> changes{std::move(put)};
    const auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) env_.log.warning("password_not_rehashed", {{"reason", stored.error().message}});
}

awaitable<result<base::secret>> credentials::start_totp(const person& who, std::string from,
                                                        base::secret password) {
    auto row = co_await check(who, std::move(from), std::move(password));
    if (!row) co_return row.error();
    base::secret secret{base::random_bytes(totp_secret_bytes)};
    const auto sealed =
        env_.secrets.seal(base::base64(secret.reveal()), totp_place(who.team_id, who.id));
    std::vector<storage::change> changes{
        storage::put_totp{who.team_id, who.id, sealed, env_.clock.now()}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    co_return secret;
}

awaitable<result<std::vector<base::secret>>> credentials::confirm_totp(const person& who,
                                                                       std::string from,
                                                                       std::string code) {
    auto row = co_await row_of(who);
    if (!row) co_return row.error();
    if (row->totp.ciphertext.empty())
        co_return fail(errc::conflict, "totp_not_started", "start one-time codes first");
    const auto secret = open_totp(*row);
    if (!secret) co_return secret.error();
    const auto may = co_await take(row->email, from);
    if (!may) co_return may.error();
    const auto step =
        totp_match(secret->reveal(), without_separators(code), env_.clock.now(), row->totp_step);
    if (!step)
        co_return fail(errc::forbidden, "wrong_code",
                       "this is not the current code: check the clock of your device", "code");
    co_await give_back(row->email, std::move(from));
    storage::confirm_totp confirm{row->team_id, row->id, row->totp, *step, {}, env_.clock.now()};
    std::vector<base::secret> out;
    for (std::size_t i = 0; i < recovery_code_count; ++i) {
        const std::string made = base::random_base62(recovery_code_characters);
        confirm.recovery_codes.push_back(env_.hasher.hash(recovery_text(row->id, made)));
        out.emplace_back(shown_recovery_code(made));
    }
    std::vector<storage::change> changes{std::move(confirm)};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    co_return out;
}

awaitable<result<>> credentials::end_totp(std::string team_id, std::string person_id) {
    std::vector<storage::change> changes{
        storage::remove_totp{std::move(team_id), std::move(person_id), env_.clock.now()}};
    auto stored = co_await env_.store.commit(std::move(changes));
    co_return stored;
}

awaitable<result<>> credentials::reset_totp(std::string team_id, std::string person_id) {
    std::vector<storage::change> changes{
        storage::remove_totp{team_id, person_id, env_.clock.now()},
        storage::end_sessions{std::move(team_id), std::move(person_id), {}}};
    auto stored = co_await env_.store.commit(std::move(changes));
    co_return stored;
}

result<base::secret> credentials::open_totp(const storage::person_row& row) const {
    const auto opened = env_.secrets.open(row.totp, totp_place(row.team_id, row.id));
    if (!opened) return opened.error();
    auto bytes = base::from_base64(opened->reveal());
    if (!bytes) return fail(errc::corrupt, "totp_damaged", "a stored secret cannot be read");
    return base::secret{std::move(*bytes)};
}

result<storage::change> credentials::use_of_code(const storage::person_row& row,
                                                 std::string_view code) const {
    const std::string written = without_separators(code);
    if (!is_one_time_code(written))
        return storage::change{storage::use_recovery_code{
            row.team_id, row.id, env_.hasher.candidates(recovery_text(row.id, written))}};
    const auto secret = open_totp(row);
    if (!secret) return secret.error();
    const auto step = totp_match(secret->reveal(), written, env_.clock.now(), row.totp_step);
    if (!step) return fail(errc::unauthorized, "wrong_code", "wrong code");
    return storage::change{storage::use_totp{row.team_id, row.id, *step}};
}

}  // namespace tollgate::tenancy
