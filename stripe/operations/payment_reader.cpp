#include "stripe/operations/payment_reader.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <string>

#include "base/encoding.hpp"
#include "stripe/answer/account_state.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/operations/payment_page_codec.hpp"

namespace tollgate::stripe {

namespace {

using base::errc;
using base::fail;

constexpr std::string_view list_target =
    "/v1/payment_intents?limit=100&expand%5B%5D=data.customer&expand%5B%5D=data.latest_charge";

std::string target_of(const tenancy::payment_page_request& what) {
    std::string out{list_target};
    if (!what.after.empty()) {
        out += "&starting_after=";
        base::append_percent_encoded(out, what.after);
    }
    if (what.since)
        out += "&created%5Bgte%5D=" + std::to_string(base::to_unix_ms(*what.since) / 1000);
    return out;
}

base::result<> judge(const upstream_response& answer) {
    if (answer.status == 200) return {};
    const std::string said = "Stripe answered " + std::to_string(answer.status) +
                             " to the list of payments (GET /v1/payment_intents).";
    if (answer.status == 429)
        return fail(errc::limit_exceeded, "stripe_rate_limited",
                    "Stripe's rate limit is used up: ask for the same page again in a few seconds");
    if (answer.status == 401)
        return fail(errc::forbidden, "credential_rejected",
                    said + " It does not know the account's key.");
    if (answer.status == 403)
        return fail(errc::forbidden, "credential_rejected",
                    said +
                        " The account's key needs the permissions to read payment intents, "
                        "charges and customers.");
    if (answer.status == 400 || answer.status == 404)
        return fail(errc::not_found, "no_such_payment",
                    said + " Is 'after' a payment intent of this account?", "after");
    return fail(errc::unavailable, "stripe_unavailable", said + " Try again later.");
}

}  // namespace

base::awaitable<base::result<tenancy::payment_page>> payment_reader::read(
    const tenancy::account_access& account, tenancy::payment_page_request what) {
    if (limits_) {
        const std::array<tenancy::rate_bucket, 2> buckets{
            {{account.id, limits_->account}, {account.team_id, limits_->team}}};
        const auto now = clock_.now();
        const auto verdict = co_await limits_->limiter.charge(account.team_id, buckets, now);
        if (!verdict.allowed)
            co_return fail(errc::limit_exceeded, "rate_limited",
                           "this account's limit on calls is used up: ask for the same page again "
                           "in a few seconds");
    }
    const std::string target = target_of(what);
    upstream_request request{.method = "GET",
                             .target = target,
                             .body = {},
                             .idempotency_key = {},
                             .access = account,
                             .default_version = api_version(),
                             .deadline = std::chrono::steady_clock::now() + timeout_,
                             .yields = true};
    auto sending = api_.send(std::move(request));
    const auto sent =
        co_await boost::asio::co_spawn(where_, std::move(sending), boost::asio::use_awaitable);
    if (!sent)
        co_return fail(errc::unavailable, "stripe_unavailable",
                       "Stripe did not answer; ask for the same page again");
    if (rejects_key(*sent)) refused_.rejected(account);
    const auto good = judge(*sent);
    if (!good) co_return good.error();
    co_return read_payment_page(sent->body, what);
}

}  // namespace tollgate::stripe
