// The one decision on a call: by the rules of its team, its account and its MCP server.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tenancy/policy/cap_claims.hpp"
#include "tenancy/policy/check_condition.hpp"
#include "tenancy/policy/decision.hpp"
#include "tenancy/policy/exception.hpp"
#include "tenancy/policy/policy.hpp"

namespace tollgate::tenancy {

// The rules that apply to the calls of an MCP server. Immutable; part of its grant.
struct call_policies {
    const tool_directory* tools = nullptr;  // outlives this; never null
    // The account is live, and neither its MCP server nor its team allows writes to live accounts.
    bool live_writes_refused = false;
    std::shared_ptr<const policy> team;  // each may be null
    std::shared_ptr<const policy> account;
    std::shared_ptr<const policy> server;
    std::vector<rule_exception> exceptions{};  // of the MCP server; may have ended
};

// A limit on the number of calls, to be charged before the call is sent.
struct call_count {
    const policy* of = nullptr;
    const rule* by = nullptr;
    const calls_limit* limit = nullptr;
};

// A limit on the data of a call: on what its arguments name, and on what is shown of the answer.
struct scope_use {
    const policy* of = nullptr;
    const rule* by = nullptr;
    const data_scope* scope = nullptr;
};

// What must be counted before a call is sent that the rules allow. Valid as long as the rules.
struct call_charges {
    std::vector<call_count> counts;
    std::vector<cap_use> caps;  // sorted by cap
    std::vector<scope_use> scopes;
    // What rules must know of Stripe's state first. If there is anything and no rule denies the
    // call, gather it and decide again with call_facts::state.
    state_needs needs;
};

// What the rules say of `call`, and those of the declared tool that makes it. Asked in the order of
// the layers: the first rule that denies
// decides; if none does, the first one that needs an approval. `charges`: what the call must be
// charged to if it is sent, and what must be known first. Pure.
decision decide(const call_policies& rules, const call_facts& call, call_charges& charges);

// The decision on a call that a limit on the number of calls refuses.
decision refused_by(const call_count& count);
// The same for data that is outside a scope.
decision refused_by(const scope_use& use, violation why);
// The same for a cap, with the reason.
decision refused_by(const cap_use& use, std::string reason);

// The decision on every call of that tool if no arguments could make one allowed, at any time.
std::optional<decision> always_refused(const call_policies& rules, std::string_view tool,
                                       method kind);

}  // namespace tollgate::tenancy
