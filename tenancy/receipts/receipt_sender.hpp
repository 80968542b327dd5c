// Port: finds out the outcome of a write at Stripe, by sending its request again or by reading.
#pragma once
#include <string>

#include "base/async.hpp"
#include "storage/rows.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::tenancy {

class receipt_sender {
public:
    virtual ~receipt_sender() = default;

    // Sends `request` (write_intent::request) for `account`, with the operation key as its
    // idempotency key, and returns the outcome of this attempt. Resumes on the caller's executor;
    // `account` and `receipt` live until completion.
    virtual base::awaitable<storage::receipt_outcome> send_again(
        const account_access& account, const storage::receipt_row& receipt,
        std::string request) = 0;

    // Looks for the object that `request` created, by the receipt's id in its metadata; sends only
    // reads. Returns succeeded with the object, or unknown, because not finding it proves nothing.
    // For receipts with `in_metadata`. Otherwise as send_again().
    virtual base::awaitable<storage::receipt_outcome> look_up(const account_access& account,
                                                              const storage::receipt_row& receipt,
                                                              std::string request) = 0;
};

}  // namespace tollgate::tenancy
