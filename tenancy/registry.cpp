#include "tenancy/registry.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

#include "storage/changes/approvals.hpp"
#include "storage/changes/audit_log.hpp"
#include "storage/changes/log.hpp"
#include "storage/changes/orders.hpp"
#include "storage/changes/receipts.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/webhooks.hpp"
#include "tenancy/audit/record_counts.hpp"
#include "tenancy/grants/remote_changes.hpp"
#include "tenancy/secrets/places.hpp"
#include "tenancy/secrets/sealed_codec.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;

constexpr std::int64_t purged_counts_max = 1'000;  // every few seconds
constexpr std::int64_t purged_orders_max = 1'000;  // of each table, every few seconds

// On a store that instances share, writes do not wait for each other's transactions, and one that
// loses a log to another instance reads everything again: few long steps are better.
integrator_rules rules_of_integrator(bool shared) {
    integrator_rules out;
    if (shared) out.transaction = out.batch;
    return out;
}

}  // namespace

registry::registry(environment env, const tenancy_options& options, credential_verifier* verifier,
                   std::vector<std::string> created_files)
    : env_(std::move(env)),
      created_files_(std::move(created_files)),
      changes_(env_, options.feed),
      api_keys_(env_, changes_),
      grants_(env_, api_keys_),
      alarms_(env_, grants_, changes_, {.shared = options.feed.shared}),
      reauth_(env_, grants_, changes_),
      teams_(env_, api_keys_, grants_, changes_),
      accounts_(env_, grants_, changes_, verifier, reauth_),
      servers_(env_, grants_, changes_, alarms_),
      mass_revoke_(env_, grants_, changes_),
      person_servers_(env_, grants_, changes_),
      policies_(env_, grants_, changes_),
      policy_changes_(env_, policies_, grants_, changes_),
      exceptions_(env_, servers_, policies_),
      suspension_(env_, grants_, changes_),
      authorizations_(env_, grants_, changes_, alarms_, options.oauth),
      oauth_clients_(env_, authorizations_.rules()),
      token_finder_(env_, servers_, api_keys_, authorizations_, grants_, changes_),
      replays_(env_),
      audit_(env_),
      people_rules_(options.people),
      passwords_(people_rules_.cost),
      people_(env_, changes_, passwords_, people_rules_),
      credentials_(env_, passwords_),
      sessions_(env_, audit_, credentials_, passwords_, people_rules_),
      single_sign_on_(env_, audit_, people_, credentials_, sessions_, people_rules_),
      events_(env_, api_keys_, sessions_),
      receipts_(env_, changes_, audit_),
      orders_(env_),
      order_sync_(env_, orders_),
      refund_sender_(env_),
      resolver_(env_, receipts_, changes_, {.shared = options.feed.shared}),
      approvals_(env_, audit_),
      executor_(env_, approvals_, grants_, changes_, {.shared = options.feed.shared}),
      approval_viewer_(executor_, grants_),
      webhook_sender_(env_, {}),
      webhooks_(env_, webhook_sender_),
      audit_key_(env_),
      audit_integrator_(env_, audit_key_, rules_of_integrator(options.feed.shared)),
      audit_log_(env_, audit_key_, audit_integrator_),
      retention_(env_, audit_key_),
      key_checker_(env_, accounts_),
      audit_delivery_(env_, audit_key_, changes_.origin(), {.shared = options.feed.shared}),
      clients_(env_),
      declarations_(env_, grants_, changes_) {
    if (options.feed.shared) env_.lease->hold_until(0);
    if (!options.feed.shared) audit_.place_with(audit_integrator_);
    audit_.stop_writes_when([this] {
        return audit_integrator_.broken() ? audit_integrator_.broken_reason() : std::string{};
    });
    changes_.apply_with(
        [this](const storage::logged_change& entry) { apply_foreign(entry, grants_, api_keys_); });
    api_keys_.end_tokens_with([this](const auto& tokens) { grants_.tokens_ended(tokens); });
    people_.end_tokens_with([this](const auto& tokens) { grants_.tokens_ended(tokens); });
    changes_.forget_with(
        [this](const storage::logged_change& entry) { grants_.forget(entry.subjects); });
}

namespace {

// Records for the command rotate-key under which master key this process seals.
awaitable<result<>> say_newest_key(const environment& env) {
    std::string name = storage::newest_key_setting({});
    auto stored = co_await env.store.find_setting(name);
    if (!stored) co_return stored.error();
    const std::string newest = sealing_key_id(env.secrets);
    if (*stored && **stored == newest) co_return result<>{};
    std::vector<storage::change> changes{storage::put_setting{std::move(name), newest}};
    auto kept = co_await env.store.commit(std::move(changes));
    co_return kept;
}

}  // namespace

awaitable<result<boot_report>> registry::bootstrap() {
    auto master = co_await check_master_key();
    if (!master) co_return master.error();
    auto said = co_await say_newest_key(env_);
    if (!said) co_return said.error();
    auto peppers = co_await check_peppers();
    if (!peppers) co_return peppers.error();
    auto modes = co_await check_modes();
    if (!modes) co_return modes.error();
    auto key = co_await audit_key_.open();
    if (!key) co_return key.error();
    auto first = co_await teams_.bootstrap();
    if (!first) co_return first.error();
    co_return boot_report{std::move(*first)};
}

