// The audit record of one call: created when the call begins, passed to the audit log when it ends.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "mcp/tool_provider.hpp"
#include "stripe/tools/rule_watch.hpp"
#include "stripe/upstream/upstream.hpp"
#include "tenancy/audit/audit_sink.hpp"
#include "tenancy/policy/decision.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::stripe {

// The caller and the way of the call, for the record of a request by `grant`.
struct record_facts {
    std::string_view mcp_method;
    std::string_view client;
    std::string_view request_id;
};

// The record of a request about `tool` without an outcome.
tenancy::audit_event event_about(const tenancy::grant& grant, std::string_view tool,
                                 const record_facts& facts);

// The same for a call. The arguments appear as their digest and, if the team wants it, redacted.
tenancy::audit_event event_of(const tenancy::grant& grant, std::string_view tool,
                              const mcp::tool_call& call);

// Passes on the record in its destructor, so that no exit path of a call can omit it. Used by one
// coroutine.
class call_record {
public:
    // `to` and `rules`, which may be null, outlive the record.
    call_record(tenancy::audit_sink& to, tenancy::audit_event event, rule_watch* rules = nullptr)
        : to_(&to),
          rules_(rules),
          event_(std::move(event)),
          began_(std::chrono::steady_clock::now()) {}
    ~call_record();
    call_record(const call_record&) = delete;
    call_record& operator=(const call_record&) = delete;

    // The call was refused by `rule`, which belongs to `layer` if that is set; nothing was sent.
    void refused(std::string_view rule, std::string_view layer = {});
    // The decision of the rules, including those that only observe.
    void decided(const tenancy::decision& made);
    // People must approve the call first; nothing was sent.
    void needs_approval();
    // People approved the call, or are asked to: "confirmation", or apr_….
    void approved(std::string_view how) { event_.approval = how; }
    // The call was sent, with this result.
    void sent(const base::result<upstream_response>& answer);
    // The call was answered without a request to Stripe.
    void answered(std::string_view outcome) { event_.outcome = outcome; }
    // The call was answered from this receipt.
    void replayed(std::string_view receipt_id, std::string_view outcome);

    const tenancy::audit_event& event() const { return event_; }
    // Discards the record, because the receipt of a write makes its own record, or a full log
    // accepts none.
    void drop() { to_ = nullptr; }

private:
    tenancy::audit_sink* to_;
    rule_watch* rules_;
    tenancy::audit_event event_;
    std::chrono::steady_clock::time_point began_;
};

}  // namespace tollgate::stripe
