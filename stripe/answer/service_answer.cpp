#include "stripe/answer/service_answer.hpp"

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "stripe/answer/secret_marks.hpp"
#include "stripe/answer/text.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t quoted_body_max = 500;  // bytes of the text of an error

// The answer as one JSON object.
std::string whole_object(const upstream_response& answer, dom::parser& parser) {
    std::string out = "{";
    base::json_members members{out};
    dom::element value;
    if (answer.body.empty())
        members.number("status", answer.status);
    else if (parser.parse(answer.body).get(value) == simdjson::SUCCESS)
        members.raw("data", simdjson::minify(value));
    else
        members.text("text", answer.body);
    return out + '}';
}

struct service_advice {
    std::string next_step;
    bool retryable = false;
};

constexpr std::string_view other_address =
    " An administrator corrects the declared path, or connects the service at its new address.";

// Advice for a write that the service may have executed.
service_advice advice_on_unknown(unsigned status, const service_call_facts& call) {
    const bool redirects = status >= 300 && status < 400;
    std::string out =
        redirects ? "The service redirects, and redirects are not followed" : "The service failed";
    out += ", and whether it acted is not known. ";
    out += call.repeatable ? "The same call with the same operation_key is safe later."
                           : "The call is not sent again: look at the service, then use another "
                             "operation_key for another write.";
    if (redirects) out += other_address;
    return {std::move(out), call.repeatable};
}

service_advice advice_on(unsigned status, const service_call_facts& call) {
    if (call.outcome_unknown) return advice_on_unknown(status, call);
    if (status == 429)
        return {"The rate limit of the service was reached. The same call works later.", true};
    if (status >= 300 && status < 400)
        return {
            "The service redirects, and redirects are not followed." + std::string(other_address),
            false};
    if (status == 401 || status == 403)
        return {
            "The service does not accept the account's credential for this. An administrator "
            "gives the account another credential.",
            false};
    if (status < 500)
        return {"The service refused the call. The call works once its arguments are right.",
                false};
    return {"The service failed. The same call may work later.", true};
}

void write_quoted(base::json_members& members, std::string_view body,
                  tenancy::redaction_set redact) {
    constexpr auto email = static_cast<tenancy::redaction_set>(tenancy::redaction::email);
    std::string shown = mask_cards(mask_secrets(base::clipped_text(body, quoted_body_max)));
    if ((redact & email) != 0) shown = mask_emails(shown);
    flat_text out(shown.size() + 64);
    out.put_string(shown);
    members.raw("service_text", out.view());
}

}  // namespace

std::string service_success_text(const operation& called, const upstream_response& answer,
                                 const answer_rules& rules, const next_page& page,
                                 answer_remarks remarks, dom::parser& parser) {
    dom::element whole;
    std::string text = answer.body;
    answer_place place;
    if (page && parser.parse(text).get(whole) == simdjson::SUCCESS)
        place.next = page(whole, remarks);
    if (parser.parse(text).get(whole) != simdjson::SUCCESS || !whole.is_object()) {
        text = whole_object(answer, parser);
        if (parser.parse(text).get(whole) != simdjson::SUCCESS) return R"({"text":""})";
    }
    return shape_answer(called, whole, rules, place, std::move(remarks), may_hold_secrets(text));
}

std::string service_error_text(const upstream_response& answer, const service_call_facts& call) {
    const auto help = advice_on(answer.status, call);
    const bool redirects = answer.status >= 300 && answer.status < 400;
    std::string out = R"({"error":{)";
    base::json_members members{out};
    members.text("source", "service")
        .number("status", answer.status)
        .text("type", redirects ? "redirect" : "service_error")
        .text("code", "http_" + std::to_string(answer.status))
        .text("message", std::string(call.service) + " answered with status " +
                             std::to_string(answer.status) + '.');
    if (!answer.body.empty() && !redirects) write_quoted(members, answer.body, call.redact);
    members.text("next_step", help.next_step).truth("retryable", help.retryable);
    if (call.limits != nullptr) {
        if (call.limits->reset_seconds)
            members.number("retry_after_seconds", *call.limits->reset_seconds);
        members.raw("rate_limit", rate_limit_json(*call.limits));
    }
    if (!call.operation_key.empty()) members.text("operation_key", call.operation_key);
    return out + "}}";
}

std::string service_unanswered_text(const base::failure& why, const service_call_facts& call) {
    const bool unsent = is_unsent(why) || why.code == "cancelled";
    const bool reads = call.operation_key.empty();
    std::string_view next = "Nothing was sent. The same call may work later.";
    if (why.kind == base::errc::forbidden)
        next =
            "Nothing was sent, and trying again changes nothing: an administrator has to change "
            "the account or the setting.";
    else if (!unsent && reads)
        next = "The answer was lost. The same call may work later.";
    else if (!unsent && call.repeatable)
        next =
            "Whether the service acted is unknown. The same call with the same arguments and "
            "this operation_key gives the outcome without doing it twice.";
    else if (!unsent)
        next =
            "Whether the service acted is unknown, and the call is not sent again. Look at the "
            "service; with another operation_key it would be a second write.";
    const bool retryable =
        why.kind != base::errc::forbidden && (unsent || reads || call.repeatable);
    std::string out = R"({"error":{)";
    base::json_members members{out};
    members.text("source", "tollgate")
        .text("type", "upstream_failure")
        .text("code", why.code)
        .text("message", why.message)
        .truth("retryable", retryable)
        .text("next_step", next);
    if (!reads) members.text("operation_key", call.operation_key);
    return out + "}}";
}

}  // namespace tollgate::stripe
