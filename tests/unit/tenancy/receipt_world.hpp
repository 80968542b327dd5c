// A team with an account and an MCP server whose writes have receipts.
#pragma once
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace tollgate::test {

struct receipt_world : tenancy_fixture {
    receipt_world() { grant = find(server.token).value(); }

    // A write of one argument, `amount`.
    tenancy::write_intent intent(const std::string& id, const std::string& key,
                                 const std::string& amount,
                                 std::chrono::milliseconds timeout = std::chrono::seconds{5}) {
        tenancy::write_intent out{.who = *grant,
                                  .tool = "create_a_stripe_refund",
                                  .receipt_id = id,
                                  .operation_key = key,
                                  .connected_account = {},
                                  .arguments = {{"amount", amount}},
                                  .request = "amount=" + amount,
                                  .deadline = std::chrono::steady_clock::now() + timeout};
        out.request_digest = base::sha256(out.request);
        return out;
    }
    base::result<tenancy::begun_write> begin(
        const std::string& id, const std::string& key, const std::string& amount,
        std::chrono::milliseconds timeout = std::chrono::seconds{5}) {
        return run_sync(registry->receipts().begin(intent(id, key, amount, timeout)));
    }
    void finish(tenancy::begun_write begun, storage::receipt_outcome outcome) {
        run_sync(registry->receipts().finish(std::move(begun), std::move(outcome)));
    }
    storage::receipt_row stored(const std::string& id) {
        return run_sync(registry->receipts().find(owner.team_id, id)).value();
    }

    static storage::receipt_outcome succeeded() {
        storage::receipt_outcome out;
        out.state = storage::receipt_state::succeeded;
        out.status = 200;
        out.object = "refund";
        out.object_id = "re_1";
        out.amount = 500;
        out.currency = "usd";
        return out;
    }
    static storage::receipt_outcome failed(std::int64_t status) {
        storage::receipt_outcome out;
        out.state = storage::receipt_state::failed;
        out.status = status;
        out.error_code = "http_" + std::to_string(status);
        return out;
    }
    static storage::receipt_outcome unknown() {
        storage::receipt_outcome out;
        out.state = storage::receipt_state::unknown;
        out.error_code = "outcome_unknown";
        return out;
    }

    tenancy::integrated_account account = connect(owner);
    tenancy::new_mcp_server server = mint(owner, account.id);
    std::shared_ptr<const tenancy::grant> grant;
};

}  // namespace tollgate::test
