// From what somebody looks for to the few searches that may find it. Pure; nothing is sent.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/catalog/main_objects.hpp"

namespace tollgate::stripe {

constexpr std::size_t research_searches_max = 4;

// One search of one object: members of the arguments of its search tool, `"where":[…]` and its
// like.
struct planned_search {
    const main_object* object = nullptr;
    std::string members;
};

struct research_plan {
    std::string id;                      // the query is an id: it is read, not searched for
    const main_object* by_id = nullptr;  // then whose
    std::string email;  // the query is an address: that customer and what is theirs
    std::vector<planned_search> searches;  // else these, the likeliest first
};

using object_rule = std::function<bool(const main_object&)>;

// A query whose fields an object is searched by is passed on as Stripe's own language. Plain words
// become clauses: names of objects choose what is searched, states ("failed", "overdue") become
// clauses on it, amounts ("49.00") too, and what is left is looked for in names. Only objects that
// `may_search` lets pass are searched. No searches: nothing can be found with these words.
research_plan plan_research(std::string_view query, const object_rule& may_search);

// Members of the arguments that search `of` for what belongs to a customer; empty when it cannot be
// searched by one.
std::string search_of_customer(const main_object& of, std::string_view customer_id);

}  // namespace tollgate::stripe
