// Calls tools as an MCP endpoint does, over an upstream and with services of the test's choice.
#pragma once
#include <nlohmann/json.hpp>

#include <chrono>
#include <string_view>

#include "stripe/provider/stripe_tools.hpp"
#include "tests/support/counting_watch.hpp"
#include "tests/support/memory_audit.hpp"
#include "tests/support/memory_desk.hpp"
#include "tests/support/memory_ledger.hpp"
#include "tests/support/run_sync.hpp"

namespace tollgate::test {

// Upstream and Log are made by default; the secret key of a test account is granted.
template <typename Upstream, typename Log = base::null_logger>
struct tool_caller {
    explicit tool_caller(std::optional<stripe::call_limits> limits = {},
                         tenancy::order_desk* orders = nullptr)
        : services{finder, cursors, writes,  credentials, receipts, approvals, audit, clock,
                   log,    limits,  nullptr, nullptr,     nullptr,  false,     orders},
          tools{api, services} {
        account->id = "ia_1";
        account->credential = base::secret{"sk_test_0000000000000000"};
        rules.account = account;
        rules.server_id = "mcp_1";
        rules.team_id = "team_1";
    }

    // The result of a tool that exists and asks nothing.
    mcp::tool_result operator()(std::string_view tool = "list_all_stripe_charges",
                                const nlohmann::json& arguments = nlohmann::json::object()) {
        return std::get<mcp::tool_result>(answer(tool, arguments));
    }

    mcp::tool_answer answer(std::string_view tool,
                            const nlohmann::json& arguments = nlohmann::json::object(),
                            mcp::input_given input = {}) {
        const auto text = arguments.dump();
        simdjson::dom::parser parser;
        mcp::tool_call call;
        call.name = tool;
        call.arguments = parser.parse(text).get_object().value();
        call.input = std::move(input);
        call.operation_key = operation_key;
        call.deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        return run_sync(tools.call(rules, call));
    }

    Upstream api;
    stripe::finder_source finder;
    base::manual_clock clock{base::from_unix_ms(1'800'000'000'000)};
    Log log;
    stripe::cursor_seal cursors{base::secret{std::string(32, 'k')}};
    stripe::recent_writes writes;
    counting_watch credentials;
    memory_ledger receipts;
    memory_desk approvals;
    memory_audit audit;
    stripe::tool_services services;
    stripe::stripe_tools tools;
    std::shared_ptr<tenancy::account_access> account = std::make_shared<tenancy::account_access>();
    tenancy::grant rules;
    std::string operation_key;  // of the calls' _meta; or empty
};

}  // namespace tollgate::test
