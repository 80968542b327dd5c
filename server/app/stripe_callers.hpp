// Makes tenancy's own calls to Stripe, apart from clients' calls: verifies keys, sends writes again
// whose answer was lost, makes approved calls, reads the objects that
// approvals are about, and reads payments for orders.
#pragma once
#include <chrono>
#include <optional>

#include "base/clock.hpp"
#include "stripe/operations/payment_reader.hpp"
#include "stripe/permissions/verifier.hpp"
#include "stripe/tools/approval_objects.hpp"
#include "stripe/tools/approved_calls.hpp"
#include "stripe/writes/resend.hpp"
#include "tenancy/registry.hpp"

namespace tollgate::server {

// An upstream that can be referenced before it exists. Used on its loop, after bind().
class late_upstream final : public stripe::upstream {
public:
    void bind(stripe::upstream& to) { to_ = &to; }
    base::awaitable<base::result<stripe::upstream_response>> send(
        stripe::upstream_request request) override {
        return to_->send(std::move(request));
    }

private:
    stripe::upstream* to_ = nullptr;
};

// The callers share the connections of one loop, which are created after tenancy. References
// outlive this object.
class stripe_callers {
public:
    // `where` is that loop; `timeout` limits one request.
    stripe_callers(base::executor where, std::chrono::milliseconds timeout,
                   tenancy::rate_limiter& rates, const base::clock& clock)
        : where_(std::move(where)),
          timeout_(timeout),
          clock_(clock),
          rates_(rates),
          verifier_(where_, api_, timeout_, rates, clock) {}
    stripe_callers(const stripe_callers&) = delete;
    stripe_callers& operator=(const stripe_callers&) = delete;

    tenancy::credential_verifier& verifier() { return verifier_; }

    // Connects the callers to Stripe and to tenancy. Call once, before the loops run.
    void connect(stripe::upstream& api, const stripe::tool_services& tools,
                 tenancy::registry& tenancy) {
        api_.bind(api);
        resender_.emplace(where_, api_, timeout_, &tenancy.declarations());
        tenancy.resolver().send_with(*resender_, timeout_);
        approved_.emplace(where_, api_, tools, timeout_);
        tenancy.executor().call_with(*approved_, where_);
        objects_.emplace(where_, api_, tools, rates_, timeout_);
        tenancy.approval_viewer().read_with(*objects_);
        payments_.emplace(where_, api_, timeout_, tools.limits, clock_, tools.credentials);
        tenancy.order_sync().read_with(*payments_);
    }

private:
    base::executor where_;
    std::chrono::milliseconds timeout_;
    const base::clock& clock_;
    tenancy::rate_limiter& rates_;
    late_upstream api_;
    stripe::key_verifier verifier_;
    std::optional<stripe::write_resender> resender_;
    std::optional<stripe::approved_calls> approved_;
    std::optional<stripe::approval_objects> objects_;
    std::optional<stripe::payment_reader> payments_;
};

}  // namespace tollgate::server
