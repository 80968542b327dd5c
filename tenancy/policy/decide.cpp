#include "tenancy/policy/decide.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "tenancy/policy/state_checks.hpp"
#include "tenancy/rules/group_names.hpp"

namespace tollgate::tenancy {

namespace {

// The place of a tool in the directory; nothing if there is no such tool.
std::optional<std::size_t> place_of(const tool_directory& tools, std::string_view name) {
    const auto all = tools.tools();
    const auto found = std::ranges::lower_bound(
        all, name, {}, [](const directory_entry& one) { return one.facts.name; });
    if (found == all.end() || found->facts.name != name) return {};
    return static_cast<std::size_t>(found - all.begin());
}

std::array<const policy*, 3> in_order(const call_policies& rules) {
    return {rules.team.get(), rules.account.get(), rules.server.get()};
}

bool is_write(method kind) {
    return (bit(kind) & read_methods) == 0;
}

bool observes(const rule& one, base::timestamp now) {
    return one.observe && (!one.observe_until || now < *one.observe_until);
}

decision live_writes_decision() {
    return {.outcome = effect::deny,
            .where = layer::live_writes,
            .rule = "allow_live_writes",
            .reason =
                "This MCP server may only read: its account is live, and writes to live "
                "accounts are not allowed for it.",
            .remedy =
                "An administrator can set config.allow_live_writes of this MCP server to "
                "true, or allow_live_writes of its team."};
}

decision by_rule(const policy& of, const rule& one, violation why) {
    if (one.then == effect::needs_approval && std::holds_alternative<every_call>(one.when))
        why.reason = "Every call of this tool needs approval.";
    return {.outcome = one.then,
            .where = of.where,
            .rule = one.id,
            .policy_version = of.version,
            .reason = std::move(why.reason),
            .remedy = std::move(why.remedy),
            .approval = one.approval};
}

// The terms of several rules together: the most approvals, the shortest time, every group.
void tighten(approval_terms& terms, const approval_terms& other) {
    terms.needed = std::max(terms.needed, other.needed);
    terms.expires_in_s = std::min(terms.expires_in_s, other.expires_in_s);
    terms.by_people = terms.by_people || other.by_people;
    terms.groups = united_groups(terms.groups, other.groups);
}

// The arguments at the top level that the rule is about and the tool has.
top_names top_of(const ready_rule& one, std::size_t place) {
    const auto& paths = paths_of(one.what.when);
    top_names out;
    for (std::size_t i = 0; i < one.at_top.size(); ++i)
        if (one.at_top[i].has(place)) out.push_back(paths[i].top_name());
    return out;
}

// Notes what the call takes of a cap; a violation if that cannot be known.
std::optional<violation> claim(const policy& of, const ready_rule& one, std::size_t place,
                               const call_facts& call, bool only_observed, call_charges& charges) {
    const auto& limit = std::get<cap_limit>(one.what.when);
    if (!is_write(call.kind)) return {};
    auto& caps = charges.caps;
    if (caps.empty()) caps.reserve(of.caps);
    const std::size_t before = caps.size();
    auto why = add_claims(of, one, limit, call, top_of(one, place), caps);
    if (why) caps.resize(before);
    // Under an exception it is counted, and never refused.
    for (std::size_t i = before; only_observed && i < caps.size(); ++i)
        caps[i].claim.limit = std::numeric_limits<std::int64_t>::max();
    return why;
}

// What a rule says that looks at our own records: whether the call repeats another. The call is
// counted for the next one; two at once are distinguished when it is reserved.
std::optional<violation> check_repeat(const policy& of, const ready_rule& one,
                                      const call_facts& call, bool only_observed,
                                      call_charges& charges) {
    const auto& limit = std::get<repeat_limit>(one.what.when);
    auto counted = repeat_claim(one, limit, call);
    if (call.state == nullptr || !call.state->was_looked_up(counted.cap)) {
        charges.needs.kinds |= bit(state_kind::repeat);
        charges.needs.repeats.push_back({std::move(counted.cap), counted.from});
        return {};
    }
    const bool repeated = call.state->is_repeated(counted.cap);
    if (!repeated && !only_observed) counted.limit = 1;
    charges.caps.push_back({&of, &one.what, std::move(counted), one.rank});
    if (!repeated) return {};
    return repeat_violation(limit);
}

// What a rule says about Stripe's state; noted in `charges` if that is not known yet.
std::optional<violation> check_known_state(const policy& of, const ready_rule& one, state_kind kind,
                                           const call_facts& call, bool only_observed,
                                           call_charges& charges) {
    if (kind == state_kind::repeat) return check_repeat(of, one, call, only_observed, charges);
    if (call.state != nullptr) return check_state(one.what.when, call, *call.state);
    charges.needs.kinds |= bit(kind);
    return {};
}

// Whether the call keeps to the rule, as far as it can be said now.
std::optional<violation> check_rule(const policy& of, const ready_rule& one, std::size_t place,
                                    const call_facts& call, bool only_observed,
                                    call_charges& charges) {
    if (const auto* const scope = std::get_if<data_scope>(&one.what.when)) {
        charges.scopes.push_back({&of, &one.what, scope});
        return {};
    }
    if (std::holds_alternative<cap_limit>(one.what.when))
        return claim(of, one, place, call, only_observed, charges);
    if (const auto kind = state_of(one.what.when))
        return check_known_state(of, one, *kind, call, only_observed, charges);
    const bool by_top = std::holds_alternative<number_limit>(one.what.when);
    return check_condition(one.what.when, call, by_top ? top_of(one, place) : top_names{});
}

// A refund has the currency of its payment, whatever the call says.
constexpr std::string_view refunds = "refunds";

bool has_tag(const tool_facts& tool, std::string_view tag) {
    return std::ranges::find(tool.tags, tag) != tool.tags.end();
}

// Under an exception there is nothing to observe of them: they count calls, or limit the data.
bool decides_nothing_while_excepted(const condition& when) {
    return std::holds_alternative<calls_limit>(when) || std::holds_alternative<data_scope>(when);
}

// Asks the rules of one layer; true if one of them denies. `out` is the decision so far.
bool asked(const policy& of, const std::vector<rule_exception>& exceptions, std::size_t place,
           const call_facts& call, decision& out, call_charges& charges) {
    for (const auto& one : of.rules) {
        if (!one.tools.has(place)) continue;
        const rule& what = one.what;
        const bool excepted =
            !exceptions.empty() && is_excepted(exceptions, of.where, what.id, call.now);
        if (excepted) out.excepted.push_back({of.where, what.id});
        if (excepted && decides_nothing_while_excepted(what.when)) continue;
        const bool only_observed = excepted || observes(what, call.now);
        if (const auto* const limit = std::get_if<calls_limit>(&what.when)) {
            charges.counts.push_back({&of, &what, limit});
            continue;
        }
        auto why = check_rule(of, one, place, call, only_observed, charges);
        if (!why) continue;
        if (only_observed) {
            out.observed.push_back({of.where, what.id});
            continue;
        }
        const bool may_ask = what.then == effect::needs_approval && !why->not_known;
        if (may_ask && out.outcome == effect::needs_approval) {
            tighten(out.approval, what.approval);
            continue;
        }
        auto observed = std::move(out.observed);
        auto passed = std::move(out.excepted);
        out = by_rule(of, what, std::move(*why));
        out.observed = std::move(observed);
        out.excepted = std::move(passed);
        if (may_ask) continue;
        out.outcome = effect::deny;
        return true;
    }
    return false;
}

}  // namespace

decision decide(const call_policies& rules, const call_facts& call, call_charges& charges) {
    if (rules.live_writes_refused && is_write(call.kind)) return live_writes_decision();
    decision out;
    const auto place = place_of(*rules.tools, call.tool);
    if (!place) return out;
    call_facts known = call;
    known.names_currency = !has_tag(rules.tools->tools()[*place].facts, refunds);
    for (const policy* const one : in_order(rules))
        if (one != nullptr && asked(*one, rules.exceptions, *place, known, out, charges))
            return out;
    if (call.declared != nullptr && asked(*call.declared, {}, *place, known, out, charges))
        return out;
    sort_claims(charges.caps);
    return out;
}

decision refused_by(const call_count& count) {
    return by_rule(*count.of, *count.by,
                   {"The rule allows " + std::to_string(count.limit->rate.calls) + " calls in " +
                        std::to_string(count.limit->rate.seconds) + " s, and they are used up.",
                    {}});
}

decision refused_by(const scope_use& use, violation why) {
    return by_rule(*use.of, *use.by, std::move(why));
}

decision refused_by(const cap_use& use, std::string reason) {
    const auto* const repeated = std::get_if<repeat_limit>(&use.by->when);
    auto out = by_rule(
        *use.of, *use.by,
        repeated != nullptr ? repeat_violation(*repeated) : violation{std::move(reason), {}});
    out.outcome = effect::deny;
    return out;
}

std::optional<decision> always_refused(const call_policies& rules, std::string_view tool,
                                       method kind) {
    if (rules.live_writes_refused && is_write(kind)) return live_writes_decision();
    const auto place = place_of(*rules.tools, tool);
    if (!place) return {};
    for (const policy* const of : in_order(rules)) {
        if (of == nullptr) continue;
        for (const ready_rule& one : of->rules)
            if (one.tools.has(*place) && !one.what.observe && one.what.then == effect::deny &&
                std::holds_alternative<every_call>(one.what.when))
                return by_rule(*of, one.what, {"No call of this tool is allowed.", {}});
    }
    return {};
}

}  // namespace tollgate::tenancy
