#include "tenancy/work/reauth.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

#include "storage/changes/accounts.hpp"

namespace tollgate::tenancy {

using base::awaitable;

void reauth_marker::rejected(const account_access& account) {
    std::optional<base::executor> where;
    {
        const std::lock_guard lock{mutex_};
        const bool added =
            waiting_.try_emplace(account.id, refusal{account.team_id, account.version}).second;
        if (!added) return;
        where = where_;
    }
    if (!where) return;  // run() checks when it starts
    boost::asio::post(*where, [this] {
        if (wake_) wake_->cancel();
    });
}

std::optional<reauth_marker::noted> reauth_marker::next() const {
    const std::lock_guard lock{mutex_};
    if (waiting_.empty()) return {};
    return noted{waiting_.begin()->first, waiting_.begin()->second};
}

void reauth_marker::forget(const std::string& account_id) {
    const std::lock_guard lock{mutex_};
    waiting_.erase(account_id);
}

awaitable<> reauth_marker::run() {
    const auto executor = co_await boost::asio::this_coro::executor;
    wake_.emplace(executor, boost::asio::steady_timer::time_point::max());
    {
        const std::lock_guard lock{mutex_};
        where_ = executor;
    }
    for (;;) {
        while (const auto one = next()) {
            co_await mark(*one);
            forget(one->account_id);
        }
        if (stopping_) break;
        boost::system::error_code woken;
        co_await wake_->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
    const std::lock_guard lock{mutex_};
    where_.reset();
    wake_.reset();
}

void reauth_marker::stop() {
    stopping_ = true;
    if (wake_) wake_->cancel();
}

awaitable<> reauth_marker::mark(const noted& one) {
    std::vector<storage::change> changes{storage::reject_credential{
        one.what.team_id, one.account_id, one.what.version, env_.clock.now()}};
    changes_.announce(changes, storage::logged_kind::account_state, {one.account_id});
    const auto stored = co_await env_.store.commit(std::move(changes));
    // The account was changed or removed in the meantime, so the refusal does not concern its
    // current credential.
    const bool outdated = !stored && (stored.error().code == "version_changed" ||
                                      stored.error().kind == base::errc::not_found);
    if (outdated) {
        // The row may have changed only because it was sealed again; the next refusal is then
        // recorded against the current row.
        grants_.account_state_changed(one.account_id);
        co_return;
    }
    // Even if the commit failed: its outcome is unknown, and reading the store again is always
    // safe.
    grants_.account_state_changed(one.account_id);
    if (stored) changes_.notify_instances();
    if (stored)
        env_.log.warning("account_needs_reauth",
                         {{"team", one.what.team_id}, {"account", one.account_id}});
    else
        env_.log.error("needs_reauth_not_written",
                       {{"account", one.account_id}, {"reason", stored.error().message}});
}

}  // namespace tollgate::tenancy
