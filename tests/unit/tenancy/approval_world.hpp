// A team whose calls ask for approval, and a caller that does what the test tells it to.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "tenancy/work/approval_executor.hpp"
#include "tests/unit/tenancy/receipt_world.hpp"

namespace tollgate::test {

// Begins the receipt of the approval as a call does, unless the test wants another outcome.
class scripted_caller final : public tenancy::approved_caller {
public:
    explicit scripted_caller(tenancy::receipt_ledger& ledger) : ledger_(ledger) {}

    base::awaitable<tenancy::approved_outcome> call(std::shared_ptr<const tenancy::grant> who,
                                                    const storage::approval_row& approval,
                                                    tenancy::approval_content content) override {
        const auto& arguments = content.arguments;
        calls.push_back(arguments);
        orders.push_back(content.order);
        servers.push_back(who->server_id);
        if (instead) co_return *instead;
        tenancy::write_intent intent{
            .who = *who,
            .tool = approval.tool,
            .receipt_id = approval.receipt_id,
            .operation_key = approval.operation_key,
            .connected_account = {},
            .arguments = {},
            .request = arguments,
            .deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5},
            .approval_id = approval.id};
        intent.request_digest = base::sha256(arguments);
        auto begun = co_await ledger_.begin(std::move(intent));
        if (!begun) {
            failures.push_back(begun.error().code);
            co_return tenancy::approved_outcome{tenancy::approved_outcome::step::later,
                                                begun.error().code, begun.error().message};
        }
        if (dies) co_return tenancy::approved_outcome{};
        co_await ledger_.finish(std::move(*begun), receipt_world::succeeded());
        ++effects;
        co_return tenancy::approved_outcome{tenancy::approved_outcome::step::begun, {}, {}};
    }

    std::optional<tenancy::approved_outcome> instead;
    bool dies = false;  // after the receipt was begun
    int effects = 0;
    std::vector<std::string> calls;
    std::vector<std::optional<tenancy::order_refund>> orders;  // with each call
    std::vector<std::string> servers;
    std::vector<std::string> failures;

private:
    tenancy::receipt_ledger& ledger_;
};

class sent_events final : public tenancy::approval_watch {
public:
    void approval_changed(const storage::approval_row& approval,
                          tenancy::approval_event what) noexcept override {
        told += tenancy::approval_event_names[static_cast<std::size_t>(what)];
        told += ' ';
        if (!approval.content.ciphertext.empty()) told += "with content ";
    }
    std::string told;
};

struct approval_world : receipt_world {
    approval_world() { start(); }
    // After reopen().
    void start() {
        caller = std::make_unique<scripted_caller>(registry->receipts());
        registry->executor().call_with(*caller, {});
        registry->approvals().observe(events);
    }
    static tenancy::decision needs(std::uint32_t approvers = 1, std::uint32_t seconds = 3'600) {
        tenancy::decision out;
        out.outcome = tenancy::effect::needs_approval;
        out.where = tenancy::layer::server;
        out.rule = "small_refunds";
        out.policy_version = 2;
        out.reason = "Refunds above 100.00 USD need approval.";
        out.approval = {approvers, seconds};
        return out;
    }
    base::result<tenancy::asked_approval> try_ask(const std::string& arguments,
                                                  const tenancy::decision& by) {
        tenancy::approval_question question{.who = *grant,
                                            .tool = "create_a_stripe_refund",
                                            .asked = by,
                                            .receipt_id = base::make_id("rcp"),
                                            .operation_key = {},
                                            .arguments = arguments,
                                            .preview = "Refund 500.00 USD",
                                            .client = "Claude/1.2"};
        question.operation_key = question.receipt_id;
        question.request_digest = base::sha256(arguments);
        question.audit.team_id = grant->team_id;
        return run_sync(registry->approvals().ask(std::move(question)));
    }
    storage::approval_row ask(const std::string& arguments = R"({"amount":5})",
                              const tenancy::decision& by = needs()) {
        return try_ask(arguments, by).value().approval;
    }
    base::result<storage::approval_row> vote(const std::string& id, bool agreed = true,
                                             std::string reason = {}) {
        return vote_as(owner, id, agreed, std::move(reason));
    }
    base::result<storage::approval_row> vote_as(const tenancy::api_key& by, const std::string& id,
                                                bool agreed = true, std::string reason = {}) {
        return run_sync(registry->approvals().vote(by, id, agreed, std::move(reason)));
    }
    tenancy::api_key another_key(const std::string& name) {
        return run_sync(registry->api_keys().create(owner, {name, "operator", false}, {}))
            .value()
            .key;
    }
    std::size_t work() { return run_sync(registry->executor().work_once()); }
    tenancy::full_approval found(const std::string& id) {
        return run_sync(registry->approvals().find(owner.team_id, id)).value();
    }
    storage::approval_state state(const std::string& id) { return found(id).approval.state; }

    sent_events events;
    std::unique_ptr<scripted_caller> caller;
};

}  // namespace tollgate::test
