// Whether a call keeps to a rule's condition.
#pragma once
#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "tenancy/policy/rule.hpp"

namespace tollgate::tenancy {

// What rules are asked about a call. The views live as long as the call.
struct call_facts {
    std::string_view tool;
    method kind = method::custom;
    simdjson::dom::object arguments;
    base::timestamp now;
    std::string_view server_id{};  // of the caller: mcp_…, ia_…, team_…
    std::string_view account_id{};
    std::string_view team_id{};
};

// Why a call does not keep to a condition, as sentences for the model.
struct violation {
    std::string reason;
    std::string remedy;
};

// Nothing if `call` keeps to `when`, or if this cannot be said without counting (max_calls,
// cap).
// `absent_matters`: the tool has an argument at the top level that a max_value or min_value is
// about, so that a write without it may be refused. Pure.
std::optional<violation> check_condition(const condition& when, const call_facts& call,
                                         bool absent_matters);

}  // namespace tollgate::tenancy
