#include "stripe/request/connected_account.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "stripe/listing/list_cache.hpp"
#include "stripe/listing/tool_list.hpp"
#include "tests/support/tool_caller.hpp"

namespace connected_account_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;

namespace {

// Answers everything with an object, and keeps what it was sent.
class recording_upstream final : public upstream {
public:
    struct sent {
        std::string target;
        std::string account;
        std::string key;
    };
    base::awaitable<base::result<upstream_response>> send(upstream_request request) override {
        seen.push_back(
            {request.target, std::string(request.connected_account), request.idempotency_key});
        upstream_response answer;
        answer.status = status;
        answer.body = body;
        co_return answer;
    }
    unsigned status = 200;
    std::string body = R"({"id":"x_1","object":"x"})";
    std::vector<sent> seen;
};

struct caller : test::tool_caller<recording_upstream> {
    json error_of(std::string_view tool, const json& arguments) {
        const auto out = (*this)(tool, arguments);
        REQUIRE(out.is_error);
        CHECK(api.seen.empty());
        return json::parse(out.text)["error"];
    }
    json listed(std::string_view tool) const {
        std::string text = "[";
        append_tool_list(rules, text);
        for (const auto& one : json::parse(text + ']'))
            if (one["name"] == tool) return one;
        return {};
    }
};

constexpr auto charges = "list_all_stripe_charges";

}  // namespace

TEST_CASE("stripe account_rules: a call may name one of the allowed accounts", "[stripe]") {
    caller call;
    call.account->connected_accounts = {"acct_A", "acct_B"};
    CHECK_FALSE(call(charges, {{"connected_account", "acct_B"}, {"limit", 1}}).is_error);
    CHECK_FALSE(call(charges, {{"limit", 1}}).is_error);
    REQUIRE(call.api.seen.size() == 2);
    CHECK(call.api.seen[0].account == "acct_B");
    CHECK(call.api.seen[0].target == "/v1/charges?limit=1");
    CHECK(call.api.seen[1].account.empty());
    call.api.seen.clear();
    const auto other = call.error_of(charges, {{"connected_account", "acct_C"}});
    CHECK(other["code"] == "invalid_value");
    CHECK(other["param"] == "connected_account");
    CHECK(other["message"] ==
          "'connected_account' is not one of the accounts this server may act for: acct_A, acct_B");
    CHECK(call.error_of(charges, {{"connected_account", ""}})["code"] == "invalid_value");
    CHECK(call.error_of(charges, {{"connected_account", 7}})["code"] == "wrong_type");
    CHECK(call.error_of(charges, {{"conected_account", "acct_A"}})["message"] ==
          "unknown argument 'conected_account'; did you mean 'connected_account'?");
}

TEST_CASE("stripe account_rules: without a list the argument does not exist", "[stripe]") {
    caller call;
    CHECK(call.error_of(charges, {{"connected_account", "acct_A"}})["code"] == "unknown_argument");
    CHECK_FALSE(call.listed(charges)["inputSchema"]["properties"].contains("connected_account"));
}

TEST_CASE("stripe account_rules: every tool lists the allowed accounts", "[stripe]") {
    caller call;
    call.rules.listing.mode = tenancy::listing_mode::full;
    std::string plain = "[";
    append_tool_list(call.rules, plain);
    call.account->connected_accounts = {"acct_A", "acct_B"};
    std::string text = "[";
    append_tool_list(call.rules, text);
    auto before = json::parse(plain + ']');
    const auto tools = json::parse(text + ']');
    REQUIRE(tools.size() == before.size());
    const auto shown = json{{"type", "string"},
                            {"description", "Connected account to act for"},
                            {"enum", {"acct_A", "acct_B"}}};
    for (std::size_t i = 0; i < tools.size(); ++i) {
        INFO(tools[i]["name"]);
        if (tools[i]["name"] == "get_receipt") continue;  // it asks the gateway, not Stripe
        CHECK(tools[i]["inputSchema"]["properties"]["connected_account"] == shown);
        before[i]["inputSchema"]["properties"]["connected_account"] = shown;
        CHECK(tools[i] == before[i]);
    }
    // The search tools' description of an operation shows it too.
    call.rules.listing.mode = tenancy::listing_mode::search;
    const auto described = json::parse(
        call("describe_stripe_operation", {{"operation", charges}}).text)["input_schema"];
    CHECK(described["properties"]["connected_account"] == shown);
}

TEST_CASE("stripe account_rules: many accounts count in the budget of the list", "[stripe]") {
    caller call;
    for (const auto& one : operations())
        if (one.tool_name() == charges || one.tool_name().starts_with("get_single_stripe_balance"))
            call.rules.filter.allow.emplace_back(one.tool_name());
    const auto member = [&] { return connected_account_member(call.account->connected_accounts); };
    const auto cost = [&] {
        return list_tools(call.rules.filter, {}, tenancy::account_mode::test, member());
    };
    CHECK_FALSE(call.listed(charges).is_null());
    CHECK_FALSE(cost().searching);
    for (int i = 0; i < 4000; ++i)
        call.account->connected_accounts.push_back("acct_" + std::to_string(1'000'000 + i));
    CHECK(cost().searching);
    CHECK(cost().tokens.claude < 16'000);
    CHECK_FALSE(call.listed("find_stripe_operations").is_null());
}

}  // namespace connected_account_test
