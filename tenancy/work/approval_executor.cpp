#include "tenancy/work/approval_executor.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

#include "base/crash_point.hpp"
#include "base/pause.hpp"
#include "storage/changes/approvals.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using storage::approval_row;
using storage::approval_state;
using attempt_step = approved_outcome::step;

constexpr milliseconds first_look_pause{10};
constexpr milliseconds longest_look_pause{250};
constexpr std::int64_t sweep_batch = 100;

approved_outcome voided_as(std::string code, std::string reason) {
    return {attempt_step::refused, std::move(code), std::move(reason)};
}

approved_outcome postponed_as(std::string code, std::string reason) {
    return {attempt_step::later, std::move(code), std::move(reason)};
}

bool in_progress(const settled_approval& found) {
    if (found.approval.approval.state == approval_state::approved) return true;
    return found.receipt && found.receipt->outcome.state == storage::receipt_state::intended;
}

awaitable<> look_pause(milliseconds duration) {
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer{executor};
    co_await base::pause(timer, duration);
}

}  // namespace

void approval_executor::wake() {
    woken_ = true;
    if (!where_) return;
    boost::asio::post(where_, [this] {
        if (wake_) wake_->cancel();
    });
}

awaitable<result<settled_approval>> approval_executor::find(std::string team_id, std::string id) {
    auto found = co_await asked_.find(team_id, std::move(id));
    if (!found) co_return found.error();
    settled_approval out{std::move(*found), {}};
    const auto& approval = out.approval.approval;
    if (approval.state != approval_state::executed) co_return out;
    storage::receipt_search what;
    what.account_id = approval.account_id;
    what.operation_key = approval.operation_key;
    storage::page one;
    one.limit = 1;
    auto receipt =
        co_await env_.store.list_receipts(std::move(team_id), std::move(what), std::move(one));
    if (!receipt) co_return receipt.error();
    if (!receipt->empty()) out.receipt = std::move(receipt->front());
    co_return out;
}

awaitable<result<settled_approval>> approval_executor::settle(std::string team_id, std::string id,
                                                              milliseconds timeout) {
    const auto end = steady_clock::now() + timeout;
    milliseconds pause = first_look_pause;
    for (;;) {
        auto found = co_await find(team_id, id);
        if (!found || !in_progress(*found) || steady_clock::now() + pause >= end) co_return found;
        co_await look_pause(pause);
        pause = std::min(pause * 2, longest_look_pause);
    }
}

// Ends approvals that were not decided in time, and those of MCP servers that have ended.
awaitable<> approval_executor::sweep() {
    if (steady_clock::now() < next_sweep_) co_return;
    next_sweep_ = steady_clock::now() + rules_.sweep_every;
    const base::timestamp now = env_.clock.now();
    const auto overdue = co_await env_.store.list_overdue_approvals(now, sweep_batch);
    if (!overdue) co_return;
    for (const auto& one : *overdue) {
        const bool expired = now >= one.expires_at;
        std::string code = expired ? "expired" : "server_gone";
        std::string reason = expired ? "Nobody decided in time."
                                     : "The MCP server that asked was revoked or has expired.";
        const auto state = expired ? approval_state::expired : approval_state::voided;
        auto done = co_await asked_.end(one, state, std::move(code), std::move(reason));
        if (!done) co_return;
    }
}

awaitable<std::vector<approval_row>> approval_executor::claim(std::size_t most) {
    // As in receipt_resolver: other instances would not notice the death of an instance without a
    // lease.
    if (most == 0 || (rules_.shared && !env_.lease->holds())) co_return std::vector<approval_row>{};
    const base::timestamp now = env_.clock.now();
    const auto next = co_await env_.store.next_approval();
    if (!next || !*next || **next > now) co_return std::vector<approval_row>{};
    auto taken = std::make_shared<std::vector<approval_row>>();
    std::vector<storage::change> changes{storage::claim_approvals{
        now, now + rules_.lease, static_cast<std::int64_t>(most), changes_.origin(), taken}};
    const auto claimed = co_await env_.store.commit(std::move(changes));
    if (!claimed) co_return std::vector<approval_row>{};
    co_return std::move(*taken);
}

