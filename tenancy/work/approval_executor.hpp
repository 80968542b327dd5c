// Executes approved calls, once each, and ends expired approvals.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/task_group.hpp"
#include "tenancy/approvals/approvals.hpp"
#include "tenancy/approvals/approved_caller.hpp"
#include "tenancy/changes/change_feed.hpp"
#include "tenancy/environment.hpp"
#include "tenancy/grants/grants.hpp"

namespace tollgate::tenancy {

struct approval_rules {
    bool shared = false;              // other instances use the store and may be executing calls
    std::size_t at_once = 8;          // executions in progress
    std::chrono::seconds lease{180};  // longer than an execution takes
    std::chrono::milliseconds look_every{1'000};
    std::chrono::milliseconds sweep_every{5'000};  // for approvals that must end
};

// The state of an approval after its last answer.
struct settled_approval {
    full_approval approval;
    std::optional<storage::receipt_row> receipt{};  // once it is executed
};

// An approved call is durable and has a due time; any running instance may execute it. The
// transaction that begins its receipt uses up its approval, so that a second execution cannot
// begin. From then on its outcome is found out like that of any other receipt.
class approval_executor {
public:
    // The references live as long as this object.
    approval_executor(const environment& env, approvals& asked, grants& who,
                      const change_feed& changes, approval_rules rules)
        : env_(env), asked_(asked), who_(who), changes_(changes), rules_(rules) {}

    // Calls through `caller`, which outlives this object, and runs on `where`. Call before run()
    // and before the loops run.
    void call_with(approved_caller& caller, base::executor where) {
        caller_ = &caller;
        where_ = std::move(where);
    }

    // Makes run() check at once. Any thread.
    void wake();

    // Returns the approval once it has ended and its receipt has an outcome, or, after `timeout`,
    // as it is known then. Any thread; resumes on the caller's executor. Fails with not_found and
    // errc::unavailable.
    base::awaitable<base::result<settled_approval>> settle(std::string team_id, std::string id,
                                                           std::chrono::milliseconds timeout);

    // The approval as it is now. Fails as settle() does.
    base::awaitable<base::result<settled_approval>> find(std::string team_id, std::string id);

    // Executes due calls and ends approvals that must end, until stop(). Runs on `where`; start it
    // once.
    base::awaitable<> run();
    // Ends run() soon, after the executions in progress. Call on its executor's thread.
    void stop();

    // One pass: ends approvals that must end, and executes the due calls one after the other.
    // Returns how many were executed. run() executes several at the same time.
    base::awaitable<std::size_t> work_once();

private:
    base::awaitable<> release_all();
    base::awaitable<> sweep();
    base::awaitable<std::vector<storage::approval_row>> claim(std::size_t most);
    base::awaitable<> execute(storage::approval_row approval);
    base::awaitable<approved_outcome> attempt(const storage::approval_row& approval);
    base::awaitable<approved_outcome> why_gone(const storage::approval_row& approval,
                                               const base::failure& why);
    base::awaitable<> finish(const storage::approval_row& approval, approved_outcome outcome);

    const environment& env_;
    approvals& asked_;
    grants& who_;
    const change_feed& changes_;  // for the id of this instance
    const approval_rules rules_;
    approved_caller* caller_ = nullptr;
    base::executor where_;
    bool stopping_ = false;
    std::atomic<bool> woken_{false};
    std::chrono::steady_clock::time_point next_sweep_{};
    std::optional<boost::asio::steady_timer> wake_;
    std::optional<base::task_group> running_;
};

}  // namespace tollgate::tenancy
