#include "tenancy/admin/policy_replay.hpp"

#include <algorithm>

#include "tenancy/audit/audit_event.hpp"
#include "tenancy/policy/check_condition.hpp"
#include "tenancy/policy/state_checks.hpp"

namespace tollgate::tenancy {

namespace {

namespace dom = simdjson::dom;

// A call as it was recorded. The views refer to the parsed line.
struct recorded_call {
    std::string_view tool;
    std::string_view decision;
    std::string_view rule;
    std::string_view request;
    std::string_view time_text;
    base::timestamp time{};
    std::optional<dom::object> arguments;  // if all of them were recorded
};

std::string_view member_text(dom::object object, std::string_view name) {
    std::string_view out;
    return object.at_key(name).get(out) == simdjson::SUCCESS ? out : std::string_view{};
}

// True if nothing was left out; omitted parts of recorded arguments are marked with brackets.
bool is_whole(dom::object arguments) {
    const std::string text = simdjson::minify(arguments);
    return text.find("\"[") == std::string::npos;
}

// Nullopt if the record is not about a call, or the call is outside the range.
std::optional<recorded_call> call_in(dom::object record, const replay_range& range) {
    const auto kind = member_text(record, "kind");
    if (kind != audit_kind::call && kind != audit_kind::write_intended) return {};
    recorded_call out;
    out.tool = member_text(record, "tool");
    out.decision = member_text(record, "decision");
    out.rule = member_text(record, "rule");
    out.request = member_text(record, "request");
    out.time_text = member_text(record, "time");
    const auto time = base::parse_timestamp(out.time_text);
    if (out.tool.empty() || !time) return {};
    if ((range.since && *time < *range.since) || (range.until && *time >= *range.until)) return {};
    if (!range.account_id.empty() && member_text(record, "account") != range.account_id) return {};
    out.time = *time;
    dom::object arguments;
    if (record.at_key("arguments").get(arguments) == simdjson::SUCCESS && is_whole(arguments))
        out.arguments = arguments;
    return out;
}

// Why the record does not show whether the condition applies; empty if it does.
std::string_view missing_for(const condition& when, const recorded_call& call) {
    if (std::holds_alternative<calls_limit>(when) || std::holds_alternative<cap_limit>(when))
        return "it depends on the calls before it";
    if (std::holds_alternative<data_scope>(when)) return "it depends on Stripe's answer";
    if (state_of(when)) return "it depends on Stripe's state then";
    const bool by_arguments = !std::holds_alternative<every_call>(when) &&
                              !std::holds_alternative<allowed_hours>(when) &&
                              !std::holds_alternative<allowed_dates>(when);
    if (by_arguments && !call.arguments) return "arguments are not recorded";
    return {};
}

// The tool with that name, by its place in the directory.
std::optional<std::size_t> place_in(const tool_directory& tools, std::string_view name) {
    const auto all = tools.tools();
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].facts.name == name) return i;
    return {};
}

struct replayed {
    std::optional<effect> what;  // nullopt: it cannot be known
    std::string why;             // the rule, or the rules that cannot be applied and why
};

top_names top_arguments(const ready_rule& one, std::size_t place) {
    const auto& paths = paths_of(one.what.when);
    top_names out;
    for (std::size_t i = 0; i < one.at_top.size(); ++i)
        if (one.at_top[i].has(place)) out.push_back(paths[i].top_name());
    return out;
}

replayed decide_again(const policy& rules, const tool_directory& tools, const recorded_call& call,
                      dom::object none) {
    const auto place = place_in(tools, call.tool);
    if (!place) return {std::nullopt, "there is no such tool now; of a service, name its account"};
    const auto& facts = tools.tools()[*place].facts;
    call_facts asked{.tool = call.tool,
                     .kind = facts.kind,
                     .arguments = call.arguments.value_or(none),
                     .now = call.time};
    // A refund has the currency of its payment.
    asked.names_currency = std::ranges::find(facts.tags, "refunds") == facts.tags.end();
    replayed out{effect::allow, {}};
    std::string not_known;
    for (const auto& one : rules.rules) {
        if (!one.tools.has(*place) || one.what.observe) continue;
        if (const auto missing = missing_for(one.what.when, call); !missing.empty()) {
            not_known +=
                (not_known.empty() ? "" : "; ") + one.what.id + ": " + std::string(missing);
            continue;
        }
        if (!check_condition(one.what.when, asked, top_arguments(one, *place))) continue;
        if (one.what.then == effect::deny) return {effect::deny, one.what.id};
        if (*out.what == effect::allow) out = {effect::needs_approval, one.what.id};
    }
    if (!not_known.empty()) return {std::nullopt, std::move(not_known)};
    return out;
}

effect recorded_effect(const recorded_call& call) {
    if (call.decision == "refused") return effect::deny;
    return call.decision == "needs_approval" ? effect::needs_approval : effect::allow;
}

std::string was_text(const recorded_call& call) {
    std::string out{call.decision};
    if (!call.rule.empty()) out += " by " + std::string(call.rule);
    return out;
}

replay_outcome compare(const recorded_call& call, const replayed& now) {
    if (!now.what) return replay_outcome::not_known;
    if (*now.what == recorded_effect(call)) return replay_outcome::same;
    if (*now.what == effect::deny) return replay_outcome::denied;
    return *now.what == effect::needs_approval ? replay_outcome::asked : replay_outcome::allowed;
}

void count_call(replay_outcome what, replay_counts& counts) {
    ++counts.calls;
    switch (what) {
        case replay_outcome::same:
            ++counts.same;
            break;
        case replay_outcome::denied:
            ++counts.denied;
            break;
        case replay_outcome::asked:
            ++counts.asked;
            break;
        case replay_outcome::allowed:
            ++counts.allowed;
            break;
        case replay_outcome::not_known:
            ++counts.not_known;
            break;
    }
}

}  // namespace

base::json_members& add_counts(base::json_members& into, const replay_counts& counts) {
    return into.number("calls", counts.calls)
        .number("same", counts.same)
        .number("denied", counts.denied)
        .number("needs_approval", counts.asked)
        .number("allowed", counts.allowed)
        .number("not_known", counts.not_known);
}

base::result<std::optional<replayed_call>> policy_replay::take(std::string_view record) {
    static dom::parser empty;
    static const dom::object none = empty.parse(std::string_view{"{}"}).get_object().value_unsafe();
    dom::object read;
    if (parser_.parse(record.data(), record.size()).get(read) != simdjson::SUCCESS)
        return base::invalid("bad_record", "the record is not a JSON object");
    const auto call = call_in(read, range_);
    if (!call) return std::optional<replayed_call>{};
    auto now = decide_again(rules_, tools_, *call, none);
    const auto what = compare(*call, now);
    count_call(what, counts_);
    if (what == replay_outcome::same) return std::optional<replayed_call>{};
    return std::optional{replayed_call{std::string(call->time_text), std::string(call->tool),
                                       std::string(call->request), was_text(*call), what,
                                       std::move(now.why)}};
}

}  // namespace tollgate::tenancy
