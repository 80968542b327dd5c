// Webhooks of a team, and their deliveries.
#include <utility>

#include "base/json_text.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/list_page.hpp"
#include "server/admin/request_codec.hpp"
#include "server/admin/response_codec.hpp"
#include "tenancy/admin/webhooks.hpp"

namespace tollgate::admin {

namespace {

using base::json_members;
using storage::webhook_delivery_row;
using storage::webhook_row;

std::string webhook_json(const webhook_row& webhook) {
    std::string events = "[";
    for (const std::string& one : tenancy::events_of(webhook)) {
        if (events.size() > 1) events += ',';
        base::append_json_string(events, one);
    }
    events += ']';
    std::string out = "{";
    json_members{out}
        .text("id", webhook.id)
        .text("name", webhook.name)
        .text("format", webhook.format)
        .text("host", webhook.host)
        .raw("events", events)
        .text("created_by", webhook.created_by)
        .text("created_at", base::format_timestamp(webhook.created_at));
    return out + '}';
}

// The webhook with its secret.
std::string new_webhook_json(const tenancy::new_webhook& made) {
    std::string out = webhook_json(made.made);
    out.back() = ',';
    json_members members{out};
    if (made.key.empty())
        members.raw("secret", "null");
    else
        members.text("secret", made.key.reveal());
    return out + '}';
}

std::string time_or_null(const std::optional<base::timestamp>& at) {
    return at ? '"' + base::format_timestamp(*at) + '"' : "null";
}

std::string webhook_delivery_json(const webhook_delivery_row& delivery) {
    std::string out = "{";
    json_members members{out};
    members.text("id", delivery.id)
        .text("approval_id", delivery.approval_id)
        .text("event", delivery.event)
        .text("state",
              storage::webhook_delivery_state_names.at(static_cast<std::size_t>(delivery.state)))
        .number("attempts", delivery.attempts)
        .text("created_at", base::format_timestamp(delivery.created_at))
        .raw("due_at", time_or_null(delivery.due_at))
        .raw("delivered_at", time_or_null(delivery.delivered_at));
    if (delivery.last_error.empty())
        members.raw("last_error", "null");
    else
        members.text("last_error", delivery.last_error);
    return out + '}';
}

}  // namespace

answer create_webhook(const call& in) {
    auto input = decode_webhook(in.request.body);
    if (!input) co_return input.error();
    auto once = answer_once<tenancy::new_webhook>(in, 201, new_webhook_json);
    const auto made =
        co_await in.tenancy.webhooks().create(*in.by, std::move(*input), std::move(once));
    if (!made) co_return made.error();
    note_change(in, "{}", webhook_json(made->made));
    co_return json_response(201, new_webhook_json(*made));
}

answer list_webhooks(const call& in) {
    const auto rows = co_await in.tenancy.webhooks().list(in.by->team_id);
    if (!rows) co_return rows.error();
    std::vector<std::string> items;
    for (const auto& row : *rows) items.push_back(webhook_json(row));
    co_return json_response(200, encode_list(items, {}));
}

answer get_webhook(const call& in) {
    const auto found = co_await in.tenancy.webhooks().get(in.by->team_id, in.id(0));
    if (!found) co_return found.error();
    co_return json_response(200, webhook_json(*found));
}

answer delete_webhook(const call& in) {
    const auto before = co_await in.tenancy.webhooks().get(in.by->team_id, in.id(0));
    if (!before) co_return before.error();
    const auto removed = co_await in.tenancy.webhooks().remove(in.by->team_id, in.id(0));
    if (!removed) co_return removed.error();
    note_change(in, webhook_json(*before), "{}");
    co_return no_content();
}

answer test_webhook(const call& in) {
    const auto failure = co_await in.tenancy.webhooks().test(in.by->team_id, in.id(0));
    if (!failure) co_return failure.error();
    std::string body = "{";
    json_members members{body};
    members.truth("delivered", failure->empty());
    if (failure->empty())
        members.raw("error", "null");
    else
        members.text("error", *failure);
    body += '}';
    co_return json_response(200, std::move(body));
}

answer list_webhook_deliveries(const call& in) {
    const auto page = read_page(in, in.by->team_id);
    if (!page) co_return page.error();
    auto rows = co_await in.tenancy.webhooks().deliveries(in.by->team_id, in.id(0), page->where);
    if (!rows) co_return rows.error();
    co_return list_response(*page, std::move(*rows), webhook_delivery_json);
}

answer repeat_webhook_delivery(const call& in) {
    const auto repeated = co_await in.tenancy.webhooks().repeat(in.by->team_id, in.id(0), in.id(1));
    if (!repeated) co_return repeated.error();
    co_return no_content();
}

}  // namespace tollgate::admin
