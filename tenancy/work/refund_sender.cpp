#include "tenancy/work/refund_sender.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json_text.hpp"
#include "base/pause.hpp"
#include "storage/changes/orders.hpp"
#include "storage/external_orders.hpp"
#include "tenancy/audit/storable_text.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using std::chrono::milliseconds;
using storage::refund_delivery;

constexpr std::size_t refund_error_bytes_max = 300;

milliseconds pause_after(const refund_sender_rules& rules, std::int64_t attempts) {
    milliseconds out = rules.retry_first;
    for (std::int64_t i = 1; i < attempts && out < rules.retry_longest; ++i) out *= 2;
    return std::min(out, rules.retry_longest);
}

}  // namespace

awaitable<refund_sender::outcome> refund_sender::deliver(refund_delivery one) {
    const auto written = co_await env_.external_orders->insert(one.place, one.row);
    const base::timestamp now = env_.clock.now();
    storage::finish_refund_delivery end;
    end.place = one.place;
    end.id = one.row.id;
    if (written) {
        end.delivered_at = now;
    } else {
        end.due_at = now + pause_after(rules_, one.attempts);
        end.error = storable(
            std::string{base::clipped_text(written.error().message, refund_error_bytes_max)});
        env_.log.warning("refund_log_not_written", {{"team", one.place.team_id},
                                                    {"account", one.place.account_id},
                                                    {"line", one.row.id},
                                                    {"attempts", one.attempts},
                                                    {"reason", end.error}});
    }
    std::vector<storage::change> changes{std::move(end)};
    const auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored)  // it is written again when its lease ends
        env_.log.warning("refund_log_not_noted",
                         {{"line", one.row.id}, {"reason", stored.error().message}});
    if (!written && written.error().code == "orders_unavailable") co_return outcome::unavailable;
    co_return written&& stored ? outcome::delivered : outcome::later;
}

awaitable<std::size_t> refund_sender::work_once() {
    const auto due = co_await env_.store.orders().next_refund_delivery();
    const base::timestamp now = env_.clock.now();
    if (!due || !*due || **due > now) co_return 0;
    const auto taken = std::make_shared<std::vector<refund_delivery>>();
    std::vector<storage::change> changes{
        storage::claim_refund_deliveries{now, now + rules_.lease, rules_.at_once, taken}};
    const auto claimed = co_await env_.store.commit(std::move(changes));
    if (!claimed) co_return 0;
    std::size_t delivered = 0;
    std::set<std::pair<std::string, std::string>> away;  // databases that have not answered
    for (auto& one : *taken) {
        if (stopping_) break;
        std::pair of{one.place.team_id, one.place.account_id};
        if (away.contains(of)) continue;  // the line is due again when its lease ends
        const auto ended = co_await deliver(std::move(one));
        if (ended == outcome::delivered) ++delivered;
        if (ended == outcome::unavailable) away.insert(std::move(of));
    }
    co_return delivered;
}

awaitable<> refund_sender::run() {
    if (env_.external_orders == nullptr) co_return;
    const auto executor = co_await boost::asio::this_coro::executor;
    wake_.emplace(executor);
    while (!stopping_) {
        co_await work_once();
        if (stopping_) break;
        co_await base::pause(*wake_, rules_.look_every);  // stop() ends it
    }
    wake_.reset();
}

void refund_sender::stop() {
    stopping_ = true;
    if (wake_) wake_->cancel();
}

}  // namespace tollgate::tenancy
