#include "tenancy/receipts/receipts.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/crash_point.hpp"
#include "storage/changes/receipts.hpp"
#include "storage/external_orders.hpp"
#include "tenancy/audit/storable_text.hpp"
#include "tenancy/secrets/places.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using storage::receipt_row;
using storage::receipt_state;

constexpr int confirm_attempts = 5;
constexpr milliseconds confirm_pause{200};
constexpr milliseconds first_wait{10};
constexpr milliseconds longest_wait{250};

base::failure audit_unavailable() {
    return fail(errc::unavailable, "audit_unavailable",
                "the record of this write could not be stored, so it was not sent");
}

base::failure key_reused(const std::vector<std::string>& differing) {
    std::string names;
    for (const auto& one : differing) names += (names.empty() ? "" : ", ") + one;
    const std::string how = differing.empty()
                                ? "The same arguments now mean another request (the account's "
                                  "Stripe-Version, connected account or declarations have changed)."
                                : "These arguments differ: " + names + ".";
    return fail(errc::conflict, "operation_key_reused",
                "operation_key was used for another write. " + how,
                differing.empty() ? "operation_key" : differing.front());
}

// The failure reported to the caller when the store did not record a write.
base::failure refusal_of(const base::failure& why) {
    constexpr std::array<std::string_view, 4> shown_codes{"approval_used", "cap_reached",
                                                          "order_changed", "order_busy"};
    if (std::ranges::find(shown_codes, why.code) != shown_codes.end()) return why;
    if (why.code != "writes_stopped") return audit_unavailable();
    return fail(errc::forbidden, why.code, why.message);
}

// True if the store wrote a record, or tried to until it gave up. What it refuses is not written,
// and so says nothing about how long that takes.
bool is_measure(const result<>& stored) {
    return stored || stored.error().kind == errc::unavailable;
}

awaitable<> sleep_for(milliseconds pause) {
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer{executor};
    timer.expires_after(pause);
    co_await timer.async_wait(boost::asio::use_awaitable);
}

begun_write answered(write_step next, receipt_row receipt) {
    receipt.request = {};
    begun_write out;
    out.next = next;
    out.receipt = std::move(receipt);
    out.began = steady_clock::now();
    return out;
}

// The approval that this write uses up, if it needs one.
std::optional<storage::use_approval> approval_of(const write_intent& intent, base::timestamp now) {
    if (intent.approval_id.empty()) return {};
    return storage::use_approval{intent.approval_id, now};
}

// The record of a write before it is sent.
audit_event intended(const audit_event& call, const receipt_row& receipt) {
    audit_event out = call;
    out.kind = audit_kind::write_intended;
    out.receipt_id = receipt.id;
    return out;
}

// The record of a write with its outcome.
audit_event finished(audit_event call, const receipt_row& receipt, steady_clock::duration took) {
    const auto& outcome = receipt.outcome;
    if (call.kind == audit_kind::call) call.kind = audit_kind::write_finished;
    call.receipt_id = receipt.id;
    call.outcome = to_string(outcome.state);
    call.error_code = outcome.error_code;
    call.object_id = outcome.object_id;
    call.stripe_request = outcome.request_id;
    if (outcome.status != 0) call.status = outcome.status;
    call.duration = std::chrono::duration_cast<std::chrono::microseconds>(took);
    return call;
}

}  // namespace

std::string receipt_place(const receipt_row& receipt) {
    return receipt_place(receipt.team_id, receipt.id);
}

receipt_row receipts::row_of(const write_intent& intent) const {
    receipt_row out;
    out.id = intent.receipt_id;
    out.team_id = intent.who.team_id;
    out.account_id = intent.who.account->id;
    out.server_id = intent.who.server_id;
    out.tool = intent.tool;
    out.connected_account = intent.connected_account;
    out.operation_key = intent.operation_key;
    out.request_digest = base::as_view(intent.request_digest);
    out.argument_digests = digests_of(out.id, intent.arguments);
    out.created_at = env_.clock.now();
    out.sent_at = out.created_at;
    out.sent_by = changes_.origin();
    const auto left =
        std::chrono::duration_cast<milliseconds>(intent.deadline - steady_clock::now());
    out.resolve_at = out.created_at + std::max(left, milliseconds{0}) + write_lease_margin;
    if (intent.repeatable) out.request = env_.secrets.seal(intent.request, receipt_place(out));
    out.in_metadata = intent.in_metadata;
    if (intent.order) out.order_id = intent.order->order_id;
    return out;
}

