#include "stripe/finder/id_uses.hpp"

#include <catch2/catch.hpp>

#include "stripe/catalog/catalog.hpp"

namespace id_uses_test {

using namespace tollgate::stripe;

namespace {

id_use use(std::string_view id, std::string_view tool) {
    const auto kind = id_kind(id);
    REQUIRE(kind != no_id);
    const auto* one = find_tool(tool);
    REQUIRE(one != nullptr);
    return id_uses_of(*one).at(kind);
}

}  // namespace

TEST_CASE("stripe finder: what is an id", "[stripe][finder]") {
    CHECK(id_kind("price_1mo") != no_id);
    CHECK(id_kind("file_link") == no_id);  // words
    CHECK(id_kind("customer") == no_id);
    CHECK(id_kind("cus_") == no_id);
    CHECK(id_kind("sub_1a") != id_kind("sub_sched_1a"));  // the longest prefix counts
}

TEST_CASE("stripe finder: where an operation takes an id", "[stripe][finder]") {
    CHECK(use("pi_3a", "capture_a_stripe_payment_intent_by_id") == id_use::object);
    CHECK(use("pi_3a", "create_a_stripe_refund") == id_use::argument);
    CHECK(use("cus_9a", "delete_a_stripe_customer_card_by_id") == id_use::belongs);
    CHECK(use("card_1a", "delete_a_stripe_customer_card_by_id") == id_use::object);
    CHECK(use("ch_3a", "list_all_stripe_balance_transactions") == id_use::argument);  // its source
    CHECK(use("pm_1a", "update_a_stripe_customer_by_id") == id_use::argument);  // a default, deep
    CHECK(use("evt_1a", "create_a_stripe_customer") == id_use::none);
    CHECK(use("in_1a", "get_single_stripe_charge_by_id") == id_use::none);
}

}  // namespace id_uses_test
