// A ledger of writes in memory: lets every write go, and keeps what it was told.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tenancy/receipts/receipt_ledger.hpp"

namespace tollgate::test {

class memory_ledger final : public tenancy::receipt_ledger {
public:
    base::awaitable<base::result<tenancy::begun_write>> begin(
        tenancy::write_intent intent) override {
        if (refuse) co_return *refuse;
        tenancy::begun_write out;
        if (answer) out = *answer;
        if (!answer) {
            out.receipt.id = intent.receipt_id;
            out.receipt.operation_key = intent.operation_key;
            out.receipt.in_metadata = intent.in_metadata;
        }
        out.equal = equal;
        approvals.push_back(intent.approval_id);
        orders.push_back(intent.order);
        begun.push_back(out.receipt);
        digests.push_back(intent.request_digest);
        requests.push_back(std::move(intent.request));
        co_return out;
    }
    base::awaitable<base::result<std::optional<tenancy::begun_write>>> repeated(
        tenancy::write_intent) override {
        co_return repeat;
    }
    base::awaitable<base::result<bool>> was_counted(std::string, std::int64_t) override {
        co_return counted;
    }
    base::awaitable<storage::receipt_row> finish(tenancy::begun_write write,
                                                 storage::receipt_outcome attempt) override {
        finished.push_back(attempt);
        write.receipt.outcome = tenancy::settled(std::move(attempt), write.uncertain);
        settled_as.push_back(write.receipt.outcome.state);
        co_return std::move(write.receipt);
    }
    base::awaitable<base::result<storage::receipt_row>> find_for(const tenancy::grant&,
                                                                 std::string) override {
        if (stored) co_return *stored;
        co_return base::fail(base::errc::not_found, "no_such_receipt", "no such receipt");
    }

    std::optional<base::failure> refuse;         // begin() fails with it
    std::optional<tenancy::begun_write> answer;  // begin() returns it
    std::optional<tenancy::begun_write> repeat;  // repeated() returns it
    std::optional<storage::receipt_row> equal;   // begin() finds it
    std::optional<storage::receipt_row> stored;  // find_for() returns it
    base::result<bool> counted = false;          // was_counted() returns it
    std::vector<storage::receipt_row> begun;
    std::vector<std::string> approvals;                      // of the writes that were begun
    std::vector<std::optional<storage::order_link>> orders;  // that they refund
    std::vector<base::digest> digests;
    std::vector<std::string> requests;
    std::vector<storage::receipt_outcome> finished;  // the attempts
    std::vector<storage::receipt_state> settled_as;  // what the receipts say then
};

}  // namespace tollgate::test
