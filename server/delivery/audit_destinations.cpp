#include "server/delivery/audit_destinations.hpp"

#include <utility>

#include "base/json_text.hpp"
#include "server/delivery/anchor_file.hpp"

namespace tollgate::server::delivery {

namespace {

using base::awaitable;
using base::json_members;
using base::result;
using tenancy::audit_anchor;
using tenancy::record_batch;

// The members that every message of Standard Webhooks has.
std::string message_of(std::string_view type, base::timestamp at, std::string_view data) {
    std::string out;
    out.reserve(data.size() + 128);
    out += '{';
    json_members{out}
        .text("type", type)
        .text("timestamp", base::format_timestamp(at))
        .raw("data", data);
    out += '}';
    return out;
}

// The records as GET /audit shows them: the entry with its position before its members.
std::string data_of(const record_batch& batch) {
    std::string records = "[";
    for (const auto& one : batch.records) {
        if (records.size() > 1) records += ',';
        records += R"({"position":)";
        records += std::to_string(one.position.value_or(-1));
        records += ',';
        records += std::string_view{one.entry}.substr(1);
    }
    records += ']';
    std::string out = "{";
    json_members{out}
        .text("team_id", batch.team_id)
        .number("position", batch.first)
        .raw("records", records);
    out += '}';
    return out;
}

std::string data_of(const audit_anchor& anchor) {
    std::string out = "{";
    json_members{out}
        .text("team_id", anchor.team_id)
        .text("origin", anchor.origin)
        .number("size", anchor.size)
        .text("signed_at", base::format_timestamp(anchor.signed_at))
        .text("checkpoint", anchor.note);
    out += '}';
    return out;
}

class webhook_records final : public tenancy::record_destination {
public:
    webhook_records(std::unique_ptr<base::webhook> to, const base::clock& clock)
        : to_(std::move(to)), clock_(clock) {}
    awaitable<result<>> deliver(const record_batch& batch) override {
        const base::timestamp now = clock_.now();
        const auto end = batch.first + static_cast<std::int64_t>(batch.records.size());
        // Includes the end, so that a batch made again with more records is a different message.
        std::string id = "audit_" + batch.team_id + "_" + std::to_string(batch.first) + "_" +
                         std::to_string(end);
        std::string body = message_of("audit.records", now, data_of(batch));
        auto posted = co_await to_->post(std::move(body), std::move(id), now);
        co_return posted;
    }

private:
    const std::unique_ptr<base::webhook> to_;
    const base::clock& clock_;
};

class webhook_anchors final : public tenancy::anchor_destination {
public:
    webhook_anchors(std::unique_ptr<base::webhook> to, const base::clock& clock)
        : to_(std::move(to)), clock_(clock) {}
    awaitable<result<>> publish(const audit_anchor& anchor) override {
        const base::timestamp now = clock_.now();
        std::string id = "anchor_" + anchor.team_id + "_" + std::to_string(anchor.size);
        std::string body = message_of("audit.anchor", now, data_of(anchor));
        auto posted = co_await to_->post(std::move(body), std::move(id), now);
        co_return posted;
    }

private:
    const std::unique_ptr<base::webhook> to_;
    const base::clock& clock_;
};

class syslog_records final : public tenancy::record_destination {
public:
    explicit syslog_records(syslog_client to) : to_(std::move(to)) {}
    awaitable<result<>> deliver(const record_batch& batch) override {
        std::vector<syslog_event> events;
        for (const auto& one : batch.records) {
            syslog_event event;
            event.at = one.recorded_at;
            event.kind = "audit";
            event.parameters = {{"id", one.id},
                                {"team", batch.team_id},
                                {"position", std::to_string(one.position.value_or(-1))}};
            event.message = one.entry;
            events.push_back(std::move(event));
        }
        auto sent = co_await to_.send(events);
        co_return sent;
    }

private:
    syslog_client to_;
};

class syslog_anchors final : public tenancy::anchor_destination {
public:
    explicit syslog_anchors(syslog_client to) : to_(std::move(to)) {}
    awaitable<result<>> publish(const audit_anchor& anchor) override {
        const std::string text = data_of(anchor);
        syslog_event event;
        event.at = anchor.signed_at;
        event.severity = syslog_severity::notice;
        event.kind = "anchor";
        event.parameters = {{"team", anchor.team_id}, {"size", std::to_string(anchor.size)}};
        event.message = text;
        std::vector<syslog_event> events;
        events.push_back(std::move(event));
        auto sent = co_await to_.send(events);
        co_return sent;
    }

private:
    syslog_client to_;
};

class file_anchors final : public tenancy::anchor_destination {
public:
    file_anchors(std::string path, base::worker& blocking)
        : path_(std::move(path)), blocking_(blocking) {}
    awaitable<result<>> publish(const audit_anchor& anchor) override {
        auto job = [path = path_, note = anchor.note] { return append_anchor(path, note); };
        auto written = co_await base::run_on(blocking_, std::move(job));
        if (written) co_return std::move(*written);
        co_return base::fail(base::errc::unavailable, std::string{tenancy::delivery_unreachable},
                             "too many files are being written");
    }

private:
    const std::string path_;
    base::worker& blocking_;
};

}  // namespace

std::unique_ptr<tenancy::record_destination> records_to_webhook(std::unique_ptr<base::webhook> to,
                                                                const base::clock& clock) {
    return std::make_unique<webhook_records>(std::move(to), clock);
}
std::unique_ptr<tenancy::anchor_destination> anchors_to_webhook(std::unique_ptr<base::webhook> to,
                                                                const base::clock& clock) {
    return std::make_unique<webhook_anchors>(std::move(to), clock);
}
std::unique_ptr<tenancy::record_destination> records_to_syslog(syslog_client to) {
    return std::make_unique<syslog_records>(std::move(to));
}
std::unique_ptr<tenancy::anchor_destination> anchors_to_syslog(syslog_client to) {
    return std::make_unique<syslog_anchors>(std::move(to));
}
std::unique_ptr<tenancy::anchor_destination> anchors_to_file(std::string path,
                                                             base::worker& blocking) {
    return std::make_unique<file_anchors>(std::move(path), blocking);
}

}  // namespace tollgate::server::delivery
