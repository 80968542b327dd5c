// The objects that have their own URI, and how each is read, searched and shown in Stripe's
// dashboard: one table for resources, completions, and search and fetch.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// All texts live as long as the process.
struct main_object {
    std::string_view name;         // Stripe's name, also in the URI: "payment_intent"
    std::string_view title;        // "Payment intent"
    std::string_view get_tool;     // reads one object by its id
    std::string_view search_tool;  // empty: Stripe cannot search for it
    std::string_view prefix;       // prefix of its ids
    std::string_view old_prefix;   // prefix of older ids; may be empty
    std::string_view page;         // in the dashboard: "payments"
};

// In the order in which they are listed.
std::span<const main_object> main_objects() noexcept;

// The object with that name, or null.
const main_object* find_main_object(std::string_view name) noexcept;

// True if `id` may be an id of that object: its prefix, then letters, digits and _, within the
// maximum length. Merchants may choose a product's id: letters, digits, _ and -, without a prefix.
bool may_be_id(const main_object& object, std::string_view id) noexcept;

// The object whose prefix `id` has, if it is a possible id of it; otherwise null.
const main_object* object_of_id(std::string_view id) noexcept;

// The dashboard page of the object, for people who are signed in at Stripe.
std::string dashboard_url(const main_object& object, std::string_view id,
                          const tenancy::account_access& account);

}  // namespace tollgate::stripe
