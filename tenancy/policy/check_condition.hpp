// Whether a call keeps to a rule's condition.
#pragma once
#include <boost/container/small_vector.hpp>

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "tenancy/policy/rule.hpp"
#include "tenancy/policy/state_facts.hpp"

namespace tollgate::tenancy {

struct policy;

// What rules are asked about a call. The views live as long as the call.
struct call_facts {
    std::string_view tool;
    method kind = method::custom;
    simdjson::dom::object arguments;
    base::timestamp now;
    // False if the call's `currency` does not say in which currency the money moves: a refund has
    // the one of its payment.
    bool names_currency = true;
    // Every argument counts when writes are compared: the gateway does not know those of a service.
    bool compares_all = false;
    std::string_view server_id{};  // of the caller: mcp_…, ia_…, team_…
    std::string_view account_id{};
    std::string_view team_id{};
    const state_facts* state = nullptr;  // null: nothing was gathered yet
    const policy* declared = nullptr;    // the rules of the declared tool that makes it; or null
};

// Why a call does not keep to a condition, as sentences for the model.
struct violation {
    std::string reason;
    std::string remedy;
    bool not_known = false;  // a fact could not be found out: the call cannot be approved
    bool passing = false;    // a read failed that may succeed soon
};

// The arguments at the top level that a rule is about and the tool has.
using top_names = boost::container::small_vector<std::string_view, 4>;

// Nothing if `call` keeps to `when`, or if this cannot be said without counting (max_calls, cap) or
// without Stripe's state (state_checks.hpp). Pure.
std::optional<violation> check_condition(const condition& when, const call_facts& call,
                                         const top_names& top);

// Of `top`, an argument that the call does not give although Stripe would then choose the amount
// itself: in a write whose method is not update, "amount" and its like, and any other if none of
// `top` is given. Nothing if there is none.
std::optional<std::string_view> chosen_by_stripe(const call_facts& call, const top_names& top);

}  // namespace tollgate::tenancy
