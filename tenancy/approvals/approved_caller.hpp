// Port: makes the call that people approved.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/async.hpp"
#include "storage/approval_rows.hpp"
#include "tenancy/approvals/approval_rules.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::tenancy {

// What became of an attempt to execute an approved call.
struct approved_outcome {
    enum class step : std::uint8_t {
        begun,    // its receipt is durable, and the approval is used up
        refused,  // it may not be executed any more: `code` and `reason` say why
        later,    // nothing was sent; it may work later
    };
    step what = step::later;
    std::string code;    // "request_changed", "policy", "filter"
    std::string reason;  // a sentence
};

class approved_caller {
public:
    virtual ~approved_caller() = default;

    // Reads `content.arguments` (approval_question::arguments) again as a call of `who`, applies
    // every rule as to a new call, those on the refund of an order included, and sends it if it
    // still is the approved request. Returns after Stripe has answered, if it was sent. Resumes on
    // the caller's executor; `approval` lives until completion.
    virtual base::awaitable<approved_outcome> call(std::shared_ptr<const grant> who,
                                                   const storage::approval_row& approval,
                                                   approval_content content) = 0;
};

}  // namespace tollgate::tenancy
