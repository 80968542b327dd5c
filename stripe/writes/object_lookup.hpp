// Finds the object that a write created, by the receipt's id in its metadata, with reads only.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "storage/rows.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// The account to read for, and the deadline.
struct lookup_place {
    const tenancy::account_access& access;
    std::string_view version;  // Stripe-Version if the account pins none
    std::chrono::steady_clock::time_point deadline;
};

// Looks for the object that a POST to `target` created for `receipt`: by Stripe's search if the
// collection has one, and then in its list, first close to the time of the receipt, then in the
// whole period in which the object may have been created, ten pages of each. Succeeded, with the
// one object that has the receipt's id; otherwise unknown, with "object_not_found",
// "objects_ambiguous", "too_many_objects", Stripe's error or the failure of upstream::send(). Runs
// on the loop of `api`; all references and views live until completion.
base::awaitable<storage::receipt_outcome> find_object(upstream& api, const lookup_place& where,
                                                      std::string_view target,
                                                      const storage::receipt_row& receipt);

}  // namespace tollgate::stripe
