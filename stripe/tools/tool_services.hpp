// Services shared by the tools of every loop.
#pragma once
#include <chrono>
#include <optional>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "stripe/finder/finder_source.hpp"
#include "stripe/request/cursor_seal.hpp"
#include "stripe/tools/admission.hpp"
#include "stripe/tools/exchange_watch.hpp"
#include "stripe/tools/order_rules.hpp"
#include "stripe/tools/recent_writes.hpp"
#include "stripe/tools/rule_watch.hpp"
#include "stripe/tools/seen_ids.hpp"
#include "tenancy/approvals/approval_desk.hpp"
#include "tenancy/audit/audit_sink.hpp"
#include "tenancy/orders/order_desk.hpp"
#include "tenancy/receipts/receipt_ledger.hpp"
#include "tenancy/rules/credential_watch.hpp"

namespace tollgate::stripe {

// References to thread-safe objects that outlive the tools.
struct tool_services {
    const finder_source& finder;
    const cursor_seal& cursors;
    recent_writes& writes;
    tenancy::credential_watch& credentials;  // notified when Stripe refuses a key
    tenancy::receipt_ledger& receipts;       // records every write before it is sent
    tenancy::approval_desk& approvals;       // asks people for approval
    tenancy::audit_sink& audit;              // takes the records of all other calls
    const base::clock& clock;
    base::logger& log;
    std::optional<call_limits> limits{};    // nullopt: no limits of our own
    exchange_watch* exchanges = nullptr;    // notified of every request to Stripe; may be null
    rule_watch* rules = nullptr;            // notified of decisions of rules; may be null
    seen_ids* seen = nullptr;               // records listed ids; null: none are remembered
    bool sandbox = false;                   // the gateway's own sandbox replaces Stripe
    tenancy::order_desk* orders = nullptr;  // the companies' own orders; null: there are none
    std::chrono::days refund_age_max{90};   // issue_refund does not refund older orders

    // For the rules on refunding an order.
    refund_time now_for_refunds() const { return {clock.now(), refund_age_max}; }
};

}  // namespace tollgate::stripe
