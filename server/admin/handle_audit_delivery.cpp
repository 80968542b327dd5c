// How much of the audit logs was sent to other systems, and replays. The destinations are settings
// of the installation: an instance owner sees all of it, a team how far its own log was sent.
#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/search_query.hpp"
#include "tenancy/work/audit_delivery.hpp"

namespace tollgate::admin {

namespace {

using base::json_members;
using base::result;
using storage::audit_delivery_row;
using tenancy::delivery_kind;
using tenancy::delivery_state;

constexpr std::size_t logs_max = 1000;

result<> check_owner(const call& in) {
    if (in.by->instance_owner) return {};
    return base::fail(base::errc::forbidden, "owner_only",
                      "only an instance owner sees and changes where audit logs of other teams are "
                      "sent: it is a setting of the installation");
}

void time_or_null(json_members& to, std::string_view name,
                  const std::optional<base::timestamp>& at) {
    if (at)
        to.text(name, base::format_timestamp(*at));
    else
        to.raw(name, "null");
}

std::string shown(const audit_delivery_row& log, delivery_kind kind) {
    const bool anchors = kind == delivery_kind::anchors;
    std::string out = "{";
    json_members members{out};
    members.text("team_id", log.team_id).number("size", log.size);
    if (anchors) members.number("checkpoint_size", log.checkpoint_size);
    members.number(anchors ? "anchored_size" : "position", log.position);
    members.number("waiting", std::max<std::int64_t>(log.size - log.position, 0));
    time_or_null(members, anchors ? "anchored_at" : "delivered_at", log.delivered_at);
    members.number("failures", log.failures);
    time_or_null(members, "failed_at", log.failed_at);
    time_or_null(members, "retry_at", log.retry_at);
    if (log.last_error.empty())
        members.raw("last_error", "null");
    else
        members.text("last_error", log.last_error);
    out += '}';
    return out;
}

std::string shown(const delivery_state& state, delivery_kind kind, base::timestamp now) {
    std::string logs = "[";
    for (const auto& log : state.logs) {
        if (logs.size() > 1) logs += ',';
        logs += shown(log, kind);
    }
    logs += ']';
    std::string out = "{";
    json_members members{out};
    members.text("destination", state.destination).number("waiting", state.sum.records);
    const auto lag = state.sum.oldest ? now - *state.sum.oldest : std::chrono::milliseconds{0};
    members.number("lag_ms", std::max<std::int64_t>(lag.count(), 0));
    time_or_null(members, "last_success_at", state.sum.delivered);
    members.raw("logs", logs);
    out += '}';
    return out;
}

answer get_states(const call& in, delivery_kind kind) {
    const auto query = parse_query(in.request.query, {"team_id"});
    if (!query) co_return query.error();
    std::string team;
    search_query{*query}.text("team_id", team);
    const auto owner = check_owner(in);
    if (!owner && team.empty()) team = in.by->team_id;
    if (!owner && team != in.by->team_id) co_return owner.error();
    auto states = co_await in.tenancy.audit_delivery().states(kind, std::move(team), logs_max);
    if (!states) co_return states.error();
    if (!owner)
        // An error may name the receiver.
        for (delivery_state& one : *states)
            for (audit_delivery_row& log : one.logs) log.last_error.clear();
    const base::timestamp now = in.tenancy.clock().now();
    std::string body = R"({"result":[)";
    for (const auto& one : *states) {
        if (&one != &states->front()) body += ',';
        body += shown(one, kind, now);
    }
    body += "]}";
    co_return json_response(200, std::move(body));
}

}  // namespace

answer get_audit_anchors(const call& in) {
    return get_states(in, delivery_kind::anchors);
}

answer get_audit_forwarding(const call& in) {
    return get_states(in, delivery_kind::records);
}

answer replay_audit_records(const call& in) {
    const auto owner = check_owner(in);
    if (!owner) co_return owner.error();
    auto input = decode_replay(in.request.body);
    if (!input) co_return input.error();
    const std::string destination = in.id(0);
    std::string changed = "{";
    json_members{changed}
        .text("destination", destination)
        .text("team_id", input->team_id)
        .number("position", input->position);
    changed += '}';
    auto done = co_await in.tenancy.audit_delivery().replay(destination, std::move(input->team_id),
                                                            input->position);
    if (!done) co_return done.error();
    note_change(in, "{}", changed);
    co_return json_response(200, std::move(changed));
}

}  // namespace tollgate::admin
