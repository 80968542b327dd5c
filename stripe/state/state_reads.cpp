#include "stripe/state/state_reads.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;
using tenancy::state_facts;
using tenancy::state_kind;

constexpr unsigned ok_status = 200;
constexpr unsigned too_many_status = 429;
constexpr unsigned server_error_status = 500;
constexpr std::array<std::string_view, 4> closed_statuses{"lost", "prevented", "warning_closed",
                                                          "won"};

std::optional<std::int64_t> whole(dom::object object, std::string_view name) {
    std::int64_t out = 0;
    if (object[name].get(out) != simdjson::SUCCESS) return {};
    return out;
}

std::string_view word(dom::object object, std::string_view name) {
    std::string_view out;
    return object[name].get(out) == simdjson::SUCCESS ? out : std::string_view{};
}

std::optional<bool> truth_of(dom::object object, std::string_view name) {
    bool out = false;
    if (object[name].get(out) != simdjson::SUCCESS) return {};
    return out;
}

// The amount of a charge that can still be refunded; for an authorization that is not captured, all
// of it. Nothing is noted if the answer does not contain it.
void note_charge_rest(dom::object from, state_facts& out) {
    out.currency = base::to_lower(word(from, "currency"));
    const auto amount = whole(from, "amount");
    const auto refunded = whole(from, "amount_refunded");
    const auto captured = truth_of(from, "captured");
    const auto status = word(from, "status");
    if (!amount || !refunded || !captured || status.empty()) return;
    out.total = *captured ? whole(from, "amount_captured").value_or(*amount) : *amount;
    out.remaining = status == "succeeded" ? *out.total - *refunded : 0;
}

void note_charge(dom::object from, state_facts& out) {
    note_charge_rest(from, out);
    const auto captured = truth_of(from, "captured");
    const auto refunded = whole(from, "amount_refunded");
    const auto status = word(from, "status");
    if (captured && refunded && !status.empty())
        out.capturable = !*captured && *refunded == 0 && status == "succeeded";
}

void note_intent(dom::object from, state_facts& out) {
    const auto status = word(from, "status");
    if (!status.empty()) out.capturable = status == "requires_capture";
    dom::element latest;
    if (from["latest_charge"].get(latest) != simdjson::SUCCESS) return;
    dom::object paid;
    if (latest.get(paid) == simdjson::SUCCESS) return note_charge_rest(paid, out);
    if (latest.is_null()) out.remaining = 0;  // it was never paid
}

void note_fee(dom::object from, state_facts& out) {
    const auto amount = whole(from, "amount");
    const auto refunded = whole(from, "amount_refunded");
    if (!amount || !refunded) return;
    out.currency = base::to_lower(word(from, "currency"));
    out.total = amount;
    out.remaining = *amount - *refunded;
}

std::optional<dom::object> object_in(const base::result<upstream_response>& sent,
                                     dom::parser& parser) {
    dom::object out;
    if (!sent || parser.parse(sent->body).get(out) != simdjson::SUCCESS) return {};
    return out;
}

}  // namespace

bool needs_object(tenancy::state_set kinds) {
    return (kinds &
            (bit(state_kind::remaining) | bit(state_kind::age) | bit(state_kind::capturable))) != 0;
}

bool needs_disputes(tenancy::state_set kinds) {
    return (kinds & bit(state_kind::dispute)) != 0;
}

std::string object_target(const state_subject& subject) {
    std::string out = subject.target;
    if (subject.object == "payment_intent") out += "?expand[]=latest_charge";
    return out;
}

std::string disputes_target(const state_subject& subject) {
    return "/v1/disputes?limit=100&" + std::string(subject.object) + '=' + subject.id;
}

unusable_answer unusable(const base::result<upstream_response>& sent) {
    if (!sent) return {"Stripe gave no answer (" + sent.error().code + ").", true};
    if (sent->status == ok_status) return {};
    return {"Stripe answered with status " + std::to_string(sent->status) + '.',
            sent->status == too_many_status || sent->status >= server_error_status};
}

void note_object(const state_subject& subject, const base::result<upstream_response>& sent,
                 state_facts& out, dom::parser& parser) {
    auto failed = unusable(sent);
    out.unreadable = std::move(failed.why);
    out.passing = out.passing || failed.passing;
    if (!out.unreadable.empty()) return;
    const auto object = object_in(sent, parser);
    if (!object || word(*object, "id") != subject.id) {
        out.unreadable = "Stripe's answer is not the object.";
        return;
    }
    if (const auto seconds = whole(*object, "created"))
        out.created = base::timestamp{std::chrono::seconds{*seconds}};
    if (subject.object == "charge") return note_charge(*object, out);
    if (subject.object == "payment_intent") return note_intent(*object, out);
    if (subject.object == "application_fee") note_fee(*object, out);
}

void note_disputes(const base::result<upstream_response>& sent, state_facts& out,
                   dom::parser& parser) {
    auto failed = unusable(sent);
    out.disputes_unreadable = std::move(failed.why);
    out.passing = out.passing || failed.passing;
    if (!out.disputes_unreadable.empty()) return;
    const auto page = object_in(sent, parser);
    dom::array rows;
    if (!page || (*page)["data"].get(rows) != simdjson::SUCCESS) {
        out.disputes_unreadable = "Stripe's answer is not a list.";
        return;
    }
    bool open = truth_of(*page, "has_more").value_or(true);
    for (const auto row : rows) {
        dom::object one;
        const auto status = row.get(one) == simdjson::SUCCESS ? word(one, "status") : "";
        open = open || std::ranges::find(closed_statuses, status) == closed_statuses.end();
    }
    out.open_dispute = open;
}

}  // namespace tollgate::stripe
