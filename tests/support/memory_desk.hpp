// Asks nobody for approval: keeps the questions, and answers what the test tells it to.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tenancy/approvals/approval_desk.hpp"
#include "tenancy/approvals/approval_rules.hpp"

namespace tollgate::test {

class memory_desk final : public tenancy::approval_desk {
public:
    base::awaitable<base::result<tenancy::asked_approval>> ask(
        tenancy::approval_question question) override {
        if (refuse) co_return *refuse;
        storage::approval_row row;
        row.id = "apr_000000000000000000000001";
        row.server_id = question.who.server_id;
        row.tool = question.tool;
        row.reason = question.asked.reason;
        row.rule = question.asked.rule;
        row.needed = question.asked.approval.needed;
        row.request_digest = base::as_view(question.request_digest);
        row.receipt_id = question.receipt_id;
        row.operation_key = question.operation_key;
        row.created_at = now;
        row.expires_at = tenancy::expiry_of(question.asked.approval, now);
        asked.push_back(row);
        arguments.push_back(question.arguments);
        previews.push_back(question.preview);
        events.push_back(question.audit);
        orders.push_back(question.order);
        co_return tenancy::asked_approval{std::move(row), repeated, link};
    }
    base::awaitable<base::result<>> withdraw(const tenancy::grant&, std::string id) override {
        withdrawn.push_back(std::move(id));
        co_return base::result<>{};
    }
    base::awaitable<base::result<tenancy::approval_progress>> find_for(const tenancy::grant&,
                                                                       std::string) override {
        if (found) co_return *found;
        co_return base::fail(base::errc::not_found, "no_such_approval", "no such approval");
    }

    base::timestamp now = base::from_unix_ms(1'800'000'000'000);
    bool repeated = false;
    std::string link;  // of asked approvals
    std::vector<std::string> withdrawn;
    std::optional<base::failure> refuse;              // ask() fails with it
    std::optional<tenancy::approval_progress> found;  // find_for() returns it
    std::vector<storage::approval_row> asked;
    std::vector<std::string> arguments;
    std::vector<std::string> previews;
    std::vector<tenancy::audit_event> events;
    std::vector<std::optional<tenancy::order_refund>> orders;  // that the questions are about
};

}  // namespace tollgate::test
