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
        case layer::declaration:
            return "the account's declarations";
        default:
            return "this MCP server's guardrails";
    }
}

// Calls that count together have the same bucket: those of one rule, or of one of its tools, for a
// server, account or team.
std::string bucket_of(const tenancy::call_count& count, const prepared_call& call) {
    std::string out = "rule|" + count.by->id + '|' + count.of->scope + '|';
    if (count.limit->each_tool) out += std::string(call.called.tool_name()) + '|';
    if (count.limit->per == layer::server) return out + call.grant.server_id;
    return out + (count.limit->per == layer::account ? call.grant.account->id : call.grant.team_id);
}

// The bucket of one clock hour. A limiter's bucket may allow twice its calls within its seconds. So
// that a clock hour never has more calls than `rate` allows, each hour has its own bucket, which
// refills slowly: not at all within the hour below 24 calls an hour; otherwise over a day, with its
// size reduced by what refills within an hour.
struct hour_bucket {
    std::string id;
    tenancy::call_rate rate;
};

hour_bucket hour_of(std::string id, const tenancy::call_rate& rate, base::timestamp now) {
    constexpr std::uint32_t hour = 3'600;
    constexpr std::uint32_t day = 24 * hour;
    id += '|' + std::to_string(base::to_unix_ms(now) / (std::int64_t{1'000} * hour));
    if (rate.calls < 24) return {std::move(id), {rate.calls, hour * rate.calls + 1}};
    return {std::move(id), {rate.calls - (rate.calls / 25) - 1, day}};
}

}  // namespace

rules_verdict ask_rules(const prepared_call& call, base::timestamp now) {
    rules_verdict out;
    if (call.grant.policies == nullptr && call.declared == nullptr) return out;
    const tenancy::call_policies none{
        .tools = call.declared == nullptr ? nullptr : call.declared->directory,
        .team = {},
        .account = {},
        .server = {}};
    const auto& rules = call.grant.policies == nullptr ? none : *call.grant.policies;
    out.decided = tenancy::decide(
        rules,
        {.tool = call.called.tool_name(),
         .kind = call.called.kind(),
         .arguments = call.arguments.object(),
         .now = now,
         .compares_all = call.called.made != nullptr,
         .server_id = call.grant.server_id,
         .account_id = call.grant.account->id,
         .team_id = call.grant.team_id,
         .state = call.state ? &*call.state : nullptr,
         .declared = call.declared == nullptr ? nullptr : call.declared->rules.get()},
        out.charges);
    // A limit on data concerns objects of Stripe. It cannot be checked for a service, so no call of
    // a service passes it.
    if (call.called.made != nullptr && out.limits_data()) {
        out.decided = tenancy::refused_by(
            out.charges.scopes.front(),
            {"The rule limits calls to data of Stripe, which a call of another service cannot keep "
             "to.",
             {}});
        out.charges.scopes.clear();
    }
    return out;
}

base::awaitable<std::optional<tenancy::decision>> charge_counts(
    const prepared_call& call, const std::vector<tenancy::call_count>& counts,
    const tool_services& services) {
    for (const auto& count : counts) {
        if (!services.limits) co_return tenancy::refused_by(count);
        const auto now = services.clock.now();
        hour_bucket bucket{bucket_of(count, call), count.limit->rate};
        if (count.limit->by_the_hour) bucket = hour_of(std::move(bucket.id), bucket.rate, now);
        const std::array<tenancy::rate_bucket, 1> one{{{bucket.id, bucket.rate}}};
        const auto verdict = co_await services.limits->limiter.charge(call.grant.team_id, one, now);
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

std::string denied_advice(const tenancy::decision& decided) {
    auto out = denied_sentence(decided);
    if (!decided.remedy.empty()) out += ' ' + decided.remedy;
    return out;
}

std::string withheld_text(const tenancy::decision& decided) {
    return own_error_text("policy_denied", decided.rule, denied_sentence(decided),
                          "It was read at Stripe and is not shown.");
}

std::string denied_text(const tenancy::decision& decided) {
    std::string next = "Nothing was sent.";
    if (!decided.remedy.empty()) next += ' ' + decided.remedy;
    return own_error_text("policy_denied", decided.rule, denied_sentence(decided), next);
}

}  // namespace tollgate::stripe