// The facts that decide whether the order of a refund has room for it. An order in the company's
// own database is read here, before the transaction.
awaitable<result<std::optional<storage::order_claim>>> receipts::claim_of(
    const write_intent& intent) {
    std::optional<storage::order_claim> out;
    if (!intent.order) co_return out;
    out.emplace();
    out->link = *intent.order;
    out->link.reason = storable(out->link.reason);
    out->link.refunded_by = storable(out->link.refunded_by);
    out->external = intent.who.account->orders == orders_kind::external;
    if (!out->external) co_return out;
    const storage::order_place of{intent.who.team_id, intent.who.account->id};
    const std::string& id = intent.order->order_id;
    const auto delivered = co_await env_.store.orders().count_delivered(of, id);
    if (!delivered) co_return audit_unavailable();
    out->delivered = *delivered;
    if (env_.external_orders == nullptr)
        co_return fail(errc::unavailable, "orders_unavailable",
                       "the company's orders cannot be read now, so nothing was sent");
    const auto order = co_await env_.external_orders->find_order(of, id);
    if (!order) co_return order.error();
    if (!*order || (*order)->currency != intent.order->currency)
        co_return fail(errc::conflict, "order_changed",
                       "order " + id + " is not there any more, or is in another currency",
                       "order");
    out->remaining = (*order)->amount - (*order)->refunded;
    co_return out;
}

awaitable<result<begun_write>> receipts::begin(write_intent intent) {
    if (auto why = audit_.refusal_of_writes()) co_return *why;
    std::optional<receipt_row> other;
    auto begun = co_await insert(intent, other);
    if (other) begun = co_await repeat(intent, std::move(*other));
    if (begun) begun->audit = std::move(intent.audit);
    if (begun && !intent.repeatable) begun->final_attempt = true;
    co_return begun;
}

awaitable<result<begun_write>> receipts::insert(const write_intent& intent,
                                                std::optional<receipt_row>& other) {
    base::crash_point("receipt.before_intent");
    auto claim = co_await claim_of(intent);
    if (!claim) co_return claim.error();
    receipt_row row = row_of(intent);
    auto begun = std::make_shared<storage::receipt_begun>();
    std::vector<storage::change> changes{
        storage::begin_receipt{row,
                               row.created_at - equal_write_window,
                               begun,
                               {audit_row_of(intended(intent.audit, row), row.created_at)},
                               approval_of(intent, row.created_at),
                               intent.caps,
                               std::move(*claim)}};
    const auto began = steady_clock::now();
    auto stored = co_await env_.store.commit(std::move(changes));
    const bool repeated = stored && begun->existing;
    if (!repeated && is_measure(stored)) audit_.write_recorded(write_record::intent, began);
    if (!stored && stored.error().code == "store_unconfirmed") {
        auto confirmed = co_await confirm(row);
        co_return confirmed;
    }
    if (!stored) co_return refusal_of(stored.error());
    if (repeated) {
        other = std::move(begun->existing);
        co_return begun_write{};
    }
    base::crash_point("receipt.after_intent");
    begun_write out = answered(write_step::send, std::move(row));
    out.equal = std::move(begun->equal);
    co_return out;
}

// Called when it is unknown whether the intent was stored. That must be found out, because a stored
// intent would be sent later although the caller has read that nothing was sent.
awaitable<result<begun_write>> receipts::confirm(const receipt_row& row) {
    for (int tried = 0; tried < confirm_attempts; ++tried) {
        auto found = co_await env_.store.find_receipt(row.team_id, row.id);
        if (found && *found) co_return answered(write_step::send, std::move(**found));
        if (found) co_return audit_unavailable();
        co_await sleep_for(confirm_pause);
    }
    env_.log.error("receipt_unconfirmed", {{"team", row.team_id}, {"receipt", row.id}});
    receipt_row unknown = row;
    unknown.outcome.state = receipt_state::unknown;
    unknown.outcome.error_code = "store_unconfirmed";
    co_return answered(write_step::unknown, std::move(unknown));
}

