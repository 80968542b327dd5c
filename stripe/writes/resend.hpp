// Learns the outcome of a recorded write: sends it again, or looks for what it made.
#pragma once
#include <chrono>

#include "stripe/upstream/upstream.hpp"
#include "tenancy/receipts/receipt_sender.hpp"

namespace tollgate::stripe {

// Sends on `where`, the loop that `api` was created for; callers resume on their own executor.
// References outlive it.
class write_resender final : public tenancy::receipt_sender {
public:
    // `patience` limits one request, or all reads of one look-up.
    write_resender(base::executor where, upstream& api, std::chrono::milliseconds patience)
        : where_(std::move(where)), api_(api), patience_(patience) {}

    base::awaitable<storage::receipt_outcome> send_again(const tenancy::account_access& account,
                                                         const storage::receipt_row& receipt,
                                                         std::string request) override;
    base::awaitable<storage::receipt_outcome> look_up(const tenancy::account_access& account,
                                                      const storage::receipt_row& receipt,
                                                      std::string request) override;

private:
    base::executor where_;
    upstream& api_;
    std::chrono::milliseconds patience_;
};

}  // namespace tollgate::stripe
