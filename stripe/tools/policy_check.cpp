#include "stripe/tools/policy_check.hpp"

#include <array>

#include "base/json_text.hpp"
#include "stripe/answer/own_error.hpp"

namespace tollgate::stripe {

namespace {

using tenancy::layer;

std::string_view owner_word(layer where) {
    switch (where) {
        case layer::team:
            return "the team's policy";
        case layer::account:
            return "the account's policy";
        default:
            return "this MCP server's guardrails";
    }
}

// Calls that count together have the same bucket: those of one rule, for a server, account or team.
std::string bucket_of(const tenancy::call_count& count, const tenancy::grant& grant) {
    std::string out = "rule|" + count.by->id + '|' + count.of->scope + '|';
    if (count.limit->per == layer::server) return out + grant.server_id;
    return out + (count.limit->per == layer::account ? grant.account->id : grant.team_id);
}

}  // namespace

rules_verdict ask_rules(const prepared_call& call, base::timestamp now) {
    rules_verdict out;
    if (call.grant.policies == nullptr) return out;
    out.decided = tenancy::decide(*call.grant.policies,
                                  {.tool = call.called.tool_name(),
                                   .kind = call.called.kind(),
                                   .arguments = call.arguments.object(),
                                   .now = now,
                                   .server_id = call.grant.server_id,
                                   .account_id = call.grant.account->id,
                                   .team_id = call.grant.team_id,
                                   .state = call.state ? &*call.state : nullptr},
                                  out.charges);
    return out;
}

base::awaitable<std::optional<tenancy::decision>> charge_counts(
    const prepared_call& call, const std::vector<tenancy::call_count>& counts,
    const tool_services& services) {
    for (const auto& count : counts) {
        if (!services.limits) co_return tenancy::refused_by(count);
        const std::string bucket = bucket_of(count, call.grant);
        const std::array<tenancy::rate_bucket, 1> one{{{bucket, count.limit->rate}}};
        const auto verdict =
            co_await services.limits->limiter.charge(call.grant.team_id, one, services.clock.now());
        if (!verdict.allowed) co_return tenancy::refused_by(count);
    }
    co_return std::nullopt;
}

std::optional<tenancy::decision> refused_for_good(const tenancy::grant& grant,
                                                  const operation& called) {
    if (grant.policies == nullptr) return {};
    return tenancy::always_refused(*grant.policies, called.tool_name(), called.kind());
}

std::string denied_sentence(const tenancy::decision& decided) {
    if (decided.where == layer::live_writes) return decided.reason;
    return decided.reason + " (rule '" + decided.rule + "' of " +
           std::string(owner_word(decided.where)) + ')';
}

std::string withheld_text(const tenancy::decision& decided) {
    return own_error_text("policy_denied", decided.rule, denied_sentence(decided),
                          "It was read at Stripe and is not shown.");
}

std::string denied_text(const tenancy::decision& decided) {
    std::string next = "Nothing was sent to Stripe.";
    if (!decided.remedy.empty()) next += ' ' + decided.remedy;
    return own_error_text("policy_denied", decided.rule, denied_sentence(decided), next);
}

}  // namespace tollgate::stripe
