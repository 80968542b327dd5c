#include "stripe/writes/resend.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>
#include <utility>

#include "stripe/writes/recorded_request.hpp"
#include "stripe/writes/write_outcome.hpp"

namespace tollgate::stripe {

namespace {

// A DELETE of v1 carries no key: it is repeated as it is, since it has no second effect.
bool carries_key(const recorded_request& record) {
    return record.method == "POST" || record.target.starts_with("/v2/");
}

}  // namespace

base::awaitable<storage::receipt_outcome> write_resender::send_again(
    const tenancy::account_access& account, const storage::receipt_row& receipt,
    std::string request) {
    storage::receipt_outcome outcome;
    outcome.state = storage::receipt_state::unknown;
    const auto record = decode_record(request);
    if (!record) {
        outcome.error_code = "request_unreadable";
        co_return outcome;
    }
    // The version of the first attempt: another one would make it another request.
    tenancy::account_access same_version = account;
    same_version.stripe_version = record->stripe_version;
    same_version.stripe_account = record->connected_account;
    upstream_request again{.method = record->method,
                           .target = record->target,
                           .body = record->body,
                           .idempotency_key = {},
                           .access = same_version,
                           .default_version = record->stripe_version,
                           .deadline = std::chrono::steady_clock::now() + patience_,
                           .content_type = record->content_type,
                           .host = record->host};
    if (carries_key(*record)) again.idempotency_key = receipt.operation_key;
    auto sending = api_.send(std::move(again));
    auto sent =
        co_await boost::asio::co_spawn(where_, std::move(sending), boost::asio::use_awaitable);
    simdjson::dom::parser parser;
    outcome = outcome_of(sent, parser);
    if (!carries_key(*record)) outcome = outcome_of_repeated_delete(std::move(outcome));
    co_return outcome;
}

}  // namespace tollgate::stripe
