#include "stripe/tools/admission.hpp"

#include <array>
#include <span>

#include "base/json_text.hpp"
#include "stripe/answer/rate_limit.hpp"
#include "stripe/tools/tool_services.hpp"

namespace tollgate::stripe {

namespace {

struct scope_words {
    std::string_view name;
    std::string_view code;
    std::string_view subject;
};

constexpr std::array<scope_words, limit_scopes> words{{
    {"server", "server_rate", "This MCP server"},
    {"account", "account_rate", "This integrated account, over all its MCP servers,"},
    {"team", "team_rate", "This team, over all its accounts,"},
}};

const scope_words& words_of(limit_scope scope) {
    return words[static_cast<std::size_t>(scope)];
}

// Rounded up, so that a refusal never says 0.
std::int64_t reset_seconds(const tenancy::rate_verdict& verdict) {
    const std::int64_t out = std::chrono::ceil<std::chrono::seconds>(verdict.reset).count();
    return verdict.allowed || out > 0 ? out : 1;
}

std::string facts_json(const tenancy::rate_verdict& verdict) {
    std::string out = "{";
    base::json_members{out}
        .number("limit", verdict.rate.calls)
        .number("remaining", verdict.remaining)
        .number("reset_seconds", reset_seconds(verdict))
        .number("window_seconds", verdict.rate.seconds);
    out += '}';
    return out;
}

std::string limited_text(const limit_state& exceeded) {
    const auto seconds = reset_seconds(exceeded.verdict);
    std::string out = R"({"error":{)";
    base::json_members{out}
        .text("source", "tollgate")
        .text("type", "rate_limited")
        .text("code", words_of(exceeded.scope).code)
        .text("message", limit_sentence(exceeded))
        .text("next_step", "Nothing was sent. The same call works in " + std::to_string(seconds) +
                               " s. Fewer calls do it too: larger pages, or aggregate on a list.")
        .truth("retryable", true)
        .number("retry_after_seconds", seconds)
        .raw("rate_limit", facts_json(exceeded.verdict));
    out += "}}";
    return out;
}

void note(const tenancy::grant& grant, const tool_services& services, const limit_state& state) {
    services.log.warning("rate_limited", {{"scope", to_string(state.scope)},
                                          {"mcp_server", grant.server_id},
                                          {"account", grant.account->id},
                                          {"team", grant.team_id},
                                          {"retry_ms", state.verdict.reset.count()}});
    if (services.limits->refusals != nullptr) services.limits->refusals->rate_limited(state.scope);
}

}  // namespace

std::string_view to_string(limit_scope scope) noexcept {
    return words_of(scope).name;
}

base::awaitable<limit_state> charge(const tenancy::grant& grant, const tool_services& services,
                                    base::timestamp now) {
    if (!services.limits) co_return limit_state{};
    const auto& limits = *services.limits;
    const std::array<tenancy::rate_bucket, limit_scopes> buckets{
        {{grant.server_id, grant.rate.value_or(limits.server)},
         {grant.account->id, limits.account},
         {grant.team_id, limits.team}}};
    limit_state out;
    out.verdict = co_await limits.limiter.charge(grant.team_id, buckets, now);
    out.scope = static_cast<limit_scope>(out.verdict.place);
    if (!out.verdict.allowed) note(grant, services, out);
    co_return out;
}

std::string limit_sentence(const limit_state& exceeded) {
    const auto& rate = exceeded.verdict.rate;
    std::string out{words_of(exceeded.scope).subject};
    out += " may make " + std::to_string(rate.calls) + " calls in " + std::to_string(rate.seconds) +
           " s through the gateway, and they are used up.";
    return out;
}

mcp::tool_result limited_result(const limit_state& exceeded) {
    auto out = mcp::failed_result(limited_text(exceeded));
    out.http_headers = limit_headers(exceeded);
    return out;
}

std::vector<std::pair<std::string, std::string>> limit_headers(const limit_state& state) {
    const auto& verdict = state.verdict;
    if (verdict.rate.calls == 0) return {};
    rate_limit_facts facts;
    facts.limit = verdict.rate.calls;
    facts.remaining = verdict.remaining;
    facts.reset_seconds = reset_seconds(verdict);
    facts.window_seconds = verdict.rate.seconds;
    facts.policy = words_of(state.scope).name;
    return rate_limit_headers(facts, !verdict.allowed);
}

}  // namespace tollgate::stripe
