#include "tenancy/admin/webhooks.hpp"

#include <algorithm>
#include <utility>

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/webhooks.hpp"
#include "tenancy/approvals/approval_watch.hpp"
#include "tenancy/approvals/webhook_message.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::result;
using storage::webhook_row;

// 44 base64 characters, the form of a secret, encode 33 bytes.
constexpr std::size_t key_characters = 44;

base::failure no_webhook() {
    return base::fail(errc::not_found, "not_found", "there is no such webhook");
}

bool is_event(const std::string& name) {
    return std::find(approval_event_names.begin(), approval_event_names.end(), name) !=
           approval_event_names.end();
}

// The stored form of the events.
result<std::string> events_text(const std::optional<std::vector<std::string>>& wanted) {
    std::string out = " ";
    if (!wanted) {
        for (const std::string_view one : approval_event_names) (out += one) += ' ';
        return out;
    }
    if (wanted->empty() || !std::all_of(wanted->begin(), wanted->end(), is_event))
        return base::invalid("invalid_events",
                             "events must name at least one of created, approved, denied, "
                             "expired, executed and voided",
                             "events");
    for (const std::string_view one : approval_event_names)
        if (std::find(wanted->begin(), wanted->end(), one) != wanted->end()) (out += one) += ' ';
    return out;
}

result<> check_format(const std::string& format) {
    if (std::find(webhook_formats.begin(), webhook_formats.end(), format) != webhook_formats.end())
        return {};
    return base::invalid("invalid_format", "format must be standard or slack", "format");
}

}  // namespace

std::vector<std::string> events_of(const webhook_row& webhook) {
    std::vector<std::string> out;
    std::string_view rest = webhook.events;
    while (!rest.empty()) {
        const auto end = std::min(rest.find(' '), rest.size());
        if (end > 0) out.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

awaitable<result<new_webhook>> webhooks::create(const api_key& by, webhook_input input,
                                                answer_writer<new_webhook> answer) {
    const auto named = check_name(input.name);
    if (!named) co_return named.error();
    const auto formatted = check_format(input.format);
    if (!formatted) co_return formatted.error();
    auto events = events_text(input.events);
    if (!events) co_return events.error();
    auto host = sender_.network().host_of(input.address);
    if (!host) co_return host.error();
    new_webhook out;
    if (input.format == "standard")
        out.key = base::secret{"whsec_" + base::random_base62(key_characters)};
    webhook_row& row = out.made;
    row.id = base::make_id("whk");
    row.team_id = by.team_id;
    row.name = std::move(input.name);
    row.format = std::move(input.format);
    row.host = std::move(*host);
    row.events = std::move(*events);
    row.created_by = by.id;
    row.created_at = env_.clock.now();
    row.content = seal_target(env_.secrets, row, {std::move(input.address), out.key});
    std::vector<storage::change> changes{storage::add_webhook{row, webhooks_per_team}};
    if (answer) changes.emplace_back(storage::add_replay{answer(out)});
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    out.made.content = {};
    co_return out;
}

awaitable<result<std::vector<webhook_row>>> webhooks::list(std::string team_id) {
    return env_.store.list_webhooks(std::move(team_id));
}

awaitable<result<webhook_row>> webhooks::get(std::string team_id, std::string id) {
    auto found = co_await env_.store.find_webhook(std::move(team_id), std::move(id));
    if (!found) co_return found.error();
    if (!*found) co_return no_webhook();
    co_return std::move(**found);
}

awaitable<result<>> webhooks::remove(std::string team_id, std::string id) {
    std::vector<storage::change> changes{
        storage::remove_webhook{std::move(team_id), std::move(id)}};
    return env_.store.commit(std::move(changes));
}

awaitable<result<std::vector<storage::webhook_delivery_row>>> webhooks::deliveries(
    std::string team_id, std::string id, storage::page where) {
    const auto webhook = co_await get(team_id, id);
    if (!webhook) co_return webhook.error();
    auto rows = co_await env_.store.list_webhook_deliveries(std::move(team_id), std::move(id),
                                                            std::move(where));
    co_return rows;
}

awaitable<result<>> webhooks::repeat(std::string team_id, std::string id, std::string delivery_id) {
    std::vector<storage::change> changes{storage::repeat_webhook_delivery{
        std::move(team_id), std::move(id), std::move(delivery_id), env_.clock.now()}};
    return env_.store.commit(std::move(changes));
}

awaitable<result<std::string>> webhooks::test(std::string team_id, std::string id) {
    const auto webhook = co_await get(std::move(team_id), std::move(id));
    if (!webhook) co_return webhook.error();
    storage::webhook_delivery_row message;
    message.id = base::make_id("test");
    message.team_id = webhook->team_id;
    message.event = webhook_test_event;
    message.created_at = env_.clock.now();
    const auto sent = co_await sender_.deliver(*webhook, message);
    co_return sent ? std::string{} : sent.error().message;
}

}  // namespace tollgate::tenancy
