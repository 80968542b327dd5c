#include "tenancy/admin/accounts.hpp"

#include <utility>

#include "base/ids.hpp"
#include "storage/changes/accounts.hpp"
#include "storage/changes/settings.hpp"
#include "storage/external_orders.hpp"
#include "tenancy/admin/account_checks.hpp"
#include "tenancy/admin/suspension.hpp"
#include "tenancy/grants/key_names.hpp"
#include "tenancy/grants/open_account.hpp"
#include "tenancy/rules/credential.hpp"
#include "tenancy/rules/orders_kind.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::invalid;
using base::result;
using storage::logged_kind;

constexpr int write_attempts = 4;

base::failure not_found() {
    return fail(errc::not_found, "not_found", "no such integrated account");
}

base::failure too_busy() {
    return fail(errc::conflict, "version_changed",
                "this integrated account is being changed by others: read it and try again");
}

result<integrated_account> view(const storage::account_row& row) {
    auto tags = decode_words(row.tags);
    if (!tags) return tags.error();
    auto connected = decode_words(row.connected_accounts);
    if (!connected) return connected.error();
    integrated_account out;
    out.id = row.id;
    out.team_id = row.team_id;
    out.name = row.name;
    out.mode = row.mode;
    out.restricted_key = row.kind == "restricted";
    out.last4 = row.last4;
    out.stripe_account = row.stripe_account;
    out.stripe_version = row.stripe_version;
    out.tags = std::move(*tags);
    out.connected_accounts = std::move(*connected);
    out.orders = orders_kind_named(row.orders);
    auto service = service_of(row);
    if (!service) return service.error();
    out.service = std::move(*service);
    if (row.key_checked_at) {
        auto checked = decode_key_check(row.key_check, *row.key_checked_at);
        if (!checked) return checked.error();
        out.checked = std::move(*checked);
    }
    out.needs_reauth_at = row.needs_reauth_at;
    out.frozen_at = row.frozen_at;
    out.suspended_at = row.suspended_at;
    out.created_by = row.created_by;
    out.created_at = row.created_at;
    out.updated_at = row.updated_at;
    return out;
}

// The subjects of an account's entry in the change log: the account, then its servers.
std::vector<std::string> with_account(const std::string& id, std::vector<std::string> servers) {
    servers.insert(servers.begin(), id);
    return servers;
}

// Puts a checked credential into the row, with the mode that Stripe's key states. `expected` is the
// mode that the key must have, if any.
result<> seal_into(storage::account_row& row, const base::secret& credential,
                   std::optional<account_mode> expected, const vault& secrets) {
    if (!row.service_url.empty()) {
        auto described = describe_service_credential(row, credential);
        if (!described) return described;
        row.credential = secrets.seal(credential.reveal(), vault_place(row.team_id, row.id));
        row.needs_reauth_at.reset();
        return {};
    }
    const auto facts = check_credential(credential.reveal());
    if (!facts) return facts.error();
    if (expected && facts->mode != *expected)
        return invalid("mode_mismatch",
                       "this is a " + std::string{to_string(facts->mode)} + " key and a " +
                           std::string{to_string(*expected)} +
                           " key is expected here: connect it as another integrated account",
                       "credential");
    row.mode = facts->mode;
    row.kind = facts->restricted ? "restricted" : "secret";
    row.last4 = facts->last4;
    row.credential = secrets.seal(credential.reveal(), vault_place(row.team_id, row.id));
    row.needs_reauth_at.reset();
    row.key_checked_at.reset();
    row.key_check.clear();
    return {};
}

// Sets where the orders of an account are kept.
result<> put_orders(storage::account_row& row, const std::string& orders, const environment& env) {
    const orders_kind kind = orders_kind_named(orders);
    if (kind == orders_kind::none && orders != orders_kind_names[0])
        return invalid("invalid_orders", "orders must be none, tables or external", "orders");
    const bool known =
        env.external_orders != nullptr && env.external_orders->has({row.team_id, row.id});
    if (kind == orders_kind::external && !known)
        return invalid("invalid_orders",
                       "the operator has named no database for this account: add it to the file of "
                       "the setting orders.file, or set orders to tables",
                       "orders");
    row.orders = orders;
    return {};
}

result<> apply(storage::account_row& row, const account_patch& change,
               std::optional<account_mode> expected, const environment& env) {
    if (change.name) {
        auto named = check_name(*change.name);
        if (!named) return named;
        row.name = *change.name;
    }
    if (change.stripe_account) row.stripe_account = *change.stripe_account;
    if (change.stripe_version) row.stripe_version = *change.stripe_version;
    auto good = check_stripe_account(row.stripe_account);
    if (good) good = check_stripe_version(row.stripe_version);
    if (good && change.tags) {
        good = check_tags(*change.tags);
        row.tags = encode_words(*change.tags);
    }
    if (good && change.connected_accounts) {
        good = check_connected_accounts(*change.connected_accounts);
        row.connected_accounts = encode_words(*change.connected_accounts);
    }
    if (good && change.orders) good = put_orders(row, *change.orders, env);
    if (good) good = check_service_fields(row);
    if (good && change.credential) good = seal_into(row, *change.credential, expected, env.secrets);
    return good;
}

