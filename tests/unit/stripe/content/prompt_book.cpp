#include "stripe/content/prompt_book.hpp"

#include <catch2/catch.hpp>

#include <set>

#include "stripe/catalog/main_objects.hpp"
#include "stripe/content/prompt_text.hpp"

namespace prompt_book_test {

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

TEST_CASE("content prompt_book: every role is played and every step can be said",
          "[stripe][content]") {
    std::set<std::string> seen;
    REQUIRE_FALSE(prompts().empty());
    for (const auto& one : prompts()) {
        INFO(one.name);
        CHECK(seen.insert(one.name).second);
        CHECK_FALSE(one.title.empty());
        std::set<std::string> roles;
        for (const auto& role : one.roles) CHECK(roles.insert(role.role).second);
        for (const auto& any : one.any_of) CHECK(roles.contains(any));
        std::set<std::string> used;
        for (const auto& step : one.steps)
            for (std::size_t at = step.find('{'); at != std::string::npos;
                 at = step.find('{', at + 1))
                used.insert(step.substr(at + 1, step.find('}', at) - at - 1));
        CHECK(used == roles);
        for (const auto& as : one.arguments) {
            CHECK_FALSE(as.description.empty());
            CHECK((as.form == argument_form::choice) == !as.choices.empty());
            if (as.form == argument_form::id) CHECK(find_main_object(as.object) != nullptr);
            if (as.form == argument_form::amount) CHECK(find_argument(one, "currency") != nullptr);
            if (!as.fallback.empty())
                CHECK(std::count(as.choices.begin(), as.choices.end(), as.fallback) == 1);
        }
        CHECK(tools_for(one, grant_of()).has_value() != one.needs_orders);
        auto grant = grant_of();
        auto account = std::make_shared<tenancy::account_access>(*grant.account);
        account->orders = tenancy::orders_kind::tables;
        grant.account = account;
        const auto cast = tools_for(one, grant);
        REQUIRE(cast.has_value());
        const auto text = prompt_text(one, *cast, grant, "{}");
        CHECK(text.find("{tool}") == std::string::npos);
        CHECK(text.find('{' + one.roles.front().role) == std::string::npos);
        CHECK(text.size() < 5000);
    }
}

}  // namespace prompt_book_test
