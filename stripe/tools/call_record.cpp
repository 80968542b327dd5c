#include "stripe/tools/call_record.hpp"

#include <simdjson.h>

#include "base/crypto.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/tools/redacted_arguments.hpp"
#include "stripe/writes/write_outcome.hpp"

namespace tollgate::stripe {

tenancy::audit_event event_about(const tenancy::grant& grant, std::string_view tool,
                                 const record_facts& facts) {
    tenancy::audit_event out;
    out.team_id = grant.team_id;
    out.actor = tenancy::public_token_id(grant.token_digest);
    out.account_id = grant.account->id;
    out.server_id = grant.server_id;
    out.client = mask_secrets(facts.client);
    out.mcp_method = facts.mcp_method;
    out.tool = mask_secrets(base::clipped_text(tool, base::quoted_bytes_max));
    out.request_id = facts.request_id;
    return out;
}

tenancy::audit_event event_of(const tenancy::grant& grant, std::string_view tool,
                              const mcp::tool_call& call) {
    auto out = event_about(grant, tool, {call.mcp_method, call.client, call.request_id});
    const std::string arguments = simdjson::minify(call.arguments);
    const base::digest digest = base::sha256(arguments);
    out.arguments_digest = base::hex(base::as_view(digest));
    if (grant.record_arguments) out.arguments = redacted_arguments(tool, arguments);
    return out;
}

call_record::~call_record() {
    if (to_ == nullptr) return;
    event_.duration = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - began_);
    to_->note(std::move(event_));
}

void call_record::refused(std::string_view rule, std::string_view layer) {
    event_.decision = "refused";
    event_.rule = rule;
    event_.layer = layer;
}

void call_record::decided(const tenancy::decision& made) {
    for (const auto& one : made.observed) {
        if (!event_.would_deny.empty()) event_.would_deny += ' ';
        event_.would_deny += std::string(to_string(one.where)) + '/' + one.id;
        if (rules_ != nullptr) rules_->rule_observed(one.where, one.id);
    }
    if (rules_ != nullptr)
        for (const auto& one : made.excepted) rules_->rule_excepted(one.where, one.id);
    if (made.outcome == tenancy::effect::allow) return;
    refused(made.rule, to_string(made.where));
    if (rules_ != nullptr && made.outcome == tenancy::effect::deny)
        rules_->rule_denied(made.where, made.rule);
    event_.policy_version = made.policy_version;
}

void call_record::needs_approval() {
    event_.decision = "needs_approval";
    event_.outcome = "asked";
}

void call_record::sent(const base::result<upstream_response>& answer) {
    if (!answer) {
        event_.outcome = "failed";
        event_.error_code = answer.error().code;
        return;
    }
    event_.outcome = answer->status >= 200 && answer->status < 300 ? "succeeded" : "failed";
    event_.status = answer->status;
    event_.stripe_request = request_id_of(*answer);
}

void call_record::replayed(std::string_view receipt_id, std::string_view outcome) {
    event_.receipt_id = receipt_id;
    event_.outcome = outcome;
}

}  // namespace tollgate::stripe
