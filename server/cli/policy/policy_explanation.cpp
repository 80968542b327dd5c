#include "server/cli/policy/policy_explanation.hpp"

#include <simdjson.h>

#include <algorithm>
#include <vector>

#include "base/json_text.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "server/admin/request_codec.hpp"
#include "tenancy/policy/decide.hpp"
#include "tenancy/policy/state_checks.hpp"

namespace tollgate::server {

namespace {

using base::invalid;

base::result<tenancy::method> method_of(const tenancy::tool_directory& tools,
                                        const std::string& name) {
    std::vector<std::string_view> names;
    for (const auto& entry : tools.tools()) {
        if (entry.facts.name == name) return entry.facts.kind;
        names.push_back(entry.facts.name);
    }
    const auto near = base::nearest_word(name, names);
    return invalid("unknown_tool",
                   "there is no tool '" +
                       std::string(base::clipped_text(name, base::quoted_bytes_max)) + "'" +
                       (near.empty() ? "; GET /tool of a gateway lists them"
                                     : "; did you mean '" + std::string(near) + "'?"));
}

// One line; what is no printable character becomes a space.
void add_line(std::string& out, std::string_view name, std::string value) {
    std::ranges::replace_if(value, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    if (!value.empty()) out.append(name).append(": ").append(value).push_back('\n');
}

void add_charges(std::string& out, const tenancy::call_charges& charges) {
    for (const auto& one : charges.counts)
        add_line(out, "counted",
                 one.by->id + " allows " + std::to_string(one.limit->rate.calls) + " calls in " +
                     std::to_string(one.limit->rate.seconds) +
                     " s; the gateway denies the call if they are used up");
    for (const auto& one : charges.caps)
        add_line(out, "counted",
                 one.by->id + " takes " + std::to_string(one.claim.amount) + " of " +
                     std::to_string(one.claim.limit) +
                     (one.claim.currency.empty() ? " writes" : ' ' + one.claim.currency) +
                     "; the gateway denies the call if less is free");
    for (const auto& one : charges.scopes)
        add_line(out, "scoped", one.by->id + " limits the data that the call may use and see");
    for (const auto kind :
         {tenancy::state_kind::remaining, tenancy::state_kind::dispute, tenancy::state_kind::age,
          tenancy::state_kind::capturable, tenancy::state_kind::repeat})
        if ((charges.needs.kinds & bit(kind)) != 0)
            add_line(out, "decided after",
                     "the gateway first reads " + std::string(tenancy::cost_of(kind)));
}

std::string lines_of(const tenancy::decision& decided, const tenancy::call_charges& charges) {
    std::string out;
    const bool allowed = decided.outcome == tenancy::effect::allow;
    add_line(out, "effect", std::string(to_string(decided.outcome)));
    add_line(out, "rule", decided.rule);
    add_line(out, "reason", allowed ? "No rule of the file refuses the call." : decided.reason);
    add_line(out, "remedy", decided.remedy);
    if (decided.outcome == tenancy::effect::needs_approval)
        add_line(out, "approvals",
                 std::to_string(decided.approval.needed) + " needed within " +
                     std::to_string(decided.approval.expires_in_s) + " s");
    for (const auto& one : decided.observed)
        add_line(out, "observed", one.id + " would refuse the call, and only observes");
    if (decided.outcome != tenancy::effect::deny) add_charges(out, charges);
    return out;
}

}  // namespace

base::result<policy_explanation> explain_by_rules(std::shared_ptr<const tenancy::policy> rules,
                                                  const tenancy::tool_directory& tools,
                                                  const std::string& tool,
                                                  const std::string& arguments,
                                                  base::timestamp now) {
    const auto kind = method_of(tools, tool);
    if (!kind) return kind.error();
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    const simdjson::padded_string padded{arguments};
    if (parser.parse(padded).get(object) != simdjson::SUCCESS)
        return invalid("bad_arguments",
                       "--arguments must be a JSON object, such as '{\"amount\": 500}'");
    // As a call is refused: repeated keys, and too many lists and objects in each other.
    if (const auto good = admin::check_json_object(arguments); !good)
        return invalid("bad_arguments", "--arguments: " + good.error().message);
    const tenancy::call_policies asked{.tools = &tools,
                                       .live_writes_refused = false,
                                       .team = {},
                                       .account = {},
                                       .server = std::move(rules)};
    tenancy::call_charges charges;
    const auto decided = tenancy::decide(
        asked, {.tool = tool, .kind = *kind, .arguments = object, .now = now}, charges);
    return policy_explanation{decided.outcome, lines_of(decided, charges)};
}

}  // namespace tollgate::server
