#include "stripe/answer/account_state.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "stripe/listing/list_cache.hpp"
#include "stripe/listing/tool_list.hpp"
#include "tests/support/tool_caller.hpp"

namespace account_state_test {

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

TEST_CASE("stripe account_state: a freeze stops what is not a read, before it is sent",
          "[stripe]") {
    caller call;
    call.rules.frozen = true;
    for (const auto& one : operations()) {
        const auto why = state_refusal(one, call.rules);
        INFO(one.tool_name());
        CHECK(why.empty() == one.read_only());
        // What the freeze lets pass is no POST or DELETE that changes something.
        if (why.empty()) CHECK(one.method() != http_method::delete_);
    }
    const auto error = call.error_of("create_a_stripe_customer", {{"name", "x"}});
    CHECK(error["source"] == "tollgate");
    CHECK(error["type"] == "frozen");
    CHECK(error["code"] == "account_frozen");
    CHECK(error["retryable"] == false);
    CHECK(error["message"] == "Writes of this account are frozen. Reads work.");
    CHECK_FALSE(call(charges, json::object()).is_error);
    call.api.seen.clear();
    call.rules.team_frozen = true;
    CHECK(call.error_of("create_a_stripe_customer", {{"name", "x"}})["code"] == "team_frozen");
    call.rules.frozen = false;
    CHECK_FALSE(call("create_a_stripe_customer", {{"name", "x"}}).is_error);
}

TEST_CASE("stripe account_state: with a refused key nothing is sent", "[stripe]") {
    caller call;
    call.rules.needs_reauth = true;
    for (const auto* tool : {"create_a_stripe_customer", charges}) {
        const auto error = call.error_of(tool, json::object());
        CHECK(error["type"] == "needs_reauth");
        CHECK(error["retryable"] == false);
    }
}

TEST_CASE("stripe account_state: a 401 tells of the key, a connected account's does not",
          "[stripe]") {
    caller call;
    call.account->version = 7;
    CHECK_FALSE(call(charges, json::object()).is_error);
    call.api.status = 403;
    CHECK(call(charges, json::object()).is_error);
    call.api.status = 401;
    call.api.body = R"({"error":{"code":"account_invalid","message":"no access"}})";
    CHECK(call(charges, json::object()).is_error);
    CHECK(call.credentials.refused == 0);
    call.api.body = R"({"error":{"message":"Invalid API Key provided"}})";
    CHECK(call(charges, json::object()).is_error);
    CHECK(call.credentials.refused == 1);
    CHECK(call.credentials.last_version == 7);
}

}  // namespace account_state_test
