// Runs one call of one operation, from checked arguments to Stripe's answer as a tool result,
// whether the tool was called by name or through the search tools.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/tool_provider.hpp"
#include "stripe/answer/rate_limit.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/state/subjects.hpp"
#include "stripe/tools/admission.hpp"
#include "stripe/tools/call_record.hpp"
#include "stripe/tools/order_rules.hpp"
#include "stripe/tools/policy_check.hpp"
#include "stripe/tools/preparation.hpp"
#include "stripe/tools/tool_services.hpp"
#include "stripe/upstream/upstream.hpp"
#include "tenancy/approvals/approved_caller.hpp"
#include "tenancy/policy/decide.hpp"
#include "tenancy/receipts/receipt_ledger.hpp"

namespace tollgate::stripe {

// Circumstances of a call beyond its arguments; each may be absent.
struct call_origin {
    // The order that the call, a refund, belongs to. The rules of order_rules.hpp then also apply.
    std::optional<tenancy::order_refund> order{};
    // The declared tool that makes the call; its rules also apply. Part of the grant.
    const tenancy::declared_tool* declared = nullptr;
};

// The decision on a call outside the data scope of its rules.
struct outside_call {
    tenancy::decision decided;
    bool passing = false;  // it may soon be allowed: only a read failed
};

// How a refund of an order would be decided now, without sending it.
struct write_forecast {
    std::optional<mcp::tool_result> refused;  // why it would not be sent
    tenancy::decision decided;                // otherwise: allowed, or people must approve it
    tenancy::state_facts state;               // of the payment
};

// One per loop, beside that loop's upstream. References outlive it.
class call_runner {
public:
    call_runner(upstream& api, const tool_services& shared) : api_(api), shared_(shared) {}

    // Runs `called`, which the caller has checked to be visible to `grant`, with `call.arguments`
    // (call.name is ignored): prepares, charges the limits, sends. The answer is a result, or the
    // question to a person who must approve first. Never throws because of input. All references
    // and the views in `call` live until completion.
    base::awaitable<mcp::tool_answer> run(const tenancy::grant& grant, const operation& called,
                                          const mcp::tool_call& call, call_origin origin = {});

    // Applies every check that run() would apply before sending the refund of `order`, in the same
    // order. It is charged to the limits like a read, and a refusal is audited. The references and
    // the views in `call` live until completion.
    base::awaitable<write_forecast> forecast(const tenancy::grant& grant, const operation& called,
                                             const mcp::tool_call& call,
                                             tenancy::order_refund order);

    // Makes the call of `approval` from its stored arguments, as run() would, with the receipt and
    // the key created for it; but only if it is still the approved request and no rule denies it
    // now. The return value says whether its receipt was begun; the receipt holds the outcome. The
    // references and the views in `call` live until completion. `origin` as in run().
    base::awaitable<tenancy::approved_outcome> run_approved(const tenancy::grant& grant,
                                                            const operation& called,
                                                            const mcp::tool_call& call,
                                                            const storage::approval_row& approval,
                                                            call_origin origin = {});