// Answers a call from the receipt that has its operation key.
awaitable<result<begun_write>> receipts::repeat(const write_intent& intent, receipt_row stored) {
    if (stored.request_digest != base::as_view(intent.request_digest))
        co_return key_reused(differing_arguments(stored, intent.arguments));
    milliseconds pause = first_wait;
    for (;;) {
        const repeat_step step = step_of_repeat(stored, env_.clock.now());
        if (step == repeat_step::replay) co_return answered(write_step::replay, std::move(stored));
        if (step == repeat_step::give_up)
            co_return answered(write_step::unknown, std::move(stored));
        const bool lost = stored.outcome.state != receipt_state::failed;
        // For a service, a request that was not stored may have been sent without a key.
        const bool keyless = !intent.repeatable ||
                             (intent.who.account->service && stored.request.ciphertext.empty());
        if (step == repeat_step::send && lost && keyless)
            co_return answered(write_step::unknown, std::move(stored));
        if (step == repeat_step::send) {
            auto taken = co_await retake(intent, stored);
            if (taken || taken.error().code != "receipt_changed") co_return taken;
        }
        if (steady_clock::now() + pause >= intent.deadline)
            co_return answered(write_step::unknown, std::move(stored));
        co_await sleep_for(pause);
        pause = std::min(pause * 2, longest_wait);
        auto found = co_await env_.store.find_receipt(stored.team_id, stored.id);
        if (!found || !*found) co_return audit_unavailable();
        stored = std::move(**found);
    }
}

awaitable<result<bool>> receipts::was_counted(std::string cap, std::int64_t from) {
    const auto states = co_await env_.store.find_cap(std::move(cap), from);
    if (!states) co_return states.error();
    co_return std::ranges::any_of(
        *states, [](const storage::cap_state& one) { return one.used + one.reserved > 0; });
}

awaitable<result<std::optional<begun_write>>> receipts::repeated(write_intent intent) {
    storage::page one;
    one.limit = 1;
    storage::receipt_search what;
    what.account_id = intent.who.account->id;
    what.operation_key = intent.operation_key;
    milliseconds pause = first_wait;
    for (;;) {
        auto found = co_await env_.store.list_receipts(intent.who.team_id, what, one);
        if (!found) co_return audit_unavailable();
        if (found->empty()) co_return std::optional<begun_write>{};
        receipt_row stored = std::move(found->front());
        if (stored.request_digest != base::as_view(intent.request_digest))
            co_return key_reused(differing_arguments(stored, intent.arguments));
        const repeat_step step = step_of_repeat(stored, env_.clock.now());
        if (step == repeat_step::replay) co_return answered(write_step::replay, std::move(stored));
        if (step == repeat_step::send && stored.outcome.state == receipt_state::failed)
            co_return std::optional<begun_write>{};
        // The resolver finds out an unknown outcome.
        const bool waited = steady_clock::now() + pause >= intent.deadline;
        if (step != repeat_step::wait || waited)
            co_return answered(write_step::unknown, std::move(stored));
        co_await sleep_for(pause);
        pause = std::min(pause * 2, longest_wait);
    }
}

// Begins another attempt of a stored write; "receipt_changed" if another one has begun.
awaitable<result<begun_write>> receipts::retake(const write_intent& intent, receipt_row stored) {
    const bool uncertain = stored.outcome.state != receipt_state::failed;
    const receipt_row fresh = row_of(intent);
    storage::retake_receipt again{
        stored.team_id, stored.id, stored.attempts, fresh.sent_at, fresh.resolve_at.value(),
        fresh.sent_by,  {}};
    if (uncertain) again.sent_at = stored.sent_at;
    again.by_call = true;
    again.approval = approval_of(intent, fresh.created_at);
    again.caps = intent.caps;
    auto claim = co_await claim_of(intent);
    if (!claim) co_return claim.error();
    again.order = std::move(*claim);
    again.request = intent.repeatable ? env_.secrets.seal(intent.request, receipt_place(stored))
                                      : storage::sealed_blob{};
    std::vector<storage::change> changes{again, audit_.change_of(intended(intent.audit, stored))};
    const auto began = steady_clock::now();
    auto taken = co_await env_.store.commit(std::move(changes));
    if (is_measure(taken)) audit_.write_recorded(write_record::intent, began);
    if (!taken && taken.error().code == "receipt_changed") co_return taken.error();
    if (!taken && taken.error().code == "store_unconfirmed")
        taken = co_await confirm_retake(stored);
    if (!taken) co_return refusal_of(taken.error());
    stored.attempts += 1;
    stored.sent_at = again.sent_at;
    stored.outcome = {};
    stored.order_id = fresh.order_id;
    begun_write out = answered(write_step::send, std::move(stored));
    out.uncertain = uncertain;
    co_return out;
}

