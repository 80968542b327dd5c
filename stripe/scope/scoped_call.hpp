// Checks by its arguments whether a call is within the data scope of its MCP server.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/request/given_arguments.hpp"
#include "stripe/scope/inside.hpp"
#include "stripe/state/subjects.hpp"
#include "tenancy/policy/check_condition.hpp"

namespace tollgate::stripe {

constexpr std::size_t proofs_max = 5;  // objects that are read for one call

// The parts of a call that its scope check needs.
struct scoped_call {
    const given_arguments& given;
    std::string_view target;             // encoded path and query
    std::string_view connected_account;  // acct_… that it acts for; empty: the account itself
};

// Why the call is outside `scope`, as far as its arguments show: it names another customer, it
// would create an object outside the scope, or its answer cannot be checked. Pure.
std::optional<tenancy::violation> outside_by_arguments(const scoped_call& call,
                                                       const tenancy::data_scope& scope);

// The objects named by a write that must be read and found in scope before it is sent; none for
// reads. Returns a violation if one of them cannot be read. Pure.
std::variant<std::vector<state_subject>, tenancy::violation> proofs_of(
    const scoped_call& call, const tenancy::data_scope& scope);

// The customer to which a list must be limited by this scope, if a parameter can express that and
// the call does not name one; otherwise empty. Pure.
std::string_view customer_to_add(const given_arguments& given, const tenancy::data_scope& scope);

}  // namespace tollgate::stripe