    // The answer to a call whose client was asked to open the link of that approval: the approval's
    // current state, recorded in `record`. The call itself is not made. The references live until
    // completion (call_approvals.cpp).
    base::awaitable<mcp::tool_answer> answer_opened(const tenancy::grant& grant,
                                                    std::string approval_id, call_record& record);

private:
    // Checks the scope of the call's data, reads Stripe's state for the rules, and puts the
    // combined decision into `verdict`. Returns the answer to give instead if the limits refuse the
    // call or a receipt answers it (call_state.cpp).
    base::awaitable<std::optional<mcp::tool_answer>> decide_with_state(prepared_call& call,
                                                                       rules_verdict& verdict,
                                                                       call_record& record);
    // Checks that the call is within the data scope of its rules, and stores the rules for the
    // answer. Reads the objects needed for the check. Returns the decision of the first rule whose
    // scope the call leaves.
    base::awaitable<std::optional<outside_call>> outside_scope(
        prepared_call& call, const std::vector<tenancy::scope_use>& scopes);
    // Reduces a successful answer to the call's data scope. Returns the decision if the answer is a
    // single object outside it.
    std::optional<tenancy::decision> narrow(prepared_call& call,
                                            base::result<upstream_response>& sent);
    // Reads an object named by a call. Returns why it is outside `limits`, or nullopt if it is
    // inside.
    base::awaitable<std::optional<tenancy::violation>> prove(const prepared_call& call,
                                                             const state_subject& subject,
                                                             const data_limits& limits);
    // The facts that rules need; facts that could not be read are marked in them. Fails only if the
    // store does not answer.
    base::awaitable<base::result<tenancy::state_facts>> read_state(
        const prepared_call& call, const tenancy::state_needs& needs);
    base::awaitable<base::result<>> look_up_repeats(
        const std::vector<tenancy::repeat_lookup>& repeats, tenancy::state_facts& out);
    // One read that is not the client's call and is charged to no limit.
    base::awaitable<base::result<upstream_response>> read_for_rules(const prepared_call& call,
                                                                    std::string target);
    // The rule of order_rules.hpp that the refund of an order breaks now, judged by the stored
    // order and the state that was read (order_check.cpp).
    base::awaitable<std::optional<broken_rule>> broken_order_rule(const prepared_call& call);
    // Adds the approvers to the refund log's entry for the refund.
    base::awaitable<void> name_approvers(prepared_call& call,
                                         const storage::approval_row& approval);
    // Reads the state that the rules of an approved call need, and evaluates the rules again.
    // Returns why the call cannot be sent, or nullopt.
    base::awaitable<std::optional<tenancy::approved_outcome>> decide_approved(
        prepared_call& call, rules_verdict& verdict, const storage::approval_row& approval,
        call_record& record);
    // Charges the limits on calls, once per call. Returns the answer to give instead if one
    // refuses.
    base::awaitable<std::optional<mcp::tool_answer>> charge_call(prepared_call& call,
                                                                 call_record& record);
    // The decision of the rules, unless they allow the call. A denial is then in `record`; what an
    // allowed call uses of caps is in the call.
    std::optional<tenancy::decision> stopped_by_rules(prepared_call& call, rules_verdict verdict,
                                                      call_record& record) const;
    // The answer to a call that people must approve first; nothing is sent (call_approvals.cpp).
    base::awaitable<mcp::tool_answer> ask_approval(prepared_call& call, const tenancy::decision& by,
                                                   call_record& record);
    // Charges every limit, begins the receipt of an approved call, and sends it.
    base::awaitable<tenancy::approved_outcome> send_approved(
        prepared_call& call, tenancy::write_intent intent,
        const std::vector<tenancy::call_count>& counts, call_record& record);
    // The answer to give instead if a person must approve the call first, or has declined it.
    std::optional<mcp::tool_answer> held_for_person(prepared_call& call, call_record& record) const;
    // Charges the limits and sends the call if it may be sent.
    base::awaitable<mcp::tool_answer> run_prepared(prepared_call& call, call_record& record);
    // Handles the call's aggregate: totals over many pages; only later pages are charged here.
    // `request` has no cursor. `state` becomes the result of the last charge.
    base::awaitable<mcp::tool_result> total(const prepared_call& call, aggregate_request aggregate,
                                            upstream_request request, limit_state& state);
    // Sends a write once its receipt is durable, or answers from the receipt of an equal call with
    // its operation key (call_writes.cpp).
    base::awaitable<mcp::tool_result> write(prepared_call& call, upstream_request request,
                                            call_record& record);
    // The answer to a call from the receipt of an equal one with its operation key; nullopt if
    // there is no such receipt.
    base::awaitable<std::optional<mcp::tool_answer>> answer_repeated(const prepared_call& call,
                                                                     tenancy::write_intent intent,
                                                                     call_record& record);
    // The answer to a write that may not be sent, from its receipt.
    base::awaitable<mcp::tool_result> answer_known(const prepared_call& call,
                                                   const tenancy::begun_write& known,
                                                   call_record& record);
    // Sends a write that was begun, as its receipt allows, and returns the answer.
    base::awaitable<mcp::tool_result> send_write(prepared_call& call, upstream_request request,
                                                 tenancy::begun_write begun);
    // The answer to a write that has already succeeded: its object as it is now.
    base::awaitable<mcp::tool_result> replay(const prepared_call& call,
                                             const storage::receipt_row& receipt);
    // Sends the request, and records it for the metrics and the client's log. A read stops when its
    // call ends; a write always runs to completion.
    base::awaitable<base::result<upstream_response>> exchange(const prepared_call& call,
                                                              upstream_request request);
    // The result of a request that was sent, answered or not.
    mcp::tool_result finish(const prepared_call& call, base::result<upstream_response> sent);
    mcp::tool_result answer(const prepared_call& call, const upstream_response& answer);
    // The same for a service other than Stripe (call_services.cpp).
    mcp::tool_result answer_of_service(const prepared_call& call, const upstream_response& answer);
    mcp::tool_result unanswered_by_service(const prepared_call& call,
                                           const base::failure& why) const;
    // What the answer says about Stripe's limits; also added to the result's headers.
    std::optional<rate_limit_facts> note_rate_limit(const prepared_call& call,
                                                    const upstream_response& answer,
                                                    mcp::tool_result& out) const;
    std::optional<std::string> success(const prepared_call& call, const upstream_response& answer);
    // Remembers the ids of the page that was just written.
    void note_seen(const prepared_call& call);
    // Records a write; returns the note that a search needs about a recent write.
    std::vector<std::string> freshness(const prepared_call& call);

    upstream& api_;
    const tool_services shared_;
    simdjson::dom::parser parser_;  // for answers; not used across suspensions
};

}  // namespace tollgate::stripe
