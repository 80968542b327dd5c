#include "stripe/content/completions.hpp"

#include <catch2/catch.hpp>

#include "stripe/catalog/main_objects.hpp"
#include "stripe/content/prompt_book.hpp"
#include "stripe/tools/seen_ids.hpp"

namespace completions_test {

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

const base::timestamp start = base::from_unix_ms(1'800'000'000'000);

const main_object& customer = *find_main_object("customer");

}  // namespace

TEST_CASE("content completions: only what begins so, at most a hundred", "[stripe][content]") {
    const seen_ids seen;
    const auto& link = *find_prompt("payment_link");
    const auto& currency = *find_argument(link, "currency");
    CHECK(complete_argument(currency, grant_of(), "", seen, start).size() == completions_max);
    CHECK(complete_argument(currency, grant_of(), "jp", seen, start) ==
          std::vector<std::string>{"jpy"});
    CHECK(complete_argument(*find_argument(link, "item"), grant_of(), "", seen, start).empty());
    const auto& day = *find_argument(*find_prompt("daily_revenue_report"), "day");
    const auto days = complete_argument(day, grant_of(), "2027-01", seen, start);
    CHECK(days.size() == 15);
    CHECK(days.front() == "2027-01-15");
    CHECK(complete_variable(*find_template("customer://{email}"), grant_of(), "", seen, start)
              .empty());
}

}  // namespace completions_test