// While the sandbox replaces Stripe, the store must not contain a live account.
awaitable<result<>> registry::check_modes() {
    if (env_.limits.live_accounts) co_return result<>{};
    auto live = co_await env_.store.any_live_account();
    if (!live) co_return live.error();
    if (*live)
        co_return fail(errc::conflict, "live_account_present",
                       "this database holds an integrated account with a live key, so the sandbox "
                       "stays off: start without sandbox.enabled, or with another data.directory");
    co_return result<>{};
}

// A value sealed at the first start must open; otherwise the key is another installation's.
awaitable<result<>> registry::check_master_key() {
    std::string name{master_check_name};
    auto stored = co_await env_.store.find_setting(std::move(name));
    if (!stored) co_return stored.error();
    if (*stored) {
        const auto sealed = decode_sealed(**stored);
        if (!sealed) co_return sealed.error();
        const auto opened = env_.secrets.open(*sealed, master_check_name);
        if (opened && opened->reveal() == master_check_text) co_return result<>{};
        co_return fail(
            errc::corrupt, "wrong_master_key",
            "the master key is not the one that this database was written with: give the "
            "key with id " +
                sealed->key_id + " (its file, or a backup of it)");
    }
    const auto sealed = env_.secrets.seal(master_check_text, master_check_name);
    std::vector<storage::change> changes{
        storage::add_setting{std::string{master_check_name}, encode_sealed(sealed)}};
    auto kept = co_await env_.store.commit(std::move(changes));
    if (kept || kept.error().code != "setting_exists") co_return kept;
    // Another instance was first: its key is the one to check.
    auto again = co_await check_master_key();
    co_return again;
}

// The newest pepper that has hashed a token must still be active; otherwise every token would be
// unknown.
awaitable<result<>> registry::check_peppers() {
    std::string name{pepper_check_name};
    auto stored = co_await env_.store.find_setting(std::move(name));
    if (!stored) co_return stored.error();
    const std::string& newest = env_.hasher.peppers().newest().id;
    if (*stored && **stored == newest) co_return result<>{};
    if (*stored && env_.hasher.peppers().find(**stored) == nullptr)
        co_return fail(errc::corrupt, "wrong_peppers",
                       "the peppers do not include the one with id " + **stored +
                           ", with which this database's tokens were made: put it back above the "
                           "new one");
    std::vector<storage::change> changes;
    if (*stored)
        changes.emplace_back(storage::put_setting{std::string{pepper_check_name}, newest});
    else
        changes.emplace_back(storage::add_setting{std::string{pepper_check_name}, newest});
    auto kept = co_await env_.store.commit(std::move(changes));
    if (kept || kept.error().code != "setting_exists") co_return kept;
    auto again = co_await check_peppers();
    co_return again;
}

awaitable<> registry::run_background() {
    const auto executor = co_await boost::asio::this_coro::executor;
    tick_.emplace(executor);
    while (!stopping_) {
        tick_->expires_after(env_.limits.usage_flush_every);
        boost::system::error_code stopped;  // cancelled by stop_background, which ends the loop
        co_await tick_->async_wait(
            boost::asio::redirect_error(boost::asio::use_awaitable, stopped));
        co_await work_once();
    }
    tick_.reset();
}

void registry::stop_background() {
    stopping_ = true;
    if (tick_) tick_->cancel();
}

awaitable<> registry::work_once() {
    auto flushed = co_await grants_.flush_usage();
    if (!flushed) env_.log.warning("usage_not_written", {{"reason", flushed.error().message}});
    auto noted = co_await clients_.flush();
    if (!noted) env_.log.warning("clients_not_written", {{"reason", noted.error().message}});
    co_await api_keys_.store_uses();
    const base::timestamp now = env_.clock.now();
    std::vector<storage::change> changes{
        storage::purge_expired{now},
        storage::purge_approvals{now - keep_approvals},
        storage::purge_webhook_deliveries{now - keep_webhook_deliveries},
        people_.purge(now),
        storage::purge_orders{purged_orders_max},
        storage::purge_hourly_counts{hour_of(now) - usage_hours_kept, purged_counts_max}};
    auto purged = co_await env_.store.commit(std::move(changes));
    if (!purged) env_.log.warning("purge_failed", {{"reason", purged.error().message}});
}

result<std::unique_ptr<registry>> make_registry(storage::record_store& store,
                                                const base::clock& clock, base::logger& log,
                                                const tool_directory& tools,
                                                credential_verifier* verifier,
                                                const tenancy_options& options) {
    auto master = load_key_ring(options.master_key, "master key");
    if (!master) return master.error();
    auto peppers = load_key_ring(options.peppers, "pepper");
    if (!peppers) return peppers.error();
    std::vector<std::string> created;
    if (master->file_created) created.push_back(options.master_key.file);
    if (peppers->file_created) created.push_back(options.peppers.file);
    environment env{store,
                    clock,
                    log,
                    vault{std::move(master->ring)},
                    token_hasher{std::move(peppers->ring)},
                    tools,
                    options.limits,
                    std::make_shared<cache_lease>(cache_lease::for_ever),
                    options.external_orders,
                    options.declarations};
    return std::make_unique<registry>(std::move(env), options, verifier, std::move(created));
}

}  // namespace tollgate::tenancy
