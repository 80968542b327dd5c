// Makes approved calls, in the same way as clients' calls.
#pragma once
#include <chrono>

#include "stripe/tools/call_runner.hpp"
#include "tenancy/approvals/approved_caller.hpp"

namespace tollgate::stripe {

// Calls on `where`, the loop that `api` was created for; callers resume on their own executor.
// References outlive it.
class approved_calls final : public tenancy::approved_caller {
public:
    // `timeout` limits one call.
    approved_calls(base::executor where, upstream& api, const tool_services& shared,
                   std::chrono::milliseconds timeout)
        : where_(std::move(where)), runner_(api, shared), timeout_(timeout) {}

    base::awaitable<tenancy::approved_outcome> call(std::shared_ptr<const tenancy::grant> who,
                                                    const storage::approval_row& approval,
                                                    tenancy::approval_content content) override;

private:
    base::awaitable<tenancy::approved_outcome> run(std::shared_ptr<const tenancy::grant> who,
                                                   const storage::approval_row& approval,
                                                   tenancy::approval_content content);

    base::executor where_;
    call_runner runner_;
    std::chrono::milliseconds timeout_;
};

}  // namespace tollgate::stripe
