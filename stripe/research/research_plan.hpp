// Plans a few searches for a person's query. Pure; sends nothing.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/catalog/main_objects.hpp"

namespace tollgate::stripe {

constexpr std::size_t research_searches_max = 4;

// One search of one object: members of the arguments of its search tool, such as `"where":[…]`.
struct planned_search {
    const main_object* object = nullptr;
    std::string members;
};

struct research_plan {
    std::string id;                      // the query is an id, which is read and not searched
    const main_object* by_id = nullptr;  // the object of that id
    std::string email;  // the query is an e-mail address: finds that customer and related objects
    std::vector<planned_search> searches;  // otherwise these, the most likely first
};

using object_rule = std::function<bool(const main_object&)>;

// A query in Stripe's own language is passed on for the objects that have its fields. Plain words
// become clauses: names of objects choose what is searched, states ("failed", "overdue") and
// amounts ("49.00") become clauses, and remaining words are searched in names. Only objects for
// which `may_search` is true are searched. Without any search, nothing can be found with these
// words.
research_plan plan_research(std::string_view query, const object_rule& may_search);

// Members of the arguments that search `of` for a customer's objects; empty if it cannot be
// searched by customer.
std::string search_of_customer(const main_object& of, std::string_view customer_id);

}  // namespace tollgate::stripe
