#include "stripe/content/prompt_text.hpp"

#include <catch2/catch.hpp>

#include "stripe/content/prompt_book.hpp"

namespace prompt_text_test {

using namespace tollgate::stripe;
namespace base = tollgate::base;
namespace tenancy = tollgate::tenancy;

namespace {

tenancy::grant grant_of(const std::string& server = "mcp_1", const std::string& team = "team_1") {
    auto account = std::make_shared<tenancy::account_access>();
    tenancy::grant out;
    out.server_id = server;
    out.team_id = team;
    out.account = account;
    return out;
}

}  // namespace

TEST_CASE("content prompt_text: a prompt without a tool it needs is not there",
          "[stripe][content]") {
    auto grant = grant_of();
    grant.filter.deny = {"create_a_stripe_checkout_session", "create_a_stripe_payment_link"};
    CHECK_FALSE(tools_for(*find_prompt("payment_link"), grant));
    CHECK(missing_tool(*find_prompt("payment_link"), grant) == "create_a_stripe_checkout_session");
    grant.filter.deny = {"create_a_stripe_checkout_session"};
    CHECK(tools_for(*find_prompt("payment_link"), grant));
    grant.filter.deny = {"list_all_stripe_charges"};
    CHECK(missing_tool(*find_prompt("daily_revenue_report"), grant) == "list_all_stripe_charges");
}

}  // namespace prompt_text_test
