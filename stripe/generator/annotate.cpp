#include "stripe/generator/annotate.hpp"

#include <set>
#include <string>

#include "stripe/generator/naming.hpp"

namespace tollgate::stripe::generator {

namespace {

using words = std::set<std::string, std::less<>>;

// First words of verbs that end something, cannot be undone, or move money.
const words& destructive_verbs() {
    static const words all{"cancel", "capture", "close",    "confirm",   "deactivate",
                           "delete", "decline", "detach",   "disable",   "disconnect",
                           "expire", "fail",    "finalize", "fund",      "mark",
                           "pay",    "redact",  "refund",   "reject",    "remove",
                           "return", "reverse", "send",     "uninstall", "void",
                           "apply",  "accept",  "approve",  "release"};
    return all;
}

// First words of verbs that move money or send something to a person.
const words& open_world_verbs() {
    static const words all{"capture", "confirm", "finalize", "fund",    "pay",    "post",
                           "refund",  "return",  "reverse",  "send",    "ship",   "accept",
                           "apply",   "collect", "process",  "release", "approve"};
    return all;
}

// Resources that move money when they are created.
const words& money_movers() {
    static const words all{"charges",
                           "charges/refunds",
                           "application_fees/refunds",
                           "credit_notes",
                           "payment_intents",
                           "payouts",
                           "climate/orders",
                           "refunds",
                           "subscription_schedules",
                           "subscriptions",
                           "customers/subscriptions",
                           "topups",
                           "transfers",
                           "transfers/reversals",
                           "treasury/credit_reversals",
                           "treasury/debit_reversals",
                           "treasury/inbound_transfers",
                           "treasury/outbound_payments",
                           "treasury/outbound_transfers",
                           "v2/money_management/inbound_transfers",
                           "v2/money_management/outbound_payments",
                           "v2/money_management/payout_intents"};
    return all;
}

// Resources that create a page or a message for other people.
const words& published() {
    static const words all{"checkout/sessions",       "payment_links",
                           "billing_portal/sessions", "identity/verification_sessions",
                           "account_links",           "file_links",
                           "v2/core/account_links"};
    return all;
}

std::string first_word(const std::string& segment) {
    return segment.substr(0, segment.find('_'));
}

annotations annotate_custom(const model_operation& operation) {
    const auto verb = first_word(split_path(operation.fact.path).back());
    annotations out;
    out.destructive = destructive_verbs().contains(verb);
    out.open_world = open_world_verbs().contains(verb);
    return out;
}

annotations annotate_create(const model_operation& operation) {
    const auto key = resource_key(operation.fact, operation.kind);
    const bool preview = operation.fact.path.ends_with("/create_preview") ||
                         operation.fact.path.ends_with("/preview");
    annotations out;
    if (preview) return out;
    out.destructive = money_movers().contains(key);
    out.open_world = out.destructive || published().contains(key);
    return out;
}

}  // namespace

annotations annotate(const model_operation& operation) {
    switch (operation.kind) {
        case tenancy::method::list:
        case tenancy::method::get:
        case tenancy::method::search:
            return {.read_only = true, .idempotent = true};
        case tenancy::method::update:
            return {.idempotent = true};
        case tenancy::method::delete_:
            return {.destructive = true, .idempotent = true};
        case tenancy::method::create:
            return annotate_create(operation);
        case tenancy::method::custom:
            break;
    }
    return annotate_custom(operation);
}

}  // namespace tollgate::stripe::generator
