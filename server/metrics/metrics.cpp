#include "server/metrics/metrics.hpp"

#include <prometheus/text_serializer.h>

#include "server/metrics/process_families.hpp"
#include "server/version.hpp"

namespace tollgate::server {

metrics::metrics() {
    auto& requests = prometheus::BuildCounter()
                         .Name("tollgate_http_requests_total")
                         .Help("HTTP requests answered, by route and status class.")
                         .Register(registry_);
    auto& seconds = prometheus::BuildHistogram()
                        .Name("tollgate_http_request_seconds")
                        .Help("Time from the request's end to its response, by route.")
                        .Register(registry_);
    auto& messages =
        prometheus::BuildCounter()
            .Name("tollgate_mcp_messages_total")
            .Help("MCP messages answered, by method; failed: a tool answered with an error.")
            .Register(registry_);
    const prometheus::Histogram::BucketBoundaries bounds{
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
    for (std::size_t r = 0; r < route_count; ++r) {
        const std::string name{route_name(static_cast<route>(r))};
        seconds_[r] = &seconds.Add({{"route", name}}, bounds);
        for (std::size_t s = 0; s < status_classes; ++s)
            requests_[r][s] =
                &requests.Add({{"route", name}, {"status", std::to_string(s + 1) + "xx"}});
    }
    for (std::size_t m = 0; m < mcp_methods.size(); ++m)
        for (std::size_t failed = 0; failed < 2; ++failed)
            messages_[m][failed] = &messages.Add({{"method", std::string(mcp_methods[m])},
                                                  {"failed", failed == 1 ? "true" : "false"}});
    auto& limited = prometheus::BuildCounter()
                        .Name("tollgate_rate_limited_total")
                        .Help("Calls refused by the gateway's own limits, by whose limit it was.")
                        .Register(registry_);
    for (std::size_t s = 0; s < limited_.size(); ++s)
        limited_[s] = &limited.Add(
            {{"scope", std::string(stripe::to_string(static_cast<stripe::limit_scope>(s)))}});
    add_alarms();
    add_approvals();
    add_audit();
    add_storage();
    add_delivery();
    add_sharing();
    add_operation();
    add_stripe();
    add_state();
    add_people();
}

void metrics::add_people() {
    event_streams_ = &prometheus::BuildGauge()
                          .Name("tollgate_event_streams_open")
                          .Help("Streams of events of the admin API that are open.")
                          .Register(registry_)
                          .Add({});
    auto& family = prometheus::BuildCounter()
                       .Name("tollgate_sign_ins_total")
                       .Help("Sign-ins of people, in any way, by outcome.")
                       .Register(registry_);
    sign_ins_ = {&family.Add({{"outcome", "accepted"}}), &family.Add({{"outcome", "refused"}})};
}

void metrics::add_state() {
    connections_ = &prometheus::BuildGauge()
                        .Name("tollgate_connections_open")
                        .Help("Client connections that are open.")
                        .Register(registry_)
                        .Add({});
    streams_ = &prometheus::BuildGauge()
                    .Name("tollgate_streams_open")
                    .Help("Streams that are open for clients that listen.")
                    .Register(registry_)
                    .Add({});
    store_ = &prometheus::BuildGauge()
                  .Name("tollgate_store_available")
                  .Help("1 while the record store answers, 0 while it is away.")
                  .Register(registry_)
                  .Add({});
    redis_ = &prometheus::BuildGauge()
                  .Name("tollgate_redis_available")
                  .Help("1 while every loop has its connection to Redis.")
                  .Register(registry_);
}

void metrics::add_stripe() {
    auto& answers =
        prometheus::BuildCounter()
            .Name("tollgate_stripe_answers_total")
            .Help("Requests to Stripe and to services by status; none: no answer in time.")
            .Register(registry_);
    constexpr std::array<const char*, 6> words{"2xx", "3xx", "4xx", "429", "5xx", "none"};
    for (std::size_t w = 0; w < words.size(); ++w)
        answers_[w] = &answers.Add({{"status", words[w]}});
    const prometheus::Histogram::BucketBoundaries bounds{0.025, 0.05, 0.1, 0.25, 0.5, 1,
                                                         2.5,   5,    10,  20,   30};
    stripe_seconds_ = &prometheus::BuildHistogram()
                           .Name("tollgate_stripe_seconds")
                           .Help("Time that Stripe or a service took for a request of a tool call.")
                           .Register(registry_)
                           .Add({}, bounds);
}

void metrics::exchanged(unsigned status, std::chrono::nanoseconds took) noexcept {
    const std::size_t word = status == 0     ? 5
                             : status == 429 ? 3
                             : status < 300  ? 0
                             : status < 400  ? 1
                             : status < 500  ? 2
                                             : 4;
    answers_.at(word)->Increment();
    stripe_seconds_->Observe(std::chrono::duration<double>(took).count());
}

void metrics::add_alarms() {
    auto& lateness =
        prometheus::BuildHistogram()
            .Name("tollgate_alarm_lateness_seconds")
            .Help("Time from an alarm's due time until its effect was durable, by kind.")
            .Register(registry_);
    auto& retried = prometheus::BuildCounter()
                        .Name("tollgate_alarms_retried_total")
                        .Help("Alarms that failed and wait for another attempt, by kind.")
                        .Register(registry_);
    const prometheus::Histogram::BucketBoundaries bounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5,
                                                         1,     2.5,  5,     10,   30,  60,   300};
    for (std::size_t k = 0; k < tenancy::alarm_kinds; ++k) {
        const std::string kind{tenancy::to_string(static_cast<storage::alarm_kind>(k))};
        alarm_lateness_[k] = &lateness.Add({{"kind", kind}}, bounds);
        alarms_retried_[k] = &retried.Add({{"kind", kind}});
    }
    alarms_ = &prometheus::BuildGauge()
                   .Name("tollgate_alarms_armed")
                   .Help("Alarms that wait in the record store, counted every minute.")
                   .Register(registry_)
                   .Add({});
    reauth_ = &prometheus::BuildGauge()
                   .Name("tollgate_accounts_needing_reauth")
                   .Help(
                       "Accounts of the record store whose credential is refused, counted "
                       "every minute.")
                   .Register(registry_)
                   .Add({});
    unknown_receipts_ = &prometheus::BuildGauge()
                             .Name("tollgate_receipts_unknown")
                             .Help("Writes whose outcome is not known, counted every minute.")
                             .Register(registry_)
                             .Add({});
    refund_lines_waiting_ =
        &prometheus::BuildGauge()
             .Name("tollgate_refund_lines_waiting")
             .Help(
                 "Lines of refund logs that are not in a company's own database yet, counted "
                 "every minute.")
             .Register(registry_)
             .Add({});
}

void metrics::add_approvals() {
    auto& events = prometheus::BuildCounter()
                       .Name("tollgate_approvals_total")
                       .Help("What happened to approvals at this instance, by event.")
                       .Register(registry_);
    for (std::size_t e = 0; e < approvals_.size(); ++e)
        approvals_[e] = &events.Add({{"event", std::string{tenancy::approval_event_names[e]}}});
    approvals_pending_ = &prometheus::BuildGauge()
                              .Name("tollgate_approvals_pending")
                              .Help("Calls that wait for people's approval, counted every minute.")
                              .Register(registry_)
                              .Add({});
    auto& attempts = prometheus::BuildCounter()
                         .Name("tollgate_webhook_messages_total")
                         .Help("Attempts to tell teams' webhooks something, by outcome.")
                         .Register(registry_);
    constexpr std::array<const char*, 3> outcomes{"delivered", "failed", "given_up"};
    for (std::size_t one = 0; one < outcomes.size(); ++one)
        webhook_attempts_.at(one) = &attempts.Add({{"outcome", outcomes.at(one)}});
}

void metrics::webhook_attempted(tenancy::webhook_outcome how) noexcept {
    webhook_attempts_[static_cast<std::size_t>(how)]->Increment();
}

void metrics::approval_changed(const storage::approval_row& /*approval*/,
                               tenancy::approval_event what) noexcept {
    approvals_[static_cast<std::size_t>(what)]->Increment();
}

void metrics::add_storage() {
    reserve_ = &prometheus::BuildGauge()
                    .Name("tollgate_reserve_file_bytes")
                    .Help("Room that is held for a full disk; 0: the disk is full.")
                    .Register(registry_);
    auto& removed = prometheus::BuildCounter()
                        .Name("tollgate_retention_removed_total")
                        .Help("Records that their team keeps no longer, by kind.")
                        .Register(registry_);
    removed_audit_ = &removed.Add({{"kind", "audit"}});
    removed_receipts_ = &removed.Add({{"kind", "receipt"}});
}

void metrics::audit_removed(std::int64_t records) noexcept {
    removed_audit_->Increment(static_cast<double>(records));
}

void metrics::receipts_removed(std::int64_t receipts) noexcept {
    removed_receipts_->Increment(static_cast<double>(receipts));
}

void metrics::add_audit() {
    const prometheus::Histogram::BucketBoundaries bounds{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60};
    audit_lateness_ =
        &prometheus::BuildHistogram()
             .Name("tollgate_audit_lateness_seconds")
             .Help("Time from a read until its audit record was durable, of the oldest in a batch.")
             .Register(registry_)
             .Add({}, bounds);
    auto& recorded =
        prometheus::BuildHistogram()
            .Name("tollgate_receipt_store_seconds")
            .Help(
                "Time from a write's record, given to the store, until it was durable or "
                "the store gave up.")
            .Register(registry_);
    const prometheus::Histogram::BucketBoundaries commits{0.001, 0.0025, 0.005, 0.01, 0.02,
                                                          0.05,  0.1,    0.25,  1,    5};
    recorded_ = {&recorded.Add({{"record", "intent"}}, commits),
                 &recorded.Add({{"record", "outcome"}}, commits)};
    audit_waiting_ = &prometheus::BuildGauge()
                          .Name("tollgate_audit_waiting")
                          .Help("Audit records in memory that the store did not take.")
                          .Register(registry_)
                          .Add({});
    audit_without_position_ =
        &prometheus::BuildGauge()
             .Name("tollgate_audit_unordered")
             .Help("Audit records in the store that have no place in their log yet.")
             .Register(registry_)
             .Add({});
    audit_integration_ = &prometheus::BuildHistogram()
                              .Name("tollgate_audit_order_seconds")
                              .Help("Time from an audit record until it had its place in its log.")
                              .Register(registry_)
                              .Add({}, bounds);
    audit_broken_ = &prometheus::BuildGauge()
                         .Name("tollgate_audit_log_broken")
                         .Help("1 if an audit log is not what it was: writes are refused.")
                         .Register(registry_)
                         .Add({});
}

void metrics::audit_stored(std::size_t, std::chrono::milliseconds late) noexcept {
    audit_lateness_->Observe(std::chrono::duration<double>(late).count());
    audit_waiting_->Set(0);
}

void metrics::audit_delayed(std::size_t waiting) noexcept {
    audit_waiting_->Set(static_cast<double>(waiting));
}

void metrics::write_recorded(tenancy::write_record which, std::chrono::microseconds took) noexcept {
    recorded_[static_cast<std::size_t>(which)]->Observe(
        std::chrono::duration<double>(took).count());
}

void metrics::records_waiting(std::int64_t count) noexcept {
    audit_without_position_->Set(static_cast<double>(count));
}

void metrics::record_integrated(std::chrono::milliseconds late) noexcept {
    audit_integration_->Observe(std::chrono::duration<double>(late).count());
}

void metrics::log_broken() noexcept {
    audit_broken_->Set(1);
}

// Nothing is shown for a destination that is not configured.
void metrics::add_delivery() {
    delivery_waiting_ = &prometheus::BuildGauge()
                             .Name("tollgate_audit_delivery_waiting")
                             .Help("Audit records that have not been sent, or anchored, yet.")
                             .Register(registry_);
    delivery_lag_ = &prometheus::BuildGauge()
                         .Name("tollgate_audit_delivery_lag_seconds")
                         .Help(
                             "Age of the oldest audit record that has not been sent, or "
                             "anchored, yet; 0: there is none.")
                         .Register(registry_);
    delivery_last_ = &prometheus::BuildGauge()
                          .Name("tollgate_audit_delivery_last_timestamp_seconds")
                          .Help("When something was last acknowledged, in Unix seconds; 0: never.")
                          .Register(registry_);
    delivery_failures_ = &prometheus::BuildCounter()
                              .Name("tollgate_audit_delivery_failures_total")
                              .Help("Attempts to send that failed, by destination.")
                              .Register(registry_);
}

void metrics::delivery_measured(std::string_view destination,
                                const storage::audit_delivery_sum& sum,
                                std::chrono::milliseconds lag) noexcept {
    constexpr double per_second = 1000;
    const prometheus::Labels labels{{"destination", std::string{destination}}};
    delivery_waiting_->Add(labels).Set(static_cast<double>(sum.records));
    delivery_lag_->Add(labels).Set(std::chrono::duration<double>(lag).count());
    delivery_failures_->Add(labels);  // from the start, so that the first failure is an increase
    const std::int64_t last = sum.delivered ? base::to_unix_ms(*sum.delivered) : 0;
    delivery_last_->Add(labels).Set(static_cast<double>(last) / per_second);
}

void metrics::delivery_failed(std::string_view destination) noexcept {
    delivery_failures_->Add({{"destination", std::string{destination}}}).Increment();
}

void metrics::add_sharing() {
    auto& settled = prometheus::BuildHistogram()
                        .Name("tollgate_change_everywhere_seconds")
                        .Help(
                            "Time from a change's commit until no instance went by what was "
                            "before; by: every instance answered, or a lease had to run out.")
                        .Register(registry_);
    const prometheus::Histogram::BucketBoundaries bounds{0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                         0.25,   0.5,   1,    1.5,   2};
    settled_[0] = &settled.Add({{"by", "lease"}}, bounds);
    settled_[1] = &settled.Add({{"by", "answers"}}, bounds);
    instances_ = &prometheus::BuildGauge()
                      .Name("tollgate_instances")
                      .Help("Instances that use the record store, this one included.")
                      .Register(registry_)
                      .Add({});
    instances_->Set(1);
    trusted_ = &prometheus::BuildGauge()
                    .Name("tollgate_caches_trusted")
                    .Help("1 while cached tokens are used, 0 while each request asks the store.")
                    .Register(registry_)
                    .Add({});
    entries_ = &prometheus::BuildCounter()
                    .Name("tollgate_token_entries_total")
                    .Help("Look-ups of tokens in Redis, by outcome.")
                    .Register(registry_);
}

void metrics::add_operation() {
    prometheus::BuildGauge()
        .Name("tollgate_build_info")
        .Help("1, with the version of this build.")
        .Register(registry_)
        .Add({{"version", std::string(version)}})
        .Set(1);
    tokens_refused_ = &prometheus::BuildCounter()
                           .Name("tollgate_tokens_refused_total")
                           .Help("Requests to MCP endpoints that were refused for their token.")
                           .Register(registry_)
                           .Add({});
    certificate_ = &prometheus::BuildGauge()
                        .Name("tollgate_certificate_expiry_timestamp_seconds")
                        .Help("When the served certificate expires, in Unix seconds.")
                        .Register(registry_);
}

void metrics::certificate_expires(base::timestamp at) {
    constexpr double per_second = 1000;
    certificate_->Add({}).Set(static_cast<double>(base::to_unix_ms(at)) / per_second);
}

void metrics::change_settled(std::chrono::milliseconds took, bool answered) noexcept {
    settled_[answered ? 1 : 0]->Observe(std::chrono::duration<double>(took).count());
}

void metrics::instances_seen(std::size_t count) noexcept {
    instances_->Set(static_cast<double>(count));
}

void metrics::entry_looked_up(tenancy::entry_lookup outcome) noexcept {
    entries_->Add({{"outcome", std::string(tenancy::to_string(outcome))}}).Increment();
}

void metrics::alarm_fired(storage::alarm_kind kind, std::chrono::milliseconds late) noexcept {
    alarm_lateness_[static_cast<std::size_t>(kind)]->Observe(
        std::chrono::duration<double>(late).count());
}

void metrics::alarm_retried(storage::alarm_kind kind) noexcept {
    alarms_retried_[static_cast<std::size_t>(kind)]->Increment();
}

void metrics::rows_counted(const storage::store_counts& counts) noexcept {
    alarms_->Set(static_cast<double>(counts.alarms));
    reauth_->Set(static_cast<double>(counts.accounts_in_reauth));
    unknown_receipts_->Set(static_cast<double>(counts.receipts_unknown));
    approvals_pending_->Set(static_cast<double>(counts.approvals_pending));
    refund_lines_waiting_->Set(static_cast<double>(counts.refund_lines_waiting));
}

void metrics::request_done(route to, unsigned status, std::chrono::nanoseconds took) {
    const auto index = static_cast<std::size_t>(to);
    const std::size_t status_class = std::min<std::size_t>(status / 100, status_classes) - 1;
    requests_[index][status_class]->Increment();
    seconds_[index]->Observe(std::chrono::duration<double>(took).count());
}

void metrics::mcp_message(std::string_view method, bool failed) {
    const auto found = std::find(mcp_methods.begin(), mcp_methods.end(), method);
    if (found == mcp_methods.end()) return;
    messages_[static_cast<std::size_t>(found - mcp_methods.begin())][failed ? 1 : 0]->Increment();
}

void metrics::rate_limited(stripe::limit_scope scope) noexcept {
    limited_[static_cast<std::size_t>(scope)]->Increment();
}

void metrics::set(const instance_state& state) {
    connections_->Set(static_cast<double>(state.connections));
    if (state.streams) streams_->Set(static_cast<double>(*state.streams));
    event_streams_->Set(static_cast<double>(state.event_streams));
    {
        // Two scrapes at once would both add what is new.
        const std::lock_guard lock{sign_ins_mutex_};
        const std::array sign_ins{state.sign_ins, state.sign_ins_refused};
        for (std::size_t i = 0; i < sign_ins.size(); ++i)
            sign_ins_.at(i)->Increment(static_cast<double>(sign_ins.at(i)) -
                                       sign_ins_.at(i)->Value());
    }
    store_->Set(state.store_available ? 1 : 0);
    if (state.reserve_bytes) reserve_->Add({}).Set(static_cast<double>(*state.reserve_bytes));
    if (state.caches_trusted) trusted_->Set(*state.caches_trusted ? 1 : 0);
    // Shown only once it is known: without Redis there is nothing to report.
    if (state.redis_available) redis_->Add({}).Set(*state.redis_available ? 1 : 0);
}

std::string metrics::expose(const instance_state& state) {
    set(state);
    auto families = registry_.Collect();
    for (auto& one : process_families()) families.push_back(std::move(one));
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace tollgate::server
