#include "stripe/catalog/members.hpp"

#include <algorithm>
#include <array>

#include "stripe/catalog/money.hpp"
#include "stripe/catalog/name_words.hpp"

namespace tollgate::stripe {

namespace {

using tenancy::redaction;
using tenancy::redaction_set;

constexpr redaction_set bit(redaction one) {
    return static_cast<redaction_set>(one);
}

template <std::size_t Size>
bool one_of(const std::array<std::string_view, Size>& words, std::string_view name) noexcept {
    return std::ranges::find(words, name) != words.end();
}

// Secret in any object. Links meant to be given to a person (checkout, billing portal, account and
// file links) are shown: without them, the answer would be useless.
constexpr std::array<std::string_view, 7> secrets{"client_secret",   "secret",     "signing_secret",
                                                  "refresh_token",   "cryptogram", "auth_code",
                                                  "encrypted_number"};

struct placed_secret {
    std::string_view object, name;
};
constexpr std::array<placed_secret, 3> placed_secrets{
    {{"issuing.card", "number"}, {"issuing.card", "cvc"}, {"apps.secret", "payload"}}};

bool is_secret(std::string_view object, std::string_view name) noexcept {
    return one_of(secrets, name) || std::ranges::any_of(placed_secrets, [&](const auto& one) {
               return one.object == object && one.name == name;
           });
}

constexpr std::array<std::string_view, 13> address_lines{
    "line1",         "line2",       "postal_code",       "city",          "state",
    "town",          "zip",         "address_line1",     "address_line2", "address_city",
    "address_state", "address_zip", "dependent_locality"};
constexpr std::array<std::string_view, 21> bank_names{"account_number",
                                                      "routing_number",
                                                      "iban",
                                                      "bic",
                                                      "sort_code",
                                                      "bsb_number",
                                                      "transit_number",
                                                      "institution_number",
                                                      "branch_code",
                                                      "bank_code",
                                                      "bank_name",
                                                      "clabe",
                                                      "account_holder_name",
                                                      "swift_code",
                                                      "bsb",
                                                      "branch_name",
                                                      "account_holder_address",
                                                      "bank_address",
                                                      "routing_transit_number",
                                                      "verified_name",
                                                      "payment_account_reference"};

redaction_set personal_of(std::string_view object, std::string_view name) noexcept {
    redaction_set out = 0;
    if (name.ends_with("_check") || name.ends_with("_provided") || name.ends_with("_verified") ||
        name.ends_with("_collection"))
        return out;
    if (has_word(name, "email") || has_word(name, "emails")) return bit(redaction::email);
    if (has_word(name, "phone")) out |= bit(redaction::phone);
    const bool network = name == "ip_address" || name == "customer_purchase_ip" || name == "ip";
    if (has_word(name, "address") || has_word(name, "addresses") || one_of(address_lines, name) ||
        network)
        out |= bit(redaction::address);
    if (has_word(name, "last4")) {
        out |= bit(redaction::last4);
        if (object == "bank_account" || name != "last4") out |= bit(redaction::bank);
    }
    if (one_of(bank_names, name)) out |= bit(redaction::bank);
    if (name == "financial_addresses") out |= bit(redaction::bank);
    return out;
}

constexpr std::array<std::string_view, 38> untrusted_names{"name",
                                                           "description",
                                                           "metadata",
                                                           "statement_descriptor",
                                                           "nickname",
                                                           "comment",
                                                           "note",
                                                           "notes",
                                                           "memo",
                                                           "footer",
                                                           "message",
                                                           "title",
                                                           "text",
                                                           "email",
                                                           "line1",
                                                           "line2",
                                                           "city",
                                                           "state",
                                                           "postal_code",
                                                           "town",
                                                           "custom_fields",
                                                           "reference",
                                                           "client_reference_id",
                                                           "tracking_number",
                                                           "carrier",
                                                           "user_agent",
                                                           "filename",
                                                           "label",
                                                           "uncategorized_text",
                                                           "explanation",
                                                           "evidence",
                                                           "additional_information",
                                                           "access_activity_log",
                                                           "first_name",
                                                           "last_name",
                                                           "job_title",
                                                           "business_name",
                                                           "individual_name"};

// Texts that only Stripe writes: reasons for a failure, and its lists of codes and reports.
bool is_stripes_own(std::string_view object, std::string_view parent,
                    std::string_view name) noexcept {
    constexpr std::array<std::string_view, 3> objects{"tax_code", "reporting.report_type",
                                                      "country_spec"};
    return one_of(objects, object) || name == "failure_message" || parent == "tax_rate_details" ||
           (name == "message" && parent.ends_with("error"));
}

bool is_untrusted(std::string_view object, std::string_view parent,
                  std::string_view name) noexcept {
    if (is_stripes_own(object, parent, name)) return false;
    return one_of(untrusted_names, name) || name.starts_with("statement_descriptor") ||
           name.starts_with("calculated_statement_descriptor") || name.ends_with("_description") ||
           name.ends_with("_email") || name.ends_with("_name") || name == "phone" ||
           name.ends_with("_phone") || (parent == "dropdown" && name == "value") ||
           name.ends_with("_rationale");
}

bool is_id(std::string_view parent, std::string_view name) noexcept {
    return parent != "metadata" &&
           (name == "id" || name.ends_with("_id") || name == "tracking_number" ||
            name == "acquirer_reference_number");
}

// Endings of Stripe's names for times, or whole names.
constexpr std::array<std::string_view, 10> time_endings{
    "_at", "_on", "_by", "_date", "_start", "_end", "_time", "_until", "_before", "_anchor"};
constexpr std::array<std::string_view, 9> time_names{"created",
                                                     "updated",
                                                     "start",
                                                     "end",
                                                     "date",
                                                     "as_of",
                                                     "timestamp",
                                                     "next_payment_attempt",
                                                     "next_pending_invoice_item_invoice"};

bool is_time(std::string_view name) noexcept {
    return one_of(time_names, name) ||
           std::ranges::any_of(time_endings,
                               [&](std::string_view ending) { return name.ends_with(ending); });
}

// Members of these are amounts by currency: {"usd": 100}.
constexpr std::array<std::string_view, 6> currency_maps{
    "available", "current", "used", "cash", "invoice_credit_balance", "outbound_pending"};

bool is_amount(std::string_view object, std::string_view parent, std::string_view name) noexcept {
    if (is_amount_name(name))
        return name != "tax" || object == "invoice" || object == "credit_note";
    if (parent == "source_types") return true;
    if (object.starts_with("treasury."))
        return name == "cash" || name == "inbound_pending" || name == "outbound_pending";
    // {"currency": "usd", "value": 100}: credit grants, payment records.
    return name == "value" && (has_word(parent, "amount") || parent == "monetary");
}

}  // namespace

member_facts facts_of_member(std::string_view object, std::string_view parent,
                             std::string_view name) noexcept {
    member_facts out;
    out.secret = is_secret(object, name);
    out.untrusted = is_untrusted(object, parent, name);
    out.id = is_id(parent, name);
    out.time = is_time(name);
    out.amount = is_amount(object, parent, name);
    out.by_currency = one_of(currency_maps, name) || name == "inbound_pending" || name == "balance";
    out.free_names = name == "metadata" || parent == "metadata";
    out.personal = personal_of(object, name);
    return out;
}

}  // namespace tollgate::stripe
