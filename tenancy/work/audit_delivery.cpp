#include "tenancy/work/audit_delivery.hpp"

#include <utility>

#include "base/ids.hpp"
#include "storage/changes/audit_delivery.hpp"

namespace tollgate::tenancy {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;

audit_delivery::audit_delivery(const environment& env, const audit_log_key& key,
                               std::string instance, delivery_rules rules)
    : env_(env),
      key_(key),
      holder_(instance.empty() ? base::make_id("inst") : std::move(instance)),
      rules_(rules) {}

void audit_delivery::add(delivery_kind kind, std::string name, std::unique_ptr<log_sender> sender) {
    std::string stored = (kind == delivery_kind::anchors ? "anchor_" : "forward_") + name;
    workers_.push_back(
        std::make_unique<delivery_worker>(env_, stored, holder_, std::move(sender), rules_));
    names_.push_back({kind, std::move(name), std::move(stored)});
}

void audit_delivery::send_anchors(std::string name, std::unique_ptr<anchor_destination> to,
                                  std::chrono::milliseconds every) {
    add(delivery_kind::anchors, std::move(name),
        make_anchor_sender(env_, key_, std::move(to), every));
}

void audit_delivery::send_records(std::string name, std::unique_ptr<record_destination> to) {
    add(delivery_kind::records, std::move(name), make_record_sender(env_, std::move(to)));
}

void audit_delivery::observe(delivery_watch& watch) {
    for (const auto& one : workers_) one->observe(watch);
}

void audit_delivery::stop() {
    for (const auto& one : workers_) one->stop();
}

awaitable<result<std::vector<delivery_state>>> audit_delivery::states(delivery_kind kind,
                                                                      std::string team_id,
                                                                      std::size_t limit) {
    std::vector<delivery_state> out;
    for (const named& one : names_) {
        if (one.kind != kind) continue;
        auto sum = co_await env_.store.sum_deliveries(one.stored_name, team_id);
        if (!sum) co_return sum.error();
        auto logs = co_await env_.store.list_deliveries(one.stored_name, team_id, limit);
        if (!logs) co_return logs.error();
        out.push_back({one.name, *sum, std::move(*logs)});
    }
    co_return out;
}

awaitable<result<>> audit_delivery::replay(std::string destination, std::string team_id,
                                           std::int64_t position) {
    for (const named& one : names_) {
        if (one.kind != delivery_kind::records || one.name != destination) continue;
        const auto log = co_await env_.store.find_audit_log(team_id);
        if (!log) co_return log.error();
        if (!*log)
            co_return fail(errc::not_found, "no_such_log",
                           "there is no such team, or it has no records yet: GET "
                           "/audit/forwarding lists the teams that have");
        std::vector<storage::change> changes{
            storage::rewind_delivery{one.stored_name, std::move(team_id), position}};
        auto stored = co_await env_.store.commit(std::move(changes));
        if (!stored) co_return stored;
        for (const auto& worker : workers_)
            if (worker->destination() == one.stored_name) worker->try_again();
        co_return stored;
    }
    co_return fail(errc::not_found, "no_such_destination",
                   "records are not forwarded to '" + destination +
                       "': GET /audit/forwarding lists the destinations that are configured");
}

}  // namespace tollgate::tenancy
