// Reads a Stripe account's payments for its table of orders.
#pragma once
#include <chrono>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "stripe/tools/admission.hpp"
#include "stripe/upstream/upstream.hpp"
#include "tenancy/orders/payment_pages.hpp"
#include "tenancy/rules/credential_watch.hpp"

namespace tollgate::stripe {

// One GET of /v1/payment_intents per page, charged to the account's and the team's limits on calls;
// other calls have priority. Sends on `where`, the loop that `api` was created for; callers resume
// on their own executor. References outlive it.
class payment_reader final : public tenancy::payment_pages {
public:
    // `timeout` limits one request; without `limits` nothing is charged. `refused` is notified of
    // keys that Stripe does not know.
    payment_reader(base::executor where, upstream& api, std::chrono::milliseconds timeout,
                   std::optional<call_limits> limits, const base::clock& clock,
                   tenancy::credential_watch& refused)
        : where_(std::move(where)),
          api_(api),
          timeout_(timeout),
          limits_(limits),
          clock_(clock),
          refused_(refused) {}

    base::awaitable<base::result<tenancy::payment_page>> read(
        const tenancy::account_access& account, tenancy::payment_page_request what) override;

private:
    base::executor where_;
    upstream& api_;
    std::chrono::milliseconds timeout_;
    std::optional<call_limits> limits_;
    const base::clock& clock_;
    tenancy::credential_watch& refused_;
};

}  // namespace tollgate::stripe
