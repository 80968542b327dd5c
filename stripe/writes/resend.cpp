#include "stripe/writes/resend.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>
#include <utility>

#include "stripe/listing/service_operation.hpp"
#include "stripe/writes/object_lookup.hpp"
#include "stripe/writes/receipt_metadata.hpp"
#include "stripe/writes/recorded_request.hpp"
#include "stripe/writes/write_outcome.hpp"

namespace tollgate::stripe {

namespace {

// A DELETE of v1 has no key and is repeated unchanged, because a second one has no further effect.
// For a service, only writes whose key it honours are recorded.
bool carries_key(const recorded_request& record) {
    return record.host == api_host::service || record.method == "POST" ||
           record.target.starts_with("/v2/");
}

storage::receipt_outcome still_unknown_for(std::string code) {
    storage::receipt_outcome out;
    out.state = storage::receipt_state::unknown;
    out.error_code = std::move(code);
    return out;
}

storage::receipt_outcome unreadable() {
    return still_unknown_for("request_unreadable");
}

// The access of the first attempt, because another version would make it another request.
tenancy::account_access access_of(const tenancy::account_access& account,
                                  const recorded_request& record) {
    tenancy::account_access out = account;
    out.stripe_version = record.stripe_version;
    out.stripe_account = record.connected_account;
    return out;
}

}  // namespace

base::awaitable<bool> write_resender::still_keyed(const storage::receipt_row& receipt) {
    if (declared_ == nullptr) co_return false;
    const auto tools = co_await declared_->in_force(receipt.team_id, receipt.account_id);
    const auto* const tool = tools && *tools ? (*tools)->find(receipt.tool) : nullptr;
    const auto* const called = tool == nullptr ? nullptr : operation_of(*tool);
    co_return called != nullptr && called->made != nullptr && called->made->honours_key;
}

base::awaitable<storage::receipt_outcome> write_resender::send_again(
    const tenancy::account_access& account, const storage::receipt_row& receipt,
    std::string request) {
    auto record = decode_record(request);
    if (!record) co_return unreadable();
    if (record->host == api_host::service) {
        const bool keyed = co_await still_keyed(receipt);
        if (!keyed) co_return still_unknown_for("not_declared");
    }
    if (receipt.in_metadata) add_receipt(record->body, receipt.id);
    const auto access = access_of(account, *record);
    upstream_request again{.method = record->method,
                           .target = record->target,
                           .body = record->body,
                           .idempotency_key = {},
                           .access = access,
                           .default_version = record->stripe_version,
                           .deadline = std::chrono::steady_clock::now() + timeout_,
                           .content_type = record->content_type,
                           .host = record->host};
    if (carries_key(*record)) again.idempotency_key = receipt.operation_key;
    auto sending = api_.send(std::move(again));
    auto sent =
        co_await boost::asio::co_spawn(where_, std::move(sending), boost::asio::use_awaitable);
    simdjson::dom::parser parser;
    auto outcome = outcome_of(sent, record->host, parser);
    if (!carries_key(*record) || record->host == api_host::service)
        outcome = outcome_of_repeat(std::move(outcome));
    co_return outcome;
}

base::awaitable<storage::receipt_outcome> write_resender::look_up(
    const tenancy::account_access& account, const storage::receipt_row& receipt,
    std::string request) {
    const auto record = decode_record(request);
    if (!record) co_return unreadable();
    const auto access = access_of(account, *record);
    const lookup_place where{.access = access,
                             .version = record->stripe_version,
                             .deadline = std::chrono::steady_clock::now() + timeout_};
    auto looking = find_object(api_, where, record->target, receipt);
    auto outcome =
        co_await boost::asio::co_spawn(where_, std::move(looking), boost::asio::use_awaitable);
    co_return outcome;
}

}  // namespace tollgate::stripe
