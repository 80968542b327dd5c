// What an explanation says that the built binary cannot be asked: live accounts, Stripe's own
// hosts.
#include "stripe/tools/explainer.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/counting_watch.hpp"
#include "tests/support/memory_audit.hpp"
#include "tests/support/memory_desk.hpp"
#include "tests/support/memory_ledger.hpp"

namespace explainer_test {

using namespace tollgate;
using namespace tollgate::stripe;
using nlohmann::json;

namespace {

struct asker {
    asker() {
        account->credential = base::secret{"sk_live_00000000000000000000"};
        account->mode = tenancy::account_mode::live;
        rules.account = account;
    }
    json operator()(std::string_view tool, const json& arguments = json::object()) const {
        const json body{{"tool", tool}, {"arguments", arguments}};
        const auto out = explained.explain(rules, body.dump());
        REQUIRE(out.has_value());
        return json::parse(*out);
    }

    finder_source finder;
    base::manual_clock clock{base::from_unix_ms(1'800'000'000'000)};
    base::null_logger log;
    cursor_seal cursors{base::secret{std::string(32, 'k')}};
    recent_writes writes;
    test::counting_watch credentials;
    test::memory_ledger receipts;
    test::memory_desk approvals;
    test::memory_audit audit;
    tenancy::local_rate_limiter limiter;
    explainer explained{{finder, cursors, writes, credentials, receipts, approvals, audit, clock,
                         log, call_limits{limiter, {}, {1, 10}, {}, nullptr}},
                        upstream_options{}};
    std::shared_ptr<tenancy::account_access> account = std::make_shared<tenancy::account_access>();
    tenancy::grant rules;
};

}  // namespace

TEST_CASE("stripe explainer: the request names Stripe's host and no credential", "[stripe]") {
    const asker ask;
    const auto told = ask("create_a_stripe_customer", {{"name", "Ada"}});
    CHECK(told["allowed"] == true);
    CHECK(told["sent"] == false);
    CHECK(told["request"]["method"] == "POST");
    CHECK(told["request"]["url"] == "https://api.stripe.com/v1/customers");
    CHECK(told["request"]["body"] == "name=Ada");
    const auto& headers = told["request"]["headers"];
    CHECK(headers["Host"] == "api.stripe.com");
    CHECK(headers["Authorization"] == "Bearer sk_live_***");
    CHECK(headers["Idempotency-Key"] == "made for each call");
    CHECK(headers["Stripe-Version"] == std::string(api_version()));
    CHECK(headers["Content-Length"] == "8");
    CHECK(told.dump().find("00000000") == std::string::npos);
}

TEST_CASE("stripe explainer: a live account does not see test helpers", "[stripe]") {
    const asker ask;
    const auto* found = match(http_method::post, "/v1/test_helpers/test_clocks").found;
    REQUIRE(found != nullptr);
    const auto told = ask(found->tool_name(), {{"frozen_time", 1'800'000'000}});
    CHECK(told["visible"] == false);
    CHECK(told["reason"] == "test_mode");
    CHECK(told["refused_by"]["rule"] == "account");
    CHECK(told["refused_by"]["code"] == "test_mode_only");
    CHECK(told["request"].is_null());
    ask.account->mode = tenancy::account_mode::test;
    CHECK(ask(found->tool_name(), {{"frozen_time", 1'800'000'000}})["visible"] == true);
}

TEST_CASE("stripe explainer: no limit is charged", "[stripe]") {
    const asker ask;
    for (int i = 0; i < 5; ++i) CHECK(ask("list_all_stripe_charges")["allowed"] == true);
    CHECK(ask.limiter.size() == 0);
}

TEST_CASE("stripe explainer: every tool can be explained", "[stripe]") {
    const asker ask;
    ask.account->mode = tenancy::account_mode::test;
    for (const auto& one : operations()) {
        if (!one.exposed()) continue;
        INFO(one.tool_name());
        const auto told = ask(one.tool_name());
        CHECK(told["visible"] == true);
        CHECK(told["allowed"] == told["refused_by"].is_null());
        CHECK(told["allowed"] == told["request"].is_object());
    }
}

}  // namespace explainer_test
