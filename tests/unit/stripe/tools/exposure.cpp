// What is said of a tool that is not there: the nearest name, and never a hidden one.
#include "stripe/tools/exposure.hpp"

#include <catch2/catch.hpp>

namespace exposure_test {

using namespace tollgate;
using namespace tollgate::stripe;

namespace {

struct asker {
    asker() { rules.account = std::make_shared<tenancy::account_access>(); }
    std::string operator()(std::string_view name) const {
        std::string why;
        CHECK(find_exposed(rules, name, why) == nullptr);
        return why;
    }
    tenancy::grant rules;
};

}  // namespace

TEST_CASE("stripe exposure: an unknown name is answered with the nearest that the server shows",
          "[stripe]") {
    asker ask;
    ask.rules.listing.mode = tenancy::listing_mode::full;
    CHECK(ask("list_all_stripe_charge") ==
          "There is no tool 'list_all_stripe_charge'. Did you mean 'list_all_stripe_charges'?");
    CHECK(ask("zzzz") == "There is no tool 'zzzz'.");
    // Where the nearest is hidden, the nearest of the others.
    ask.rules.filter.deny = {"list_all_stripe_charges"};
    const auto other = ask("list_all_stripe_charge");
    CHECK(other.find("list_all_stripe_charges'?") == other.npos);
    CHECK(other.find("Did you mean 'list_all_stripe_") != other.npos);
    ask.rules.filter.allow = {"get_single_stripe_balance_by_id"};
    CHECK(ask("list_all_stripe_charge") == "There is no tool 'list_all_stripe_charge'.");
}

TEST_CASE("stripe exposure: a guessed name is answered with the tool it means", "[stripe]") {
    asker ask;
    ask.rules.listing.mode = tenancy::listing_mode::full;
    CHECK(ask("create_refund") ==
          "There is no tool 'create_refund'. Did you mean 'create_a_stripe_refund'?");
    CHECK(ask("list_charges").find("'list_all_stripe_charges'?") != std::string::npos);
    CHECK(ask("retrieve_charge").find("'get_single_stripe_charge_by_id'?") != std::string::npos);
    ask.rules.filter.deny = {"create_a_stripe_refund"};
    CHECK(ask("create_refund").find("'create_a_stripe_refund'") == std::string::npos);
}

TEST_CASE("stripe exposure: search tools are near only where they are listed", "[stripe]") {
    asker ask;
    ask.rules.listing.mode = tenancy::listing_mode::search;
    CHECK(ask("find_stripe_operation") ==
          "There is no tool 'find_stripe_operation'. Did you mean 'find_stripe_operations'?");
    ask.rules.listing.mode = tenancy::listing_mode::full;
    CHECK(ask("find_stripe_operation").find("find_stripe_operations") == std::string::npos);
}

}  // namespace exposure_test
