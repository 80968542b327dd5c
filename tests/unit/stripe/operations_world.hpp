// An account with orders, and a Stripe of a few objects, for tests of the tools of "operations".
#pragma once
#include <map>
#include <string>
#include <vector>

#include "stripe/tools/approved_calls.hpp"
#include "stripe/tools/directory.hpp"
#include "tenancy/policy/rule_reader.hpp"
#include "tests/support/drained_loop.hpp"
#include "tests/support/memory_orders.hpp"
#include "tests/support/tool_caller.hpp"

namespace operations_test {

using namespace tollgate;
using nlohmann::json;

// Answers by path: objects and rows that the test puts in; anything else does not exist.
class small_stripe final : public stripe::upstream {
public:
    base::awaitable<base::result<stripe::upstream_response>> send(
        stripe::upstream_request request) override {
        sent.push_back(std::string(request.method) + ' ' + request.target);
        bodies.push_back(request.body);
        keys.push_back(request.idempotency_key);
        if (away) co_return *away;
        stripe::upstream_response out;
        out.status = 200;
        const auto path = request.target.substr(0, request.target.find('?'));
        if (request.method == "POST") {
            out.body = json{{"id", "re_" + std::to_string(++refunds)},
                            {"object", "refund"},
                            {"status", "succeeded"}}
                           .dump();
        } else if (path == "/v1/disputes") {
            out.body = json{{"object", "list"}, {"data", disputes}, {"has_more", false}}.dump();
        } else if (const auto list = lists.find(path); list != lists.end()) {
            out.body = json{{"object", "list"}, {"data", list->second}, {"has_more", false}}.dump();
        } else if (const auto found = objects.find(path); found != objects.end()) {
            out.body = found->second.dump();
        } else {
            out.status = 404;
            out.body = R"({"error":{"type":"invalid_request_error","code":"resource_missing",)"
                       R"("message":"No such object"}})";
        }
        co_return out;
    }
    std::size_t posts() const {
        return static_cast<std::size_t>(
            std::ranges::count_if(sent, [](const auto& one) { return one.starts_with("POST"); }));
    }

    std::optional<base::failure> away;
    std::map<std::string, json> objects;
    std::map<std::string, json> lists{{"/v1/charges", json::array()},
                                      {"/v1/customers", json::array()}};
    json disputes = json::array();
    std::vector<std::string> sent;
    std::vector<std::string> bodies;
    std::vector<std::string> keys;
    int refunds = 0;
};

// Made before the tools that refer to it.
struct with_orders {
    test::memory_orders desk;
};

struct world : with_orders, test::tool_caller<small_stripe> {
    world() : tool_caller({}, &desk) {
        account->orders = tenancy::orders_kind::tables;
        rules.server_name = "Support";
        desk.customers = {{"c_1", "sarah@example.com", "Sarah", "cus_1", days_ago(200)},
                          {"c_2", "omar@example.com", "Omar", "cus_2", days_ago(200)}};
        add("o_1", "c_1", "pi_1", 4999, "usd", 2);
        add("o_2", "c_1", "pi_2", 4999, "usd", 1);
        add("o_9", "c_2", "pi_9", 2000, "usd", 3);
    }

    base::timestamp days_ago(int days) const { return clock.now() - std::chrono::days{days}; }

    // An order, and its payment at Stripe.
    storage::order_row& add(const std::string& id, const std::string& customer,
                            const std::string& payment, std::int64_t amount,
                            const std::string& currency, int days) {
        desk.orders.push_back({id, customer, payment, amount, currency, 0,
                               storage::order_status::paid, days_ago(days)});
        const auto created = base::to_unix_ms(days_ago(days)) / 1000;
        const std::string charge = payment.starts_with("pi_") ? "ch_of_" + payment : payment;
        const json paid{{"id", charge},
                        {"object", "charge"},
                        {"amount", amount},
                        {"amount_refunded", 0},
                        {"captured", true},
                        {"status", "succeeded"},
                        {"amount_captured", amount},
                        {"currency", currency},
                        {"created", created},
                        {"payment_intent", payment.starts_with("pi_") ? json(payment) : json()}};
        api.objects["/v1/charges/" + charge] = paid;
        if (payment.starts_with("pi_"))
            api.objects["/v1/payment_intents/" + payment] = {
                {"id", payment},        {"object", "payment_intent"}, {"status", "succeeded"},
                {"currency", currency}, {"created", created},         {"latest_charge", paid}};
        return desk.orders.back();
    }
    json& charge_of(const std::string& intent) {
        return api.objects["/v1/payment_intents/" + intent]["latest_charge"];
    }

    // The text of a result that is no error.
    json ask(std::string_view tool, const json& arguments) {
        const auto out = (*this)(tool, arguments);
        UNSCOPED_INFO(out.text);
        REQUIRE_FALSE(out.is_error);
        return json::parse(out.text);
    }
    // The error of a result that is one.
    json refusal(std::string_view tool, const json& arguments) {
        const auto out = (*this)(tool, arguments);
        UNSCOPED_INFO(out.text);
        REQUIRE(out.is_error);
        return json::parse(out.text)["error"];
    }
    // The code of a refused refund, of which nothing was sent, and which is in the audit log.
    std::string refused(json arguments) {
        const auto before = api.posts();
        if (!arguments.contains("email")) arguments["email"] = "sarah@example.com";
        arguments["confirmed"] = true;
        const std::string code = refusal("issue_refund", arguments)["code"];
        CHECK(api.posts() == before);
        const auto noted =
            std::ranges::any_of(audit.events, [&](const auto& one) { return one.rule == code; });
        CHECK(noted);
        return code;
    }
    void guard(std::string_view with) {
        auto all = std::make_shared<tenancy::call_policies>();
        all->tools = &directory;
        auto read = tenancy::read_rules(with, "rules");
        all->server = tenancy::make_policy(std::move(*read), tenancy::layer::server, 1, "mcp_1",
                                           directory, "rules")
                          .value();
        rules.policies = std::move(all);
    }

    // Executes the approval that was asked for last, as the executor does.
    tenancy::approved_outcome execute() {
        test::drained_loop loop;
        stripe::approved_calls calls{loop.get_executor(), api, services, std::chrono::seconds{30}};
        auto row = approvals.asked.back();
        row.state = storage::approval_state::approved;
        tenancy::approval_content content{approvals.arguments.back(), approvals.previews.back(),
                                          approvals.orders.back()};
        auto who = std::make_shared<tenancy::grant>(rules);
        tenancy::approved_outcome out;
        boost::asio::co_spawn(loop, calls.call(std::move(who), row, std::move(content)),
                              [&out](std::exception_ptr error, tenancy::approved_outcome got) {
                                  test::rethrow(std::move(error));
                                  out = std::move(got);
                              });
        loop.run();
        return out;
    }

    stripe::catalogue_directory directory;
};

}  // namespace operations_test