// Why the token that requested the call no longer grants anything.
awaitable<approved_outcome> approval_executor::why_gone(const approval_row& approval,
                                                        const base::failure& why) {
    if (why.kind == errc::forbidden) co_return voided_as("suspended", why.message);
    if (why.kind != errc::not_found) co_return postponed_as(why.code, why.message);
    const auto server =
        co_await env_.store.find_server(approval.team_id, approval.account_id, approval.server_id);
    if (!server) co_return postponed_as(server.error().code, server.error().message);
    const auto now = env_.clock.now();
    if (!*server || (*server)->revoked_at)
        co_return voided_as("server_gone", "The MCP server that asked was revoked.");
    if ((*server)->expired_at || ((*server)->expires_at && now >= *(*server)->expires_at))
        co_return voided_as("server_gone", "The MCP server that asked has expired.");
    co_return voided_as(
        "token_ended",
        "The token that asked has ended: it was rotated, or its authorization ended.");
}

awaitable<approved_outcome> approval_executor::attempt(const approval_row& approval) {
    if (env_.clock.now() >= approval.expires_at)
        co_return voided_as("expired", "It was not executed in time.");
    auto content = asked_.open(approval);
    if (!content) co_return voided_as(content.error().code, content.error().message);
    std::string digest = approval.token_digest;
    const auto who = co_await who_.find_by_digest(std::move(digest));
    if (!who) {
        auto out = co_await why_gone(approval, who.error());
        co_return out;
    }
    if ((*who)->server_id != approval.server_id || (*who)->team_id != approval.team_id)
        co_return voided_as("token_ended",
                            "The token that asked belongs to another MCP server now.");
    base::crash_point("approval.before_call");
    auto out = co_await caller_->call(*who, approval, std::move(*content));
    co_return out;
}

awaitable<> approval_executor::finish(const approval_row& approval, approved_outcome outcome) {
    if (outcome.what == attempt_step::begun) {
        approval_row ended = approval;
        ended.content = {};
        ended.state = approval_state::executed;
        asked_.notify(ended, approval_event::executed);
        co_return;
    }
    if (outcome.what == attempt_step::refused) {
        const auto state =
            outcome.code == "expired" ? approval_state::expired : approval_state::voided;
        const auto ended = co_await asked_.end(approval, state, std::move(outcome.code),
                                               std::move(outcome.reason));
        if (ended) co_return;
        outcome = postponed_as(ended.error().code, ended.error().message);
    }
    env_.log.warning("approval_postponed", {{"approval", approval.id},
                                            {"team", approval.team_id},
                                            {"code", outcome.code},
                                            {"reason", outcome.reason}});
    const auto due = next_execution(approval.attempts, env_.clock.now());
    std::vector<storage::change> changes{
        storage::postpone_approval{approval.team_id, approval.id, approval.attempts, due}};
    const auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored)  // it is claimed again when its lease ends
        env_.log.warning("approval_not_postponed",
                         {{"approval", approval.id}, {"reason", stored.error().message}});
}

awaitable<> approval_executor::execute(approval_row approval) {
    auto outcome = co_await attempt(approval);
    co_await finish(approval, std::move(outcome));
}

awaitable<std::size_t> approval_executor::work_once() {
    co_await sweep();
    auto taken = co_await claim(rules_.at_once);
    for (auto& one : taken) co_await execute(std::move(one));
    co_return taken.size();
}

// No other process uses this store, so the instance that claimed these was killed.
awaitable<> approval_executor::release_all() {
    std::vector<storage::change> changes{storage::release_approvals{env_.clock.now()}};
    const auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) env_.log.warning("approvals_not_released", {{"reason", stored.error().message}});
}

awaitable<> approval_executor::run() {
    const auto executor = co_await boost::asio::this_coro::executor;
    wake_.emplace(executor);
    running_.emplace(executor, env_.log);
    if (!rules_.shared) co_await release_all();
    while (!stopping_) {
        woken_ = false;
        co_await sweep();
        const std::size_t busy = std::min(running_->size(), rules_.at_once);
        auto taken = co_await claim(rules_.at_once - busy);
        for (auto& one : taken) running_->spawn("approval", execute(std::move(one)));
        if (stopping_ || !taken.empty() || woken_) continue;
        co_await base::pause(*wake_, rules_.look_every);  // wake() and stop() end it
    }
    constexpr std::chrono::seconds timeout{10};
    co_await running_->wait_idle(timeout);
    wake_.reset();
}

void approval_executor::stop() {
    stopping_ = true;
    if (wake_) wake_->cancel();
}

}  // namespace tollgate::tenancy