// As confirm(), for another attempt: succeeds if the attempt was stored.
awaitable<result<>> receipts::confirm_retake(const receipt_row& before) {
    for (int tried = 0; tried < confirm_attempts; ++tried) {
        auto found = co_await env_.store.find_receipt(before.team_id, before.id);
        if (found && *found && (*found)->attempts == before.attempts + 1) co_return result<>{};
        if (found) co_return audit_unavailable();
        co_await sleep_for(confirm_pause);
    }
    env_.log.error("receipt_unconfirmed", {{"team", before.team_id}, {"receipt", before.id}});
    co_return audit_unavailable();
}

awaitable<receipt_row> receipts::finish(begun_write begun, storage::receipt_outcome attempt) {
    base::crash_point("receipt.answered");
    receipt_row out = std::move(begun.receipt);
    out.outcome = settled(std::move(attempt), begun.uncertain);
    const base::timestamp now = env_.clock.now();
    out.finished_at = now;
    out.resolve_at = begun.final_attempt ? std::nullopt : next_attempt(out, now);
    auto record = finished(std::move(begun.audit), out, steady_clock::now() - begun.began);
    std::vector<storage::change> changes{storage::finish_receipt{out.team_id, out.id, out.attempts,
                                                                 out.outcome, now, out.resolve_at},
                                         audit_.change_of(std::move(record))};
    const auto recording = steady_clock::now();
    auto stored = co_await env_.store.commit(std::move(changes));
    if (is_measure(stored)) audit_.write_recorded(write_record::outcome, recording);
    if (!stored)
        env_.log.error("receipt_outcome_not_stored", {{"team", out.team_id},
                                                      {"receipt", out.id},
                                                      {"state", to_string(out.outcome.state)},
                                                      {"reason", stored.error().message}});
    base::crash_point("receipt.after_outcome");
    co_return out;
}

awaitable<result<receipt_row>> receipts::find_for(const grant& who, std::string name) {
    storage::page one;
    one.limit = 1;
    storage::receipt_search what;
    what.account_id = who.account->id;
    what.server_id = who.server_id;
    what.operation_key = name;
    auto by_key = co_await env_.store.list_receipts(who.team_id, std::move(what), one);
    if (!by_key) co_return by_key.error();
    if (!by_key->empty()) co_return std::move(by_key->front());
    auto by_id = co_await env_.store.find_receipt(who.team_id, std::move(name));
    if (!by_id) co_return by_id.error();
    if (*by_id && (*by_id)->server_id == who.server_id) co_return std::move(**by_id);
    co_return fail(errc::not_found, "no_such_receipt",
                   "no call of this MCP server has a receipt with that id or operation key",
                   "receipt");
}

awaitable<result<receipt_row>> receipts::find(std::string team_id, std::string id) {
    auto found = co_await env_.store.find_receipt(std::move(team_id), std::move(id));
    if (!found) co_return found.error();
    if (!*found) co_return fail(errc::not_found, "not_found", "no such receipt");
    co_return std::move(**found);
}

awaitable<result<std::vector<receipt_row>>> receipts::list(std::string team_id,
                                                           storage::receipt_search search,
                                                           storage::page where) {
    auto rows =
        co_await env_.store.list_receipts(std::move(team_id), std::move(search), std::move(where));
    co_return rows;
}

}  // namespace tollgate::tenancy
