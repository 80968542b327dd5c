// Port: the record of every write, made before it is sent.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "storage/cap_rows.hpp"
#include "storage/order_rows.hpp"
#include "storage/rows.hpp"
#include "tenancy/audit/audit_event.hpp"
#include "tenancy/receipts/receipt_rules.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::tenancy {

// A write that is about to be sent. Owns its texts, except `who` and `tool`, which live until
// begin() completes.
struct write_intent {
    const grant& who;
    std::string_view tool;
    std::string receipt_id;                   // "rcp_…", new for each call
    std::string operation_key;                // the caller's, or the receipt's id
    std::string connected_account;            // acct_… that the call acts for, or empty
    base::digest request_digest{};            // of everything that is sent, without the key, and
                                              // of the order
    std::vector<receipt_argument> arguments;  // to name those that differ under a used key
    std::string request;                      // what is sent, to send it again; stored sealed
    // False: sending it twice could do it twice, even with the same key. It is not stored then, and
    // once its answer is lost, it is not sent again.
    bool repeatable = true;
    audit_event audit{};  // what the audit log says of the call
    std::chrono::steady_clock::time_point deadline;
    std::vector<storage::cap_claim> caps{};  // reserved with the intent; sorted by cap
    std::string approval_id{};  // apr_… that people agreed to, used up with the intent; or empty
    // The receipt's id is sent in the metadata of what the write makes. It is in neither `request`
    // nor its digest: an equal call has another receipt id.
    bool in_metadata = false;
    // The order that a refund gives money back for: it changes with the outcome.
    std::optional<storage::order_link> order{};
};

enum class write_step : std::uint8_t {
    send,     // the intent is durable: send the request, then call finish()
    replay,   // an equal call with this operation key has had its outcome: send nothing
    unknown,  // an equal call with this operation key has no known outcome: send nothing
};

struct begun_write {
    write_step next = write_step::send;
    storage::receipt_row receipt;  // without its request
    bool uncertain = false;        // an earlier attempt may have had an effect
    bool final_attempt = false;    // there is no other one, even if the outcome stays unknown
    audit_event audit{};           // of the call, for finish()
    std::chrono::steady_clock::time_point began{};
    // The newest equal write of the last 24 hours under another key.
    std::optional<storage::receipt_row> equal{};
};

// Thread-safe; every call resumes on the caller's executor.
class receipt_ledger {
public:
    virtual ~receipt_ledger() = default;

    // Makes the intent and its audit record durable. If the account has a receipt with that
    // operation key, an equal request is answered from it, after waiting for its outcome until the
    // deadline if it is being sent; a different request fails with conflict "operation_key_reused",
    // which names the arguments that differ. Fails with errc::forbidden "writes_stopped" if the
    // writes of the MCP server were stopped since the call began, with conflict "cap_reached"
    // (field: the cap) if a cap has no room for it, with conflict "order_changed" (field: order) if
    // what remains of its order has no room for it, with conflict "order_busy" (field: order) if it
    // may have room soon, with errc::unavailable "orders_unavailable" if
    // the order is in the company's own database and cannot be read, with conflict "approval_used"
    // if its approval is not one for exactly this request or was used up, and with
    // errc::unavailable "audit_unavailable" if the store cannot record the intent; nothing must be
    // sent then.
    virtual base::awaitable<base::result<begun_write>> begin(write_intent intent) = 0;

    // The answer to a call that must not be sent, from the receipt of an equal call with its
    // operation key: as begin() gives it, but never `send`. Nothing if there is no such receipt, or
    // the call would have to be sent again. Fails as begin() does.
    virtual base::awaitable<base::result<std::optional<begun_write>>> repeated(
        write_intent intent) = 0;

    // Records the outcome of a write that begin() let go, in the receipt and in the audit log. What
    // is returned is the receipt as it is known now. If the store does not take it, this is logged,
    // and the receipt is resolved later by sending the same request with the same key.
    virtual base::awaitable<storage::receipt_row> finish(begun_write begun,
                                                         storage::receipt_outcome attempt) = 0;

    // True if a write was counted towards the cap of that name in a slice from `from` on: one that
    // succeeded, or one whose outcome is not known. Fails if the store does not answer.
    virtual base::awaitable<base::result<bool>> was_counted(std::string cap, std::int64_t from) = 0;

    // The receipt with that id or operation key, if a call of this grant's MCP server made it;
    // otherwise fails with not_found. `who` lives until completion.
    virtual base::awaitable<base::result<storage::receipt_row>> find_for(const grant& who,
                                                                         std::string name) = 0;
};

}  // namespace tollgate::tenancy
