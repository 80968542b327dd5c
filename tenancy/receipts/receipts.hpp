// The receipts of all teams, in the record store.
#pragma once
#include <string>
#include <vector>

#include "tenancy/audit/audit_trail.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/api_keys.hpp"
#include "tenancy/receipts/receipt_ledger.hpp"

namespace tollgate::tenancy {

// How long after its deadline a write may still be in progress; until then it is not sent again.
constexpr std::chrono::seconds write_lease_margin{5};
// How far back an equal write is reported.
constexpr std::chrono::hours equal_write_window{24};

// "receipt|team_…|rcp_…": where the vault keeps the request of a receipt.
std::string receipt_place(const storage::receipt_row& receipt);

// The outcome of a write as a person states it, who has looked at Stripe or at the service.
struct stated_outcome {
    bool succeeded = false;
    std::string reason;       // 1 to 500 bytes
    std::string object_id{};  // of what a success made, if they say so
};

class receipts final : public receipt_ledger {
public:
    // The references live as long as this object.
    receipts(const environment& env, const change_feed& changes, const audit_trail& audit)
        : env_(env), changes_(changes), audit_(audit) {}

    base::awaitable<base::result<begun_write>> begin(write_intent intent) override;
    base::awaitable<base::result<std::optional<begun_write>>> repeated(
        write_intent intent) override;
    base::awaitable<storage::receipt_row> finish(begun_write begun,
                                                 storage::receipt_outcome attempt) override;
    base::awaitable<base::result<bool>> was_counted(std::string cap, std::int64_t from) override;
    base::awaitable<base::result<storage::receipt_row>> find_for(const grant& who,
                                                                 std::string name) override;

    // A receipt of the team. Fails with not_found.
    base::awaitable<base::result<storage::receipt_row>> find(std::string team_id, std::string id);

    // Newest first.
    base::awaitable<base::result<std::vector<storage::receipt_row>>> list(
        std::string team_id, storage::receipt_search search, storage::page where);

    // Records the outcome of an unknown write as `by` states it. Fails with not_found, with
    // invalid_argument ("invalid_reason", "invalid_object_id"), and with conflict: "outcome_known",
    // or "receipt_in_progress" while an attempt to find it out is running.
    base::awaitable<base::result<storage::receipt_row>> settle(const api_key& by, std::string id,
                                                               stated_outcome stated);

private:
    storage::receipt_row row_of(const write_intent& intent) const;
    base::awaitable<base::result<begun_write>> insert(const write_intent& intent,
                                                      std::optional<storage::receipt_row>& other);
    base::awaitable<base::result<std::optional<storage::order_claim>>> claim_of(
        const write_intent& intent);
    base::awaitable<base::result<begun_write>> confirm(const storage::receipt_row& row);
    base::awaitable<base::result<>> confirm_retake(const storage::receipt_row& before);
    base::awaitable<base::result<begun_write>> repeat(const write_intent& intent,
                                                      storage::receipt_row stored);
    base::awaitable<base::result<begun_write>> retake(const write_intent& intent,
                                                      storage::receipt_row stored);

    const environment& env_;
    const change_feed& changes_;  // for the id of this instance
    const audit_trail& audit_;
};

}  // namespace tollgate::tenancy
