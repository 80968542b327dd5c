// Port: the record of every write, made before the write is sent.
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
    std::string receipt_id;         // "rcp_…", new for each call
    std::string operation_key;      // the caller's, or the receipt's id
    std::string connected_account;  // acct_… that the call acts for, or empty
    // Covers everything that is sent, except the operation key, and the order.
    base::digest request_digest{};
    // To name the arguments that differ when a key is reused.
    std::vector<receipt_argument> arguments;
    std::string request;  // the request, stored sealed so that it can be sent again
    // False if sending the request twice could have two effects even with the same key. The request
    // is then not stored, and is not sent again if its answer is lost.
    bool repeatable = true;
    audit_event audit{};  // the audit log's entry for the call
    std::chrono::steady_clock::time_point deadline;
    std::vector<storage::cap_claim> caps{};  // reserved with the intent; sorted by cap
    std::string approval_id{};  // apr_… of the approval, used up with the intent; or empty
    // The receipt's id is sent in the metadata of the object that the write creates. It is in
    // neither `request` nor its digest, because an equal call has another receipt id.
    bool in_metadata = false;
    // The order that a refund belongs to; the order changes when the outcome is known.
    std::optional<storage::order_link> order{};
};

enum class write_step : std::uint8_t {
    send,     // the intent is durable: send the request, then call finish()
    replay,   // an equal call with this operation key has a known outcome: send nothing
    unknown,  // an equal call with this operation key has no known outcome: send nothing
};

struct begun_write {
    write_step next = write_step::send;
    storage::receipt_row receipt;  // without its request
    bool uncertain = false;        // an earlier attempt may have had an effect
    bool final_attempt = false;    // this is the last attempt, even if its outcome remains unknown
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
    // operation key, an equal request is answered from it; if that write is being sent, its outcome
    // is awaited until the deadline. Failures; after each of them nothing may be sent: conflict
    // "operation_key_reused" for a different request (it names the arguments that differ);
    // errc::forbidden "writes_stopped" if the writes of the MCP server were stopped since the call
    // began; conflict "cap_reached" (field: the cap) if a cap has no room; conflict "order_changed"
    // (field: order) if the remaining amount of the order is too small; conflict "order_busy"
    // (field: order) if it may soon be large enough; errc::unavailable "orders_unavailable" if the
    // order is in the company's own database and cannot be read; conflict "approval_used" if the
    // approval is not for exactly this request or was used up; and errc::unavailable
    // "audit_unavailable" if the store cannot record the intent.
    virtual base::awaitable<base::result<begun_write>> begin(write_intent intent) = 0;

    // The answer to a call that may not be sent, from the receipt of an equal call with its
    // operation key: as begin() returns it, but never `send`. Nullopt if there is no such receipt,
    // or if the call would have to be sent again. Fails as begin() does.
    virtual base::awaitable<base::result<std::optional<begun_write>>> repeated(
        write_intent intent) = 0;

    // Records the outcome of a write for which begin() returned `send`, in the receipt and in the
    // audit log. Returns the receipt as it is known now. If the store does not accept it, this is
    // logged, and the receipt is resolved later by sending the same request with the same key.
    virtual base::awaitable<storage::receipt_row> finish(begun_write begun,
                                                         storage::receipt_outcome attempt) = 0;

    // True if a write, either successful or with an unknown outcome, was counted towards the cap of
    // that name in a slice from `from` on. Fails if the store does not answer.
    virtual base::awaitable<base::result<bool>> was_counted(std::string cap, std::int64_t from) = 0;

    // The receipt with that id or operation key, if a call of this grant's MCP server made it;
    // otherwise fails with not_found. `who` lives until completion.
    virtual base::awaitable<base::result<storage::receipt_row>> find_for(const grant& who,
                                                                         std::string name) = 0;
};

}  // namespace tollgate::tenancy
