// Finds out the outcome of a recorded write: sends it again, or looks for the object it created.
#pragma once
#include <chrono>

#include "stripe/upstream/upstream.hpp"
#include "tenancy/admin/declarations.hpp"
#include "tenancy/receipts/receipt_sender.hpp"

namespace tollgate::stripe {

// Sends on `where`, the loop that `api` was created for; callers resume on their own executor.
// References outlive it.
class write_resender final : public tenancy::receipt_sender {
public:
    // `timeout` limits one request, or all reads of one look-up. `declared` tells which services
    // currently honour keys; if it is null, no write of a service is sent again.
    write_resender(base::executor where, upstream& api, std::chrono::milliseconds timeout,
                   tenancy::declarations* declared = nullptr)
        : where_(std::move(where)), api_(api), timeout_(timeout), declared_(declared) {}

    base::awaitable<storage::receipt_outcome> send_again(const tenancy::account_access& account,
                                                         const storage::receipt_row& receipt,
                                                         std::string request) override;
    base::awaitable<storage::receipt_outcome> look_up(const tenancy::account_access& account,
                                                      const storage::receipt_row& receipt,
                                                      std::string request) override;

private:
    // True if the tool of that service write is still declared with a key.
    base::awaitable<bool> still_keyed(const storage::receipt_row& receipt);

    base::executor where_;
    upstream& api_;
    std::chrono::milliseconds timeout_;
    tenancy::declarations* declared_;
};

}  // namespace tollgate::stripe
