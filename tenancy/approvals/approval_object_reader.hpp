// Port: reads the object that a call waiting for approval is about, as it is now.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/approval_rows.hpp"
#include "tenancy/approvals/approval_rules.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::tenancy {

// One object, read for the people who decide.
struct approval_object {
    std::string kind;               // Stripe's name: "charge"
    std::string id;                 // "ch_…"
    std::string page;               // in Stripe's dashboard; empty if it has none
    std::string stripe_request;     // "req_…", or empty
    base::timestamp read_at;        // when the answer came
    std::vector<std::string> says;  // sentences: what its state means for the call
    std::string json;               // the object, a JSON object of bounded size, without secrets
};

// What is known of the approval's call.
struct approval_subject {
    std::shared_ptr<const grant> who;  // of the token that asked
    const storage::approval_row& approval;
    approval_content content;  // empty once the approval has ended
    std::string made_kind;     // of an executed call: the kind of the object that it made
    std::string made_id;       // and its id; or empty
    std::string made_for;      // acct_… that the executed call acted for, or empty
};

class approval_object_reader {
public:
    virtual ~approval_object_reader() = default;

    // Makes one request with the account's key, charged to the limits on calls like a tool's read.
    // All that a config can redact is redacted and secrets are masked, whatever the config. Fails
    // with
    //   - not_found "no_object": the call is about no single object that can be read, and
    //     "object_gone": Stripe has no such object (any more);
    //   - conflict "credential_rejected": Stripe refuses the account's key, or lets it not read;
    //   - limit_exceeded "read_too_often", "rate_limited", "stripe_rate_limited";
    //   - errc::unavailable "stripe_unavailable".
    // Resumes on the caller's executor; the approval lives until completion.
    virtual base::awaitable<base::result<approval_object>> read(approval_subject about) = 0;
};

}  // namespace tollgate::tenancy
