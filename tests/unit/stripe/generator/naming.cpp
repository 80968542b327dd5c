#include "stripe/generator/naming.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <map>
#include <set>

#include "stripe/generator/model.hpp"
#include "tests/support/source_dir.hpp"

namespace naming_test {

using namespace tollgate::stripe::generator;

namespace {

const model& all() {
    static const model built =
        build_model(read_facts(tollgate::test::source_file("stripe/catalog")));
    return built;
}

std::string kind_word(const model_operation& operation) {
    return std::string(tollgate::tenancy::to_string(operation.kind));
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : ",") + word;
    return out;
}

std::string golden_line(const model_operation& operation) {
    return operation.tool + '\t' + kind_word(operation) + '\t' + operation.fact.key() + '\t' +
           joined(path_arguments(operation.fact, operation.tool)) + '\t' + joined(operation.tags);
}

}  // namespace

TEST_CASE("stripe naming: names are unique, at most 64 letters of [a-z0-9_]", "[stripe]") {
    std::set<std::string> seen;
    for (const auto& operation : all().operations) {
        INFO(operation.fact.key() << " -> " << operation.tool);
        CHECK(seen.insert(operation.tool).second);
        CHECK(operation.tool.size() <= 64);
        CHECK(operation.tool.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
              std::string::npos);
        CHECK(operation.tool.find("__") == std::string::npos);
        CHECK(operation.tool.find("_stripe_") != std::string::npos);
    }
    CHECK(seen.size() == 695);
}

// Names people already use in prompts and configuration.
TEST_CASE("stripe naming: well-known tools keep their names", "[stripe]") {
    const std::map<std::string, std::string> known{
        {"get_single_stripe_balance_by_id", "GET /v1/balance"},
        {"list_all_stripe_charges", "GET /v1/charges"},
        {"get_single_stripe_charge_by_id", "GET /v1/charges/{charge}"},
        {"list_all_stripe_charge_refunds", "GET /v1/charges/{charge}/refunds"},
        {"create_a_stripe_charge_refund", "POST /v1/charges/{charge}/refunds"},
        {"create_a_stripe_refund", "POST /v1/refunds"},
        {"list_all_stripe_disputes", "GET /v1/disputes"},
        {"create_a_stripe_checkout_session", "POST /v1/checkout/sessions"},
        {"list_all_stripe_payouts", "GET /v1/payouts"},
        {"get_single_stripe_payout_by_id", "GET /v1/payouts/{payout}"},
        {"list_all_stripe_balance_transactions", "GET /v1/balance_transactions"},
        {"create_a_stripe_customer", "POST /v1/customers"},
        {"list_all_stripe_customers", "GET /v1/customers"},
        {"get_single_stripe_customer_by_id", "GET /v1/customers/{customer}"},
        {"list_all_stripe_customer_subscriptions", "GET /v1/customers/{customer}/subscriptions"},
        {"get_single_stripe_payment_intent_by_id", "GET /v1/payment_intents/{intent}"}};
    std::map<std::string, std::string> names;
    for (const auto& operation : all().operations) names[operation.tool] = operation.fact.key();
    for (const auto& [tool, key] : known) CHECK(names[tool] == key);
}

// A changed name breaks every prompt and allow list that uses it: change the golden file only on
// purpose.
TEST_CASE("stripe naming: names, kinds, arguments and tags are those of the golden file",
          "[stripe]") {
    std::ifstream in(tollgate::test::source_file("tests/unit/stripe/golden/tools.tsv"));
    REQUIRE(in);
    std::size_t at = 0;
    for (std::string line; std::getline(in, line); ++at) {
        REQUIRE(at < all().operations.size());
        CHECK(golden_line(all().operations[at]) == line);
    }
    CHECK(at == all().operations.size());
}

TEST_CASE("stripe naming: words are made singular", "[stripe]") {
    CHECK(singular("charges") == "charge");
    CHECK(singular("tax_ids") == "tax_id");
    CHECK(singular("addresses") == "address");
    CHECK(singular("capabilities") == "capability");
    CHECK(singular("balance_settings") == "balance_settings");
    CHECK(singular("boxes") == "box");
    CHECK(singular("address") == "address");
}

TEST_CASE("stripe naming: a resource key drops values, verbs and search", "[stripe]") {
    std::map<std::string, std::string> keys;
    for (const auto& operation : all().operations) keys[operation.fact.key()] = operation.resource;
    CHECK(keys["GET /v1/charges/{charge}/refunds"] == "charges/refunds");
    CHECK(keys["POST /v1/charges/{charge}/capture"] == "charges");
    CHECK(keys["GET /v1/charges/search"] == "charges");
    CHECK(keys["POST /v1/invoices/create_preview"] == "invoices");
    CHECK(keys["POST /v1/checkout/sessions/{session}/expire"] == "checkout/sessions");
    CHECK(keys["GET /v1/balance"] == "balance");
    CHECK(keys["GET /v2/core/events"] == "v2/core/events");
}

}  // namespace naming_test
