#include "tenancy/work/receipt_resolver.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <utility>
#include <vector>

#include "base/crash_point.hpp"
#include "storage/changes/receipts.hpp"
#include "tenancy/grants/open_account.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::result;
using storage::receipt_outcome;
using storage::receipt_row;
using storage::receipt_state;

receipt_outcome still_unknown(std::string code) {
    receipt_outcome out;
    out.state = receipt_state::unknown;
    out.error_code = std::move(code);
    return out;
}

// The audit event for an attempt to find out the outcome of a write.
audit_event event_of(const receipt_row& row) {
    audit_event out;
    out.kind = audit_kind::write_resolved;
    out.team_id = row.team_id;
    out.account_id = row.account_id;
    out.server_id = row.server_id;
    out.tool = row.tool;
    return out;
}

bool has_ended(const storage::server_row& server, base::timestamp now) {
    return server.revoked_at || server.expired_at ||
           (server.expires_at && now >= *server.expires_at);
}

std::optional<resend_refusal> refusal_of(const storage::account_row& account,
                                         const storage::team_row& team,
                                         const storage::server_row& server, base::timestamp now) {
    if (has_ended(server, now)) return resend_refusal{"server_gone", false};
    if (team.frozen_at || account.frozen_at) return resend_refusal{"frozen", true};
    if (team.suspended_at || account.suspended_at || server.suspended_at)
        return resend_refusal{"suspended", true};
    if (account.needs_reauth_at) return resend_refusal{"key_refused", true};
    return {};
}

}  // namespace

awaitable<result<resend_check>> receipt_resolver::check(const receipt_row& row) {
    const auto team = co_await env_.store.find_team(row.team_id);
    if (!team) co_return team.error();
    auto account = co_await env_.store.find_account(row.team_id, row.account_id);
    if (!account) co_return account.error();
    const auto server = co_await env_.store.find_server(row.team_id, row.account_id, row.server_id);
    if (!server) co_return server.error();
    resend_check out;
    if (!*team || !*account)
        out.refusal = resend_refusal{"account_gone", false};
    else if (!*server)
        out.refusal = resend_refusal{"server_gone", false};
    else
        out.refusal = refusal_of(**account, **team, **server, env_.clock.now());
    if (*account) out.account = std::move(**account);
    co_return out;
}

// One attempt to find out the outcome: by sending the request again while that is safe, afterwards
// by reading.
awaitable<receipt_outcome> receipt_resolver::attempt(const receipt_row& row,
                                                     const storage::account_row& account) {
    const way_to_resolve way = way_to(row, env_.clock.now());
    const bool in_time = env_.clock.now() < row.sent_at + replay_window;
    if (way == way_to_resolve::none)
        co_return still_unknown(in_time ? "not_repeatable" : "replay_window_over");
    const auto request = env_.secrets.open(row.request, receipt_place(row));
    if (!request) co_return still_unknown(request.error().code);
    const auto access = open_account(env_.secrets, account);
    if (!access) co_return still_unknown(access.error().code);
    std::string bytes{request->reveal()};
    if (way == way_to_resolve::read) {
        auto found = co_await sender_->look_up(*access, row, std::move(bytes));
        co_return found;
    }
    base::crash_point("receipt.before_resend");
    auto outcome = co_await sender_->send_again(*access, row, std::move(bytes));
    co_return outcome;
}

awaitable<receipt_row> receipt_resolver::resolve(receipt_row row) {
    begun_write begun;
    begun.receipt = row;
    begun.uncertain = true;
    begun.began = std::chrono::steady_clock::now();
    begun.audit = event_of(row);
    const auto checked = co_await check(row);
    receipt_outcome outcome;
    if (!checked)
        outcome = still_unknown("store_unavailable");
    else if (checked->refusal)
        outcome = still_unknown(checked->refusal->code);
    else
        outcome = co_await attempt(row, checked->account);
    // If nothing could be found out now, the write is still waiting for people at Stripe.
    if (waits_for_stripe(row) && outcome.state == receipt_state::unknown) {
        outcome = row.outcome;
        outcome.state = receipt_state::unknown;
    }
    const bool refused_for_good = checked && checked->refusal && !checked->refusal->later;
    begun.final_attempt = refused_for_good || row.request.ciphertext.empty();
    auto out = co_await ledger_.finish(std::move(begun), std::move(outcome));
    env_.log.info("receipt_resolved", {{"team", out.team_id},
                                       {"receipt", out.id},
                                       {"state", to_string(out.outcome.state)},
                                       {"code", out.outcome.error_code}});
    co_return out;
}

awaitable<result<receipt_row>> receipt_resolver::reconcile(std::string team_id, std::string id) {
    auto found = co_await ledger_.find(std::move(team_id), std::move(id));
    if (!found) co_return found.error();
    const receipt_state state = found->outcome.state;
    if (state == receipt_state::succeeded || state == receipt_state::failed) co_return found;
    const base::timestamp now = env_.clock.now();
    const auto in_progress = [] {
        return base::fail(base::errc::conflict, "receipt_in_progress",
                          "this write is being sent now: look at its receipt again in a minute");
    };
    if (is_attempted(*found, now)) co_return in_progress();
    std::vector<storage::change> changes{storage::retake_receipt{found->team_id, found->id,
                                                                 found->attempts, found->sent_at,
                                                                 now + lease_, changes_.origin()}};
    auto taken = co_await env_.store.commit(std::move(changes));
    if (!taken && taken.error().code == "receipt_changed") co_return in_progress();
    if (!taken) co_return taken.error();
    found->attempts += 1;
    auto out = co_await resolve(std::move(*found));
    co_return out;
}

awaitable<bool> receipt_resolver::work_once() {
    // The lease holds once this instance is in the list of instances. Others would not notice the
    // death of one that is not, and what it had claimed would stay claimed for lease_.
    if (rules_.shared && !env_.lease->holds()) co_return false;
    const auto next = co_await env_.store.next_receipt();
    const base::timestamp now = env_.clock.now();
    if (!next || !*next || **next > now) co_return false;
    auto taken = std::make_shared<std::vector<receipt_row>>();
    // One at a time: what waits here for its turn could outlive its lease, and be sent after others
    // have looked at it again.
    constexpr std::int64_t at_once = 1;
    std::vector<storage::change> changes{
        storage::claim_receipts{now, now + lease_, at_once, changes_.origin(), taken}};
    auto claimed = co_await env_.store.commit(std::move(changes));
    if (!claimed || taken->empty()) co_return false;
    co_await resolve(std::move(taken->front()));
    co_return true;
}

// No other process uses this store, so the sender of these writes was killed.
awaitable<> receipt_resolver::release_all() {
    std::vector<storage::change> changes{storage::release_receipts{env_.clock.now()}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) env_.log.warning("receipts_not_released", {{"reason", stored.error().message}});
}

awaitable<> receipt_resolver::run() {
    const auto executor = co_await boost::asio::this_coro::executor;
    wake_.emplace(executor);
    if (!rules_.shared) co_await release_all();
    while (!stopping_) {
        const bool worked = co_await work_once();
        if (stopping_ || worked) continue;
        wake_->expires_after(rules_.look_every);
        boost::system::error_code woken;  // cancelled by stop(), which ends the loop
        co_await wake_->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
    wake_.reset();
}

void receipt_resolver::stop() {
    stopping_ = true;
    if (wake_) wake_->cancel();
}

}  // namespace tollgate::tenancy
