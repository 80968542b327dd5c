#include "tenancy/work/webhook_sender.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/json_text.hpp"
#include "base/pause.hpp"
#include "storage/changes/webhooks.hpp"
#include "tenancy/approvals/webhook_message.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::result;
using std::chrono::milliseconds;
using storage::webhook_delivery_row;
using storage::webhook_delivery_state;
using storage::webhook_row;

constexpr std::size_t failure_bytes_max = 300;
constexpr std::chrono::seconds place_time{2};  // then other webhooks get their turn

milliseconds pause_after(const webhook_rules& rules, std::int64_t attempts) {
    milliseconds out = rules.retry_first;
    for (std::int64_t i = 1; i < attempts && out < rules.retry_longest; ++i) out *= 2;
    return std::min(out, rules.retry_longest);
}

webhook_outcome outcome_of(const webhook_delivery_row& delivery) {
    if (delivery.state == webhook_delivery_state::delivered) return webhook_outcome::delivered;
    if (delivery.state == webhook_delivery_state::given_up) return webhook_outcome::given_up;
    return webhook_outcome::failed;
}

}  // namespace

webhook_delivery_row after_attempt(webhook_delivery_row what, const webhook_rules& rules,
                                   std::string failure, base::timestamp now) {
    what.due_at.reset();
    what.last_error = std::move(failure);
    if (what.last_error.empty()) {
        what.state = webhook_delivery_state::delivered;
        what.delivered_at = now;
        return what;
    }
    const base::timestamp next = now + pause_after(rules, what.attempts);
    if (next > what.created_at + rules.give_up_after)
        what.state = webhook_delivery_state::given_up;
    else
        what.due_at = next;
    return what;
}

awaitable<result<>> webhook_sender::deliver(const webhook_row& to,
                                            const webhook_delivery_row& what) const {
    auto target = open_target(env_.secrets, to);
    if (!target) co_return target.error();
    std::string body = webhook_message(to, what, link_base_());
    std::string id = what.id;
    auto sent = co_await network_->post(std::move(target->address), std::move(target->key),
                                        std::move(body), std::move(id), env_.clock.now());
    co_return sent;
}

awaitable<std::vector<webhook_row>> webhook_sender::due() {
    const auto most = static_cast<std::int64_t>(rules_.at_once + busy_.size());
    auto found = co_await env_.store.list_webhooks_due(env_.clock.now(), most);
    if (!found) co_return std::vector<webhook_row>{};
    co_return std::move(*found);
}

awaitable<std::optional<webhook_outcome>> webhook_sender::deliver_next(webhook_row to) {
    const base::timestamp now = env_.clock.now();
    auto taken = std::make_shared<std::optional<webhook_delivery_row>>();
    std::vector<storage::change> changes{
        storage::claim_webhook_delivery{to.id, now, now + rules_.lease, taken}};
    const auto claimed = co_await env_.store.commit(std::move(changes));
    if (!claimed || !*taken) co_return std::nullopt;
    const auto sent = co_await deliver(to, **taken);
    std::string failure;
    if (!sent) failure = base::clipped_text(sent.error().message, failure_bytes_max);
    auto delivery = after_attempt(std::move(**taken), rules_, std::move(failure), env_.clock.now());
    const auto outcome = outcome_of(delivery);
    if (watch_ != nullptr) watch_->webhook_attempted(outcome);
    if (!sent)
        env_.log.warning("webhook_failed", {{"webhook", to.id},
                                            {"team", to.team_id},
                                            {"message", delivery.id},
                                            {"attempts", delivery.attempts},
                                            {"reason", delivery.last_error}});
    std::vector<storage::change> ended{storage::finish_webhook_delivery{std::move(delivery)}};
    const auto stored = co_await env_.store.commit(std::move(ended));
    if (!stored) {  // it is sent again when its lease ends
        env_.log.warning("webhook_not_noted",
                         {{"webhook", to.id}, {"reason", stored.error().message}});
        co_return std::nullopt;
    }
    co_return outcome;
}

awaitable<> webhook_sender::deliver_while_due(webhook_row to) {
    const std::string id = to.id;
    const auto end = std::chrono::steady_clock::now() + place_time;
    bool more = true;
    while (more && !stopping_) {
        const auto delivery = co_await deliver_next(to);
        more = delivery == webhook_outcome::delivered && std::chrono::steady_clock::now() < end;
    }
    busy_.erase(id);
}

bool webhook_sender::has_place(const webhook_row& one) const {
    if (busy_.contains(one.id)) return false;
    const auto same_team = [&](const auto& busy) { return busy.second == one.team_id; };
    const auto taken = static_cast<std::size_t>(std::ranges::count_if(busy_, same_team));
    return taken < std::max<std::size_t>(1, rules_.at_once / 2);
}

awaitable<std::size_t> webhook_sender::work_once() {
    std::size_t attempts = 0;
    auto webhooks = co_await due();
    for (auto& one : webhooks) {
        const auto tried = co_await deliver_next(std::move(one));
        if (tried.has_value()) ++attempts;
    }
    co_return attempts;
}

awaitable<> webhook_sender::run() {
    const auto executor = co_await boost::asio::this_coro::executor;
    wake_.emplace(executor);
    running_.emplace(executor, env_.log);
    while (!stopping_) {
        auto webhooks = co_await due();
        for (auto& one : webhooks) {
            if (stopping_ || running_->size() >= rules_.at_once) break;
            if (!has_place(one)) continue;
            busy_.emplace(one.id, one.team_id);
            running_->spawn("webhook", deliver_while_due(std::move(one)));
        }
        if (stopping_) break;
        co_await base::pause(*wake_, rules_.look_every);  // stop() ends it
    }
    constexpr std::chrono::seconds timeout{10};
    co_await running_->wait_idle(timeout);
    wake_.reset();
}

void webhook_sender::stop() {
    stopping_ = true;
    if (wake_) wake_->cancel();
}

}  // namespace tollgate::tenancy