base::failure no_live(const storage::account_row& row) {
    if (!row.service_url.empty())
        return base::fail(errc::forbidden, "live_keys_off",
                          "this gateway answers from its sandbox and takes no live account: say "
                          "mode: test, or restart it without sandbox.enabled",
                          "mode");
    return base::fail(errc::forbidden, "live_keys_off",
                      "this gateway answers from its sandbox and takes no live key: restart it "
                      "without sandbox.enabled",
                      "credential");
}

}  // namespace

// Soon after a key was connected, when the account's MCP servers may have been made.
std::optional<base::timestamp> accounts::first_check() const {
    constexpr std::chrono::milliseconds soon = std::chrono::minutes{10};
    const auto every = env_.limits.key_check_every;
    if (every.count() == 0) return {};
    return env_.clock.now() + std::min(every, soon);
}

awaitable<result<integrated_account>> accounts::create(const api_key& by, account_input input,
                                                       answer_writer<integrated_account> answer) {
    storage::account_row row;
    row.id = base::make_id("ia");
    row.team_id = by.team_id;
    row.created_by = by.id;
    row.created_at = env_.clock.now();
    row.updated_at = row.created_at;
    row.tags = "[]";
    const auto expected = account_mode_named(input.mode);
    if (!input.mode.empty() && !expected)
        co_return invalid("invalid_mode", "mode must be test or live", "mode");
    // A service may move money unless its administrator says otherwise; Stripe's key says it
    // itself.
    row.mode = expected.value_or(input.service ? account_mode::live : account_mode::test);
    if (input.service) {
        auto put = put_service(row, *input.service, env_.limits.services);
        if (!put) co_return put.error();
    }
    account_patch parts{.name = std::move(input.name),
                        .credential = std::move(input.credential),
                        .stripe_account = std::move(input.stripe_account),
                        .stripe_version = std::move(input.stripe_version),
                        .tags = std::move(input.tags),
                        .connected_accounts = std::move(input.connected_accounts),
                        .orders = {},
                        .verify = input.verify};
    if (!input.orders.empty()) parts.orders = std::move(input.orders);
    auto good = apply(row, parts, expected, env_);
    if (!good) co_return good.error();
    if (row.mode == account_mode::live && !env_.limits.live_accounts) co_return no_live(row);
    if (input.verify) {
        auto verified = co_await verify(row);
        if (!verified) co_return verified.error();
    }
    auto made = view(row);
    if (!made) co_return made.error();
    made->created_by_name = by.name;
    const auto check_at = input.service ? std::nullopt : first_check();
    std::vector<storage::change> changes{
        storage::add_account{std::move(row), env_.limits.accounts_per_team, check_at}};
    if (answer) changes.emplace_back(storage::add_replay{answer(*made)});
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    co_return made;
}

awaitable<result<>> accounts::verify(storage::account_row row) {
    if (!row.service_url.empty()) co_return no_verification();
    if (verifier_ == nullptr)
        co_return fail(errc::unavailable, "verify_unavailable",
                       "this gateway cannot ask Stripe now: leave verify out");
    auto access = open_account(env_.secrets, row);
    if (!access) co_return access.error();
    auto asked = co_await verifier_->verify(*access);
    if (asked) co_return asked;
    if (asked.error().kind == errc::unauthorized)
        co_return invalid("credential_rejected",
                          "Stripe does not accept this key: check that it is whole and not rolled "
                          "or deleted",
                          "credential");
    if (asked.error().kind == errc::forbidden)
        co_return invalid(
            "credential_rejected",
            "Stripe accepts this key, but not for this stripe_account or not with the "
            "permissions it has",
            "credential");
    co_return asked;
}

awaitable<result<integrated_account>> accounts::get(std::string team_id, std::string id) {
    auto row = co_await env_.store.find_account(std::move(team_id), std::move(id));
    if (!row) co_return row.error();
    if (!*row) co_return not_found();
    std::string team = (*row)->team_id;
    std::vector<storage::account_row> one{std::move(**row)};
    auto shown = co_await views(std::move(team), std::move(one));
    if (!shown) co_return shown.error();
    co_return std::move(shown->front());
}

awaitable<result<std::vector<integrated_account>>> accounts::views(
    std::string team_id, std::vector<storage::account_row> rows) {
    std::vector<integrated_account> out;
    for (const auto& row : rows) {
        auto shown = view(row);
        if (!shown) co_return shown.error();
        out.push_back(std::move(*shown));
    }
    auto named =
        co_await add_key_names(env_.store, std::move(team_id), out, &integrated_account::created_by,
                               &integrated_account::created_by_name);
    if (!named) co_return named.error();
    co_return out;
}

