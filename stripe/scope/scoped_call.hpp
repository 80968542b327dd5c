// What of a call is outside the data of its MCP server, by its arguments.
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

// What a call is about, for the check of its scope.
struct scoped_call {
    const given_arguments& given;
    std::string_view target;             // encoded path and query
    std::string_view connected_account;  // acct_… that it acts for; empty: the account itself
};

// Why the call is outside `scope`, as far as its arguments say it: it names another customer, it
// would make an object that is not inside, or its answer cannot be checked. Pure.
std::optional<tenancy::violation> outside_by_arguments(const scoped_call& call,
                                                       const tenancy::data_scope& scope);

// The objects that a write names and that must be read and be inside before it is sent; none for
// reads. Fails with a violation if one of them cannot be read. Pure.
std::variant<std::vector<state_subject>, tenancy::violation> proofs_of(
    const scoped_call& call, const tenancy::data_scope& scope);

// The customer that a list of this scope is about, if it can be given as a parameter and the call
// gives none; otherwise empty. Pure.
std::string_view customer_to_add(const given_arguments& given, const tenancy::data_scope& scope);

}  // namespace tollgate::stripe
