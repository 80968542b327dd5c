// The objects that have a URI of their own, and how each is read, searched for and shown in
// Stripe's dashboard: one table for resources, completions, and search and fetch.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// All texts live as long as the process.
struct main_object {
    std::string_view name;         // Stripe's, and the URI's: "payment_intent"
    std::string_view title;        // "Payment intent"
    std::string_view get_tool;     // reads one by its id
    std::string_view search_tool;  // empty: Stripe has no search for it
    std::string_view prefix;       // what its ids begin with
    std::string_view old_prefix;   // or with, from earlier days; may be empty
    std::string_view page;         // of the dashboard: "payments"
};

// In the order they are told.
std::span<const main_object> main_objects() noexcept;

// The object of that name, or null.
const main_object* find_main_object(std::string_view name) noexcept;

// True when `id` may be one of that object's: its prefix, then letters, digits and _, no longer
// than ids get. A product's may be chosen by its merchant: letters, digits, _ and - without prefix.
bool may_be_id(const main_object& object, std::string_view id) noexcept;

// The object whose prefix `id` has, when it may be one of its ids; else null.
const main_object* object_of_id(std::string_view id) noexcept;

// The page of the dashboard that shows the object, for people who are signed in at Stripe.
std::string dashboard_url(const main_object& object, std::string_view id,
                          const tenancy::account_access& account);

}  // namespace tollgate::stripe
