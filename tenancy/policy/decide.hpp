// The one decision on a call: by the rules of its team, its account and its MCP server.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "tenancy/policy/check_condition.hpp"
#include "tenancy/policy/decision.hpp"
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
};

// A limit on the number of calls, to be charged before the call is sent.
struct call_count {
    const policy* of = nullptr;
    const rule* by = nullptr;
    const calls_limit* limit = nullptr;
};

// What the rules say of `call`. Asked in the order of the layers: the first rule that denies
// decides; if none does, the first one that needs an approval. `counts`: the limits that the call
// must be charged to if it is sent; they are valid as long as `rules`. Pure.
decision decide(const call_policies& rules, const call_facts& call,
                std::vector<call_count>& counts);

// The decision on a call that a limit on the number of calls refuses.
decision refused_by(const call_count& count);

// True if no arguments could make a call of that tool allowed, at any time.
bool never_allowed(const call_policies& rules, std::string_view tool, method kind);

}  // namespace tollgate::tenancy
