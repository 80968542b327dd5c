#include "stripe/permissions/verifier.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>

#include "base/ids.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/permissions/report.hpp"

namespace tollgate::stripe {

namespace {

using base::errc;
using base::fail;

base::result<> judge(const upstream_response& answer) {
    if (answer.status == 401)
        return fail(errc::unauthorized, "credential_rejected", "Stripe does not know this key.");
    const bool wrong_account = answer.body.find("account_invalid") != std::string::npos;
    if (answer.status == 403 && wrong_account)
        return fail(errc::forbidden, "credential_rejected",
                    "Stripe does not let this key act for that connected account.");
    if (answer.status == 429 || answer.status >= 500)
        return fail(
            errc::unavailable, "stripe_unavailable",
            "Stripe did not check the key: it answered " + std::to_string(answer.status) + ".");
    return {};
}

}  // namespace

base::awaitable<base::result<>> key_verifier::verify(const tenancy::account_access& account) {
    upstream_request request{.method = "GET",
                             .target = "/v1/balance",
                             .body = {},
                             .idempotency_key = {},
                             .access = account,
                             .default_version = api_version(),
                             .deadline = std::chrono::steady_clock::now() + timeout_};
    auto sending = api_.send(std::move(request));
    auto sent =
        co_await boost::asio::co_spawn(where_, std::move(sending), boost::asio::use_awaitable);
    if (!sent) co_return sent.error();
    co_return judge(*sent);
}

base::awaitable<base::result<tenancy::key_review>> key_verifier::review(
    const tenancy::account_access& account, std::vector<tenancy::tool_filter> filters) {
    const std::string bucket = "review " + account.id;
    const std::array<tenancy::rate_bucket, 1> buckets{{{bucket, reviews_of_account}}};
    const auto now = clock_.now();
    const auto verdict = co_await reviews_.charge(account.team_id, buckets, now);
    if (!verdict.allowed)
        co_return fail(errc::limit_exceeded, "verify_too_often",
                       "this account's key was checked a moment ago: twice a minute is the most");
    const auto need = need_of(filters, account.mode);
    const auto no_such_id = base::make_id("tollgate_no_such_object");
    const auto deadline = std::chrono::steady_clock::now() + std::min(timeout_, review_timeout);
    auto probing = probe_permissions(api_, account, need, no_such_id, deadline);
    auto found =
        co_await boost::asio::co_spawn(where_, std::move(probing), boost::asio::use_awaitable);
    const bool restricted = account.credential.reveal().starts_with("rk_");
    co_return report_on(std::move(found), need, filters.size(), restricted);
}

}  // namespace tollgate::stripe
