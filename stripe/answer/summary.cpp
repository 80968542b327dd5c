#include "stripe/answer/summary.hpp"

#include <array>
#include <optional>

#include "stripe/catalog/money.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

// Clauses are separated by '|'; a clause is left out if the answer lacks one of its members. {name}
// is text or the id of an object, {$name} an amount in the object's currency.
struct sentence {
    std::string_view object;
    std::string_view status;  // empty: any
    std::string_view text;
};

constexpr std::array sentences{
    sentence{"refund", "succeeded",
             "Refunded {$amount}|of charge {charge}|of payment {payment_intent}|; refund {id} is "
             "{status}"},
    sentence{"refund", "",
             "A refund of {$amount}|of charge {charge}|of payment {payment_intent}|; refund {id} "
             "is {status}"},
    sentence{"charge", "",
             "Charge {id} of {$amount} is {status}|; {$amount_captured} captured|; "
             "{$amount_refunded} refunded"},
    sentence{"payment_intent", "",
             "Payment intent {id} of {$amount} is {status}|; {$amount_received} received"},
    sentence{"payout", "", "Payout {id} of {$amount} is {status}"},
    sentence{"transfer", "", "Transferred {$amount}|to {destination}|; transfer {id}"},
    sentence{"transfer_reversal", "", "Took back {$amount}|of transfer {transfer}|; reversal {id}"},
    sentence{"fee_refund", "", "Refunded {$amount}|of application fee {fee}|; fee refund {id}"},
    sentence{"invoice", "",
             "Invoice {id} of {$total} is {status}|; {$amount_paid} paid|; {$amount_remaining} "
             "remaining"},
    sentence{"invoiceitem", "",
             "Invoice item {id} of {$amount}|for customer {customer}|on invoice {invoice}"},
    sentence{"credit_note", "", "Credit note {id} of {$total}|for invoice {invoice}|is {status}"},
    sentence{"checkout.session", "",
             "Checkout session {id} of {$amount_total} is {status}|; payment is {payment_status}"},
    sentence{"customer_balance_transaction", "",
             "Changed the balance of customer {customer} by {$amount}|; it is now "
             "{$ending_balance}"},
    sentence{"subscription", "", "Subscription {id}|of customer {customer}|is {status}"},
    sentence{"payment_link", "", "Payment link {id}|for {$line_items}|is at {url}"},
    sentence{"quote", "", "Quote {id} of {$amount_total} is {status}"},
    sentence{"price", "", "Price {id} is {$unit_amount}"},
    sentence{"coupon", "", "Coupon {id} takes {$amount_off} off"},
    sentence{"", "", "{object} {id} of {$amount}|is {status}"},
};

std::optional<std::string> text_of(dom::object from, std::string_view name) {
    dom::element value;
    if (from.at_key(name).get(value) != simdjson::SUCCESS) return {};
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS && value.at_key("id").get(text) != simdjson::SUCCESS)
        return {};
    if (text.empty()) return {};
    if (name != "object") return std::string(text);
    // "issuing.authorization" as words, capitalized to begin the sentence.
    std::string out{text};
    for (char& c : out)
        if (c == '_' || c == '.') c = ' ';
    if (out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
    return out;
}

// The total of a payment link's or session's items, if the answer contains all of them.
std::optional<std::string> total_of_items(dom::object from, std::string_view list) {
    dom::array items;
    std::string_view currency;
    bool more = false;
    if (from.at_key(list)["data"].get(items) != simdjson::SUCCESS ||
        from.at_key("currency").get(currency) != simdjson::SUCCESS)
        return {};
    if (from.at_key(list)["has_more"].get(more) == simdjson::SUCCESS && more) return {};
    std::int64_t total = 0;
    for (const auto item : items) {
        std::int64_t amount = 0;
        if (item["amount_total"].get(amount) != simdjson::SUCCESS ||
            __builtin_add_overflow(total, amount, &total))
            return {};
    }
    auto out = format_amount(total, currency);
    if (items.size() == 0 || out.empty()) return {};
    return out;
}

std::optional<std::string> money_of(dom::object from, std::string_view name) {
    if (name == "line_items") return total_of_items(from, name);
    std::int64_t amount = 0;
    std::string_view currency;
    if (from.at_key(name).get(amount) != simdjson::SUCCESS ||
        from.at_key("currency").get(currency) != simdjson::SUCCESS)
        return {};
    // Amounts of zero are left out: there is no "0.00 USD refunded".
    if (amount == 0 && (name.starts_with("amount_"))) return {};
    auto out = format_amount(amount, currency);
    if (out.empty()) return {};
    return out;
}

// The clause with its members filled in, or nothing if one is missing.
std::optional<std::string> clause_of(dom::object from, std::string_view clause) {
    std::string out;
    while (!clause.empty()) {
        const auto open = clause.find('{');
        out += clause.substr(0, open);
        if (open == std::string_view::npos) break;
        const auto close = clause.find('}', open);
        const auto name = clause.substr(open + 1, close - open - 1);
        const auto value =
            name.starts_with('$') ? money_of(from, name.substr(1)) : text_of(from, name);
        if (!value) return {};
        out += *value;
        clause.remove_prefix(close + 1);
    }
    return out;
}

std::string filled(dom::object from, std::string_view text) {
    std::string out;
    bool first = true;
    while (!text.empty()) {
        const auto end = text.find('|');
        const auto clause = clause_of(from, text.substr(0, end));
        if (first && !clause) return {};
        if (clause) {
            if (!first && !clause->starts_with(';')) out += ' ';
            out += *clause;
        }
        first = false;
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return out + '.';
}

bool is(dom::object from, std::string_view name, std::string_view wanted) {
    std::string_view text;
    return from.at_key(name).get(text) == simdjson::SUCCESS && text == wanted;
}

}  // namespace

std::string summary_of(const operation& called, dom::element answer) {
    dom::object object;
    if (called.method() == http_method::get || answer.get(object) != simdjson::SUCCESS) return {};
    for (const auto& each : sentences) {
        const bool meant = each.object.empty() || is(object, "object", each.object);
        if (!meant || (!each.status.empty() && !is(object, "status", each.status))) continue;
        return filled(object, each.text);
    }
    return {};
}

}  // namespace tollgate::stripe
