#include "tenancy/work/key_checker.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <memory>
#include <random>
#include <utility>

#include "base/ids.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using std::chrono::milliseconds;

double random_part() {
    thread_local std::minstd_rand generator{std::random_device{}()};
    return std::uniform_real_distribution<double>{0, 1}(generator);
}

}  // namespace

base::timestamp key_checker::next_check(bool found) const {
    const milliseconds every = env_.limits.key_check_every;
    const milliseconds pause = found ? every : std::min(every, rules_.again_after);
    constexpr double least = 0.9;
    const double factor = least + (1 - least) * random_part();
    return env_.clock.now() +
           milliseconds{static_cast<std::int64_t>(static_cast<double>(pause.count()) * factor)};
}

awaitable<std::optional<storage::account_to_check>> key_checker::take(const std::string& claim) {
    const base::timestamp now = env_.clock.now();
    const auto account = std::make_shared<std::optional<storage::account_to_check>>();
    std::vector<storage::change> changes{
        storage::claim_key_check{claim, now, now + rules_.lease, account}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return std::optional<storage::account_to_check>{};
    co_return *account;
}

awaitable<bool> key_checker::work_once() {
    const auto next = co_await env_.store.next_key_check();
    if (!next || !*next || **next > env_.clock.now()) co_return false;
    const std::string claim = base::make_id("clm");
    const auto account = co_await take(claim);
    if (!account) co_return false;
    const auto found = co_await maker_.check_key(account->team_id, account->account_id);
    if (!found)
        env_.log.warning("key_not_checked", {{"team", account->team_id},
                                             {"account", account->account_id},
                                             {"reason", found.error().message}});
    std::vector<storage::change> changes{
        storage::finish_key_check{claim, *account, next_check(found.has_value())}};
    co_await env_.store.commit(std::move(changes));  // if it fails, the claim expires
    co_return true;
}

awaitable<> key_checker::run() {
    if (env_.limits.key_check_every.count() == 0) co_return;
    const auto executor = co_await boost::asio::this_coro::executor;
    wake_.emplace(executor);
    // Accounts that were connected while checks were off, or before there were any.
    std::vector<storage::change> planned{storage::arm_key_checks{
        env_.clock.now() + std::min(env_.limits.key_check_every, rules_.first_after)}};
    co_await env_.store.commit(std::move(planned));
    while (!stopping_) {
        const bool worked = co_await work_once();
        if (stopping_) break;
        wake_->expires_after(worked ? rules_.pause
                                    : std::min(rules_.look_every, env_.limits.key_check_every));
        boost::system::error_code woken;  // cancelled by stop(), which ends the loop
        co_await wake_->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
    wake_.reset();
}

void key_checker::stop() {
    stopping_ = true;
    if (wake_) wake_->cancel();
}

}  // namespace tollgate::tenancy
