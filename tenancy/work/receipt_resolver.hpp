// Finds out the outcome of writes whose answer was lost. It sends the same request with the same
// key, which takes effect only once; later, it looks for the created object by reading.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <optional>
#include <string>

#include "tenancy/environment.hpp"
#include "tenancy/receipts/receipt_sender.hpp"
#include "tenancy/receipts/receipts.hpp"

namespace tollgate::tenancy {

struct resolver_rules {
    bool shared = false;  // other instances use the store: their writes may be on their way
    // A receipt is taken for as long as one attempt may take, and this for the store.
    std::chrono::milliseconds lease_margin{120'000};
    std::chrono::milliseconds look_every{1'000};
    std::chrono::milliseconds retry_pause{5'000};  // after the store failed
};

// Why the request of a receipt may not be sent now.
struct resend_refusal {
    std::string code;    // "frozen", "suspended", "key_refused", "server_gone", "account_gone"
    bool later = false;  // it may be sent when the reason no longer applies
};

// The result of a check: why the request may not be sent, or the account to send it for.
struct resend_check {
    std::optional<resend_refusal> refusal{};
    storage::account_row account{};
};

// Nothing is sent if the MCP server, account or team was revoked, expired, suspended or frozen
// after the write began; the receipt then remains unknown.
class receipt_resolver {
public:
    // The references live as long as this object.
    receipt_resolver(const environment& env, receipts& ledger, const change_feed& changes,
                     resolver_rules rules)
        : env_(env), ledger_(ledger), changes_(changes), rules_(rules) {}

    // Sends through `sender`, which outlives this object; one attempt takes at most `timeout`.
    // Call before run() and reconcile().
    void send_with(receipt_sender& sender, std::chrono::milliseconds timeout) {
        sender_ = &sender;
        lease_ = timeout + rules_.lease_margin;
    }

    // Resolves one receipt now if possible, and returns it as it is known afterwards. A receipt
    // whose outcome is known is returned unchanged. Any thread; resumes on the caller's executor.
    // Fails with not_found, with conflict "receipt_in_progress" while it is being sent, and with
    // errc::unavailable.
    base::awaitable<base::result<storage::receipt_row>> reconcile(std::string team_id,
                                                                  std::string id);

    // Resolves what is due, until stop(). Runs on the caller's executor; start it once.
    base::awaitable<> run();
    // Ends run() soon, after the current receipt. Call on its executor's thread.
    void stop();

private:
    base::awaitable<> release_all();
    // True if something was due.
    base::awaitable<bool> work_once();
    base::awaitable<storage::receipt_row> resolve(storage::receipt_row row);
    base::awaitable<base::result<resend_check>> check(const storage::receipt_row& row);
    base::awaitable<storage::receipt_outcome> attempt(const storage::receipt_row& row,
                                                      const storage::account_row& account);

    const environment& env_;
    receipts& ledger_;
    const change_feed& changes_;  // for the id of this instance
    const resolver_rules rules_;
    receipt_sender* sender_ = nullptr;
    std::chrono::milliseconds lease_{};  // no other instance takes a receipt for so long
    bool stopping_ = false;
    std::optional<boost::asio::steady_timer> wake_;
};

}  // namespace tollgate::tenancy
