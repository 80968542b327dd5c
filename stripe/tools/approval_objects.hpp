// Reads the object that a call waiting for approval is about, for the people who decide.
#pragma once
#include <chrono>

#include "stripe/state/subjects.hpp"
#include "stripe/tools/tool_services.hpp"
#include "stripe/upstream/upstream.hpp"
#include "tenancy/approvals/approval_object_reader.hpp"
#include "tenancy/limits/rate_limiter.hpp"

namespace tollgate::stripe {

// How often the object of one approval is read.
constexpr tenancy::call_rate reads_of_approval{.calls = 1, .seconds = 3};

// Sends on `where`, the loop that `api` was created for. References outlive it.
class approval_objects final : public tenancy::approval_object_reader {
public:
    // `timeout` limits one read; `rates` also counts the reads of each approval.
    approval_objects(base::executor where, upstream& api, const tool_services& shared,
                     tenancy::rate_limiter& rates, std::chrono::milliseconds timeout)
        : where_(std::move(where)), api_(api), shared_(shared), rates_(rates), timeout_(timeout) {}

    base::awaitable<base::result<tenancy::approval_object>> read(
        tenancy::approval_subject about) override;

private:
    base::awaitable<base::result<tenancy::approval_object>> run(tenancy::approval_subject about);
    base::awaitable<base::result<>> charge_read(const tenancy::approval_subject& about);
    base::awaitable<base::result<upstream_response>> send(const tenancy::grant& who,
                                                          std::string_view connected_account,
                                                          std::string target);

    base::executor where_;
    upstream& api_;
    const tool_services shared_;
    tenancy::rate_limiter& rates_;
    std::chrono::milliseconds timeout_;
};

}  // namespace tollgate::stripe
