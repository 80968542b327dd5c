#include "stripe/tools/verifier.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "stripe/catalog/catalog.hpp"

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
                             .deadline = std::chrono::steady_clock::now() + patience_};
    auto sending = api_.send(std::move(request));
    auto sent =
        co_await boost::asio::co_spawn(where_, std::move(sending), boost::asio::use_awaitable);
    if (!sent) co_return sent.error();
    co_return judge(*sent);
}

}  // namespace tollgate::stripe