awaitable<result<std::vector<integrated_account>>> accounts::list(std::string team_id,
                                                                  std::string text,
                                                                  storage::page where) {
    std::string team = team_id;
    auto rows =
        co_await env_.store.list_accounts(std::move(team), std::move(text), std::move(where));
    if (!rows) co_return rows.error();
    co_return co_await views(std::move(team_id), std::move(*rows));
}

awaitable<result<integrated_account>> accounts::patch(std::string team_id, std::string id,
                                                      account_patch change) {
    for (int attempt = 0; attempt < write_attempts; ++attempt) {
        auto row = co_await env_.store.find_account(team_id, id);
        if (!row) co_return row.error();
        if (!*row) co_return not_found();
        storage::account_row next = std::move(**row);
        auto good = apply(next, change, next.mode, env_);
        if (!good) co_return good.error();
        next.updated_at = env_.clock.now();
        if (change.verify) {
            auto verified = co_await verify(next);
            if (!verified) co_return verified.error();
            next.needs_reauth_at.reset();  // Stripe has just accepted the key
        }
        std::string team = team_id;
        std::vector<storage::account_row> one{next};
        auto shown = co_await views(std::move(team), std::move(one));
        if (!shown) co_return shown.error();
        auto servers = co_await env_.store.server_ids(team_id, id);
        if (!servers) co_return servers.error();
        const bool new_key = change.credential && next.service_url.empty();
        std::vector<storage::change> changes{
            storage::replace_account{std::move(next), new_key ? first_check() : std::nullopt}};
        const auto announced =
            changes_.announce(changes, logged_kind::account_changed, with_account(id, *servers));
        auto stored = co_await env_.store.commit(std::move(changes));
        // Even if the commit failed: its outcome is unknown, and reading the store again is always
        // safe.
        grants_.account_changed(id, *servers, server_change::changed);
        if (stored) co_await changes_.settled(announced);
        if (stored) co_return std::move(shown->front());
        if (stored.error().code != "version_changed") co_return stored.error();
    }
    co_return too_busy();
}

awaitable<result<integrated_account>> accounts::set_writes(const api_key& by, std::string id,
                                                           writes to) {
    for (int attempt = 0; attempt < write_attempts; ++attempt) {
        auto row = co_await env_.store.find_account(by.team_id, id);
        if (!row) co_return row.error();
        if (!*row) co_return not_found();
        storage::account_row next = std::move(**row);
        std::string team = by.team_id;
        std::vector<storage::account_row> one{next};
        auto views_of_one = co_await views(std::move(team), std::move(one));
        if (!views_of_one) co_return views_of_one.error();
        integrated_account shown = std::move(views_of_one->front());
        const bool off = to == writes::off;
        if (next.frozen_at.has_value() == off) co_return shown;
        next.updated_at = env_.clock.now();
        next.frozen_at.reset();
        if (off) next.frozen_at = next.updated_at;
        shown.updated_at = next.updated_at;
        shown.frozen_at = next.frozen_at;
        std::vector<storage::change> changes{storage::replace_account{std::move(next)}};
        const auto announced = changes_.announce(changes, logged_kind::account_state, {id});
        auto stored = co_await env_.store.commit(std::move(changes));
        // Even if the commit failed, as in patch().
        grants_.account_state_changed(id);
        if (stored) {
            co_await changes_.settled(announced);
            env_.log.info(off ? "account_frozen" : "account_unfrozen",
                          {{"team", by.team_id}, {"account", id}, {"key", by.id}});
            co_return shown;
        }
        if (stored.error().code != "version_changed") co_return stored.error();
    }
    co_return too_busy();
}

awaitable<result<>> accounts::remove(const api_key& by, std::string id, std::int64_t expect,
                                     std::string reason) {
    if (expect > 0 && reason.empty())
        co_return invalid(
            "reason_missing",
            "say why in 'reason': MCP servers end with the account, and the reason is "
            "written to the log",
            "reason");
    const auto good = check_reason(reason);
    if (!good) co_return good.error();
    auto servers = co_await env_.store.server_ids(by.team_id, id);
    if (!servers) co_return servers.error();
    std::vector<storage::change> changes{storage::remove_account{by.team_id, id, expect}};
    const auto announced =
        changes_.announce(changes, logged_kind::account_removed, with_account(id, *servers));
    auto stored = co_await env_.store.commit(std::move(changes));
    const bool gone = stored.has_value();
    grants_.account_changed(id, *servers, gone ? server_change::revoked : server_change::changed);
    if (!gone) co_return stored;
    co_await changes_.settled(announced);
    env_.log.warning("account_removed", {{"team", by.team_id},
                                         {"account", id},
                                         {"key", by.id},
                                         {"reason", reason},
                                         {"count", expect}});
    co_return stored;
}

}  // namespace tollgate::tenancy
