// Stripe state shared by all loops: the catalogue, the operation finder, page cursors, recent ids
// and writes, and how calls are limited and logged.
#pragma once
#include <optional>

#include "server/app/recent_ids.hpp"
#include "stripe/declarations/declarations.hpp"
#include "stripe/declarations/explain.hpp"
#include "stripe/operations/explain.hpp"
#include "stripe/tools/directory.hpp"

namespace tollgate::tenancy {
class approvals;
class audit_trail;
class orders;
class reauth_marker;
class receipts;
class registry;
class vault;
}  // namespace tollgate::tenancy

namespace tollgate::server {

// The services of tenancy that calls of tools use.
struct call_services {
    const tenancy::vault& secrets;
    tenancy::reauth_marker& credentials;
    tenancy::receipts& receipts;
    tenancy::approvals& approvals;
    tenancy::audit_trail& audit;
    tenancy::orders& orders;
};
call_services call_services_of(tenancy::registry& all);

// App-lifetime, thread-safe once open() was called.
class stripe_state {
public:
    // `clock` outlives this object.
    explicit stripe_state(const base::clock& clock) : recent(clock), clock_(clock) {}

    // The arguments of open(); references outlive this object.
    struct parts {
        call_services tenancy;
        stripe::call_limits limits;
        stripe::exchange_watch& exchanges;
        stripe::rule_watch& rules;
        base::logger& log;
        const stripe::upstream_options& upstream;  // determines the host that a call goes to
        bool sandbox = false;                      // the gateway's own sandbox replaces Stripe
        std::chrono::days refund_age_max{90};      // older orders are not refunded
    };
    // Creates the results of services() and explainer(). Call once.
    void open(const parts& with);

    // Call these after open().
    const stripe::tool_services& services() const { return *services_; }
    const tenancy::call_explainer& explainer() const { return *declared_explainer_; }

    stripe::catalogue_directory directory;
    const stripe::catalogue_declarations declarations{directory};
    recent_ids recent;

private:
    const base::clock& clock_;
    stripe::finder_source finder_;
    std::optional<stripe::cursor_seal> cursors_;
    stripe::recent_writes writes_;
    std::optional<stripe::tool_services> services_;
    std::optional<stripe::operations_explainer> explainer_;
    std::optional<stripe::declared_explainer> declared_explainer_;
};

}  // namespace tollgate::server
