#include "server/app/stripe_state.hpp"

#include "tenancy/registry.hpp"

namespace tollgate::server {

call_services call_services_of(tenancy::registry& all) {
    return {.secrets = all.secrets(),
            .credentials = all.reauth(),
            .receipts = all.receipts(),
            .approvals = all.approvals(),
            .audit = all.audit(),
            .orders = all.orders()};
}

void stripe_state::open(const parts& with) {
    cursors_.emplace(with.tenancy.secrets.derive("stripe page cursor"));
    services_.emplace(stripe::tool_services{.finder = finder_,
                                            .cursors = *cursors_,
                                            .writes = writes_,
                                            .credentials = with.tenancy.credentials,
                                            .receipts = with.tenancy.receipts,
                                            .approvals = with.tenancy.approvals,
                                            .audit = with.tenancy.audit,
                                            .clock = clock_,
                                            .log = with.log,
                                            .limits = with.limits,
                                            .exchanges = &with.exchanges,
                                            .rules = &with.rules,
                                            .seen = &recent.ids(),
                                            .sandbox = with.sandbox,
                                            .orders = &with.tenancy.orders,
                                            .refund_age_max = with.refund_age_max});
    explainer_.emplace(*services_, with.upstream);
    declared_explainer_.emplace(*services_, with.upstream, *explainer_);
}

}  // namespace tollgate::server
