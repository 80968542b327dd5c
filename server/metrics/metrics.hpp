// The gateway's Prometheus metrics. Label values come from fixed sets, except the ids of at most a
// hundred rules: no other id, and no token, path or client text, is a label.
#pragma once
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "mcp/method_table.hpp"
#include "server/metrics/clock_offsets.hpp"
#include "server/metrics/rule_counts.hpp"
#include "server/pipeline/request_observer.hpp"
#include "stripe/tools/admission.hpp"
#include "stripe/tools/exchange_watch.hpp"
#include "tenancy/approvals/approval_watch.hpp"
#include "tenancy/audit/audit_trail.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/grants/redis_entries.hpp"
#include "tenancy/work/alarms.hpp"
#include "tenancy/work/audit_integrator.hpp"
#include "tenancy/work/delivery_worker.hpp"
#include "tenancy/work/retention.hpp"
#include "tenancy/work/webhook_sender.hpp"

namespace tollgate::server {

// Thread-safe. All metrics of the hot path are created here once; a counter then costs one atomic
// addition, and a histogram takes its own lock.
class metrics final : public request_observer,
                      public stripe::refusal_counter,
                      public stripe::exchange_watch,
                      public tenancy::alarm_watch,
                      public tenancy::approval_watch,
                      public tenancy::webhook_watch,
                      public tenancy::trail_watch,
                      public tenancy::audit_watch,
                      public tenancy::retention_watch,
                      public tenancy::delivery_watch,
                      public tenancy::feed_watch,
                      public tenancy::entry_watch {
public:
    metrics();

    // Receives measurements about rules on calls.
    stripe::rule_watch& rules() noexcept { return rules_; }
    // Receives measurements of other clocks.
    clock_offsets& clocks() noexcept { return clocks_; }

    void request_done(route to, unsigned status, std::chrono::nanoseconds took) override;
    void mcp_message(std::string_view method, bool failed) override;
    void rate_limited(stripe::limit_scope scope) noexcept override;
    void exchanged(unsigned status, std::chrono::nanoseconds took) noexcept override;
    void dated(std::string_view date) noexcept override { clocks_.note_date(date); }
    void alarm_fired(storage::alarm_kind kind, std::chrono::milliseconds late) noexcept override;
    void alarm_retried(storage::alarm_kind kind) noexcept override;
    void rows_counted(const storage::store_counts& counts) noexcept override;
    void approval_changed(const storage::approval_row& approval,
                          tenancy::approval_event what) noexcept override;
    void webhook_attempted(tenancy::webhook_outcome how) noexcept override;
    void audit_stored(std::size_t count, std::chrono::milliseconds late) noexcept override;
    void audit_delayed(std::size_t waiting) noexcept override;
    void write_recorded(tenancy::write_record which,
                        std::chrono::microseconds took) noexcept override;
    void records_waiting(std::int64_t count) noexcept override;
    void record_integrated(std::chrono::milliseconds late) noexcept override;
    void log_broken() noexcept override;
    void audit_removed(std::int64_t records) noexcept override;
    void receipts_removed(std::int64_t receipts) noexcept override;
    void delivery_measured(std::string_view destination, const storage::audit_delivery_sum& sum,
                           std::chrono::milliseconds lag) noexcept override;
    void delivery_failed(std::string_view destination) noexcept override;
    void change_settled(std::chrono::milliseconds took, bool answered) noexcept override;
    void instances_seen(std::size_t count) noexcept override;
    void entry_looked_up(tenancy::entry_lookup outcome) noexcept override;
    void token_refused() override { tokens_refused_->Increment(); }
    // Shown only after the first call, because without TLS there is nothing to report.
    void certificate_expires(base::timestamp at);

    std::string expose(const instance_state& state) override;

private:
    void add_alarms();
    void add_approvals();
    void add_audit();
    void add_storage();
    void add_delivery();
    void add_sharing();
    void add_operation();
    void add_stripe();
    void add_state();
    void add_people();
    void set(const instance_state& state);

    static constexpr std::size_t status_classes = 5;
    // What an exchange is counted as: MCP's methods, and what is no request for one of them.
    static constexpr std::array<std::string_view, 6> no_methods{"none", "notification", "response",
                                                                "GET",  "SSE",          "unknown"};
    static constexpr auto mcp_methods = [] {
        std::array<std::string_view, no_methods.size() + mcp::method_table.size()> names{};
        const auto rest = std::copy(no_methods.begin(), no_methods.end(), names.begin());
        std::transform(mcp::method_table.begin(), mcp::method_table.end(), rest,
                       [](const mcp::method_row& row) { return row.name; });
        return names;
    }();

    prometheus::Registry registry_;
    rule_counts rules_{registry_};
    clock_offsets clocks_{registry_};
    std::array<std::array<prometheus::Counter*, status_classes>, route_count> requests_{};
    std::array<prometheus::Histogram*, route_count> seconds_{};
    // Stripe's answers: 2xx, 3xx, 4xx, 429, 5xx, none.
    std::array<prometheus::Counter*, 6> answers_{};
    prometheus::Histogram* stripe_seconds_ = nullptr;
    std::array<std::array<prometheus::Counter*, 2>, mcp_methods.size()> messages_{};
    std::array<prometheus::Counter*, stripe::limit_scopes> limited_{};
    std::array<prometheus::Histogram*, tenancy::alarm_kinds> alarm_lateness_{};
    std::array<prometheus::Counter*, tenancy::alarm_kinds> alarms_retried_{};
    prometheus::Gauge* alarms_ = nullptr;
    prometheus::Gauge* reauth_ = nullptr;
    prometheus::Gauge* unknown_receipts_ = nullptr;
    prometheus::Gauge* refund_lines_waiting_ = nullptr;
    std::array<prometheus::Counter*, tenancy::approval_event_names.size()> approvals_{};
    prometheus::Gauge* approvals_pending_ = nullptr;
    std::array<prometheus::Counter*, 3> webhook_attempts_{};
    prometheus::Histogram* audit_lateness_ = nullptr;
    std::array<prometheus::Histogram*, 2> recorded_{};  // intent, outcome
    prometheus::Gauge* audit_waiting_ = nullptr;
    prometheus::Gauge* audit_without_position_ = nullptr;
    prometheus::Histogram* audit_integration_ = nullptr;
    prometheus::Gauge* audit_broken_ = nullptr;
    prometheus::Counter* removed_audit_ = nullptr;
    prometheus::Counter* removed_receipts_ = nullptr;
    prometheus::Family<prometheus::Gauge>* delivery_waiting_ = nullptr;
    prometheus::Family<prometheus::Gauge>* delivery_lag_ = nullptr;
    prometheus::Family<prometheus::Gauge>* delivery_last_ = nullptr;
    prometheus::Family<prometheus::Counter>* delivery_failures_ = nullptr;
    std::array<prometheus::Histogram*, 2> settled_{};  // by lease, by confirmations
    prometheus::Gauge* instances_ = nullptr;
    prometheus::Gauge* trusted_ = nullptr;
    prometheus::Family<prometheus::Counter>* entries_ = nullptr;
    prometheus::Gauge* connections_ = nullptr;
    prometheus::Gauge* streams_ = nullptr;
    prometheus::Gauge* event_streams_ = nullptr;
    std::array<prometheus::Counter*, 2> sign_ins_{};  // accepted, refused
    std::mutex sign_ins_mutex_;
    prometheus::Gauge* store_ = nullptr;
    prometheus::Family<prometheus::Gauge>* reserve_ = nullptr;
    prometheus::Family<prometheus::Gauge>* redis_ = nullptr;
    prometheus::Counter* tokens_refused_ = nullptr;
    prometheus::Family<prometheus::Gauge>* certificate_ = nullptr;
};

}  // namespace tollgate::server
