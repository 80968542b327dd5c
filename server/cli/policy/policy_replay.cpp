#include "server/cli/policy/policy_replay.hpp"

#include <simdjson.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tenancy/audit/audit_event.hpp"
#include "tenancy/policy/check_condition.hpp"
#include "tenancy/policy/state_checks.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;
using tenancy::effect;

// A call as it was recorded. The views are of the parsed line.
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

// What was left out of recorded arguments is written in brackets.
bool is_whole(dom::object arguments) {
    const std::string text = simdjson::minify(arguments);
    return text.find("\"[") == std::string::npos;
}

// Nothing if the record is not about a call, or outside of the range.
std::optional<recorded_call> call_in(dom::object record, const replay_range& range) {
    const auto kind = member_text(record, "kind");
    if (kind != tenancy::audit_kind::call && kind != tenancy::audit_kind::write_intended) return {};
    recorded_call out;
    out.tool = member_text(record, "tool");
    out.decision = member_text(record, "decision");
    out.rule = member_text(record, "rule");
    out.request = member_text(record, "request");
    out.time_text = member_text(record, "time");
    const auto time = base::parse_timestamp(out.time_text);
    if (out.tool.empty() || !time) return {};
    if ((range.since && *time < *range.since) || (range.until && *time >= *range.until)) return {};
    out.time = *time;
    dom::object arguments;
    if (record.at_key("arguments").get(arguments) == simdjson::SUCCESS && is_whole(arguments))
        out.arguments = arguments;
    return out;
}

// Why a rule's answer cannot be found in the record; empty if it can.
std::string_view missing_for(const tenancy::condition& when, const recorded_call& call) {
    if (std::holds_alternative<tenancy::calls_limit>(when) ||
        std::holds_alternative<tenancy::cap_limit>(when))
        return "it depends on the calls before it";
    if (std::holds_alternative<tenancy::data_scope>(when)) return "it depends on Stripe's answer";
    if (tenancy::state_of(when)) return "it depends on Stripe's state then";
    const bool by_arguments = !std::holds_alternative<tenancy::every_call>(when) &&
                              !std::holds_alternative<tenancy::allowed_hours>(when) &&
                              !std::holds_alternative<tenancy::allowed_dates>(when);
    if (by_arguments && !call.arguments) return "arguments are not recorded";
    return {};
}

// The tool with that name, by its place in the directory.
std::optional<std::size_t> place_in(const tenancy::tool_directory& tools, std::string_view name) {
    const auto all = tools.tools();
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].facts.name == name) return i;
    return {};
}

struct replayed {
    std::optional<effect> what;  // nothing: it cannot be known
    std::string why;             // the rule, or the rules that cannot be asked and why
};

tenancy::top_names top_arguments(const tenancy::ready_rule& one, std::size_t place) {
    const auto& paths = tenancy::paths_of(one.what.when);
    tenancy::top_names out;
    for (std::size_t i = 0; i < one.at_top.size(); ++i)
        if (one.at_top[i].has(place)) out.push_back(paths[i].top_name());
    return out;
}

replayed decide_again(const tenancy::policy& rules, const tenancy::tool_directory& tools,
                      const recorded_call& call, dom::object none) {
    const auto place = place_in(tools, call.tool);
    if (!place) return {std::nullopt, "there is no such tool any more"};
    const auto& facts = tools.tools()[*place].facts;
    tenancy::call_facts asked{.tool = call.tool,
                              .kind = facts.kind,
                              .arguments = call.arguments.value_or(none),
                              .now = call.time};
    // A refund has the currency of its payment.
    asked.tells_currency = std::ranges::find(facts.tags, "refunds") == facts.tags.end();
    replayed out{effect::allow, {}};
    std::string not_known;
    for (const auto& one : rules.rules) {
        if (!one.tools.has(*place) || one.what.observe) continue;
        if (const auto missing = missing_for(one.what.when, call); !missing.empty()) {
            not_known +=
                (not_known.empty() ? "" : "; ") + one.what.id + ": " + std::string(missing);
            continue;
        }
        if (!tenancy::check_condition(one.what.when, asked, top_arguments(one, *place))) continue;
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

void add_call(const recorded_call& call, const replayed& now, replay_counts& counts,
              std::ostream& out) {
    ++counts.calls;
    if (now.what && *now.what == recorded_effect(call)) {
        ++counts.same;
        return;
    }
    out << call.time_text << ' ' << call.tool << ' ' << call.request << ": was " << was_text(call)
        << "; ";
    if (!now.what) {
        ++counts.not_known;
        out << "cannot be known (" << now.why << ")\n";
    } else if (*now.what == effect::deny) {
        ++counts.denied;
        out << "would be denied by " << now.why << '\n';
    } else if (*now.what == effect::needs_approval) {
        ++counts.asked;
        out << "would need approval by " << now.why << '\n';
    } else {
        ++counts.allowed;
        out << "would be allowed by these rules alone\n";
    }
}

}  // namespace

base::result<replay_counts> replay_records(const tenancy::policy& rules,
                                           const tenancy::tool_directory& tools,
                                           const replay_range& range, std::istream& records,
                                           std::ostream& out) {
    replay_counts counts;
    dom::parser parser;
    dom::parser empty;
    const dom::object none = empty.parse(std::string_view{"{}"}).get_object().value_unsafe();
    std::string line;
    for (std::uint64_t number = 1; std::getline(records, line); ++number) {
        if (line.empty()) continue;
        dom::object record;
        if (parser.parse(line).get(record) != simdjson::SUCCESS)
            return base::invalid("bad_record", "line " + std::to_string(number) +
                                                   " of the records is not a JSON object");
        const auto call = call_in(record, range);
        if (call) add_call(*call, decide_again(rules, tools, *call, none), counts, out);
    }
    return counts;
}

}  // namespace tollgate::server
