// Answers of services other than Stripe.
#include "stripe/answer/service_answer.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/catalog/made_operation.hpp"
#include "stripe/request/service_paging.hpp"
#include "stripe/tools/call_runner.hpp"
#include "stripe/writes/write_outcome.hpp"

namespace tollgate::stripe {

namespace {

constexpr unsigned credential_refused = 401;  // 403 is about what was asked for

service_call_facts facts_of_call(const prepared_call& call, const std::string& service) {
    return {.service = service,
            .operation_key = call.operation_key,
            .repeatable = call.operation_key.empty() || call.called.made->honours_key,
            .outcome_unknown = call.outcome_unknown,
            .redact = call.grant.results.redact};
}

std::string service_name(const prepared_call& call) {
    return call.grant.account->service ? call.grant.account->service->authority() : std::string{};
}

// The limits that the service itself reports.
std::optional<rate_limit_facts> said_limits(const upstream_response& answer, base::timestamp now) {
    auto out = read_rate_limit(answer, {}, now);
    if (!out) return out;
    out->policy = "service";
    if (!out->synthesised) return out;
    // These values are documented for Stripe only; for a service, only Retry-After is known.
    out->limit.reset();
    out->remaining.reset();
    out->window_seconds.reset();
    if (answer.header("retry-after").empty()) out->reset_seconds.reset();
    out->synthesised = false;
    return out;
}

// All links that an answer names: a service may send several headers of that name.
std::string links_of(const upstream_response& answer) {
    std::string out;
    for (const auto& [name, value] : answer.headers)
        if (name == "link") out += (out.empty() ? "" : ", ") + value;
    return out;
}

// Finds the page after an answer of a list that has pages; null for other calls. For use while the
// arguments live.
next_page next_page_for(const prepared_call& call, const upstream_response& answer,
                        const cursor_seal& cursors) {
    const auto& paging = call.called.made->paging;
    if (paging.style == paging_style::none || !call.grant.account->service) return {};
    return [&](simdjson::dom::element body, answer_remarks& remarks) {
        const asked_page asked{*call.grant.account->service, call.target, call.page.token};
        auto next = next_page_of(call.called.made->paging, body, links_of(answer), asked);
        if (!next.note.empty()) remarks.notes.push_back(std::move(next.note));
        if (next.token.empty()) return std::string{};
        return cursors.seal({.token = std::move(next.token), .skip = 0}, call.binding);
    };
}

}  // namespace

mcp::tool_result call_runner::answer_of_service(const prepared_call& call,
                                                const upstream_response& answer) {
    mcp::tool_result out;
    const auto limits = said_limits(answer, shared_.clock.now());
    if (limits) out.http_headers = rate_limit_headers(*limits, answer.status == 429);
    out.trace = {request_id_of(answer), call.operation_key};
    if (answer.status >= 200 && answer.status < 300) {
        const auto& server = call.grant.results;
        const answer_rules rules{.verbatim = true,
                                 .tokens_max = server.tokens_max,
                                 .redact = server.redact,
                                 .may_read = {},
                                 .fields = call.own.fields};
        answer_remarks remarks;
        if (!call.write_note.empty()) remarks.notes.push_back(call.write_note);
        const auto page = next_page_for(call, answer, shared_.cursors);
        out.text =
            service_success_text(call.called, answer, rules, page, std::move(remarks), parser_);
        out.text_is_json_object = true;
        return out;
    }
    if (answer.status == credential_refused) shared_.credentials.rejected(*call.grant.account);
    const std::string service = service_name(call);
    auto facts = facts_of_call(call, service);
    if (answer.status == 429 && limits) facts.limits = &*limits;
    out.is_error = true;
    out.text = service_error_text(answer, facts);
    return out;
}

mcp::tool_result call_runner::unanswered_by_service(const prepared_call& call,
                                                    const base::failure& why) const {
    mcp::tool_result out;
    const std::string service = service_name(call);
    out.is_error = true;
    out.text = service_unanswered_text(why, facts_of_call(call, service));
    out.trace.idempotency_key = call.operation_key;
    return out;
}

}  // namespace tollgate::stripe
