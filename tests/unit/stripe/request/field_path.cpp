// Names in fields, aggregate and expand, against what the catalogue knows of the objects.
#include "stripe/request/field_path.hpp"

#include <catch2/catch.hpp>

namespace field_path_test {

using namespace tollgate;
using namespace tollgate::stripe;

namespace {

const operation& tool(std::string_view name) {
    const auto* const found = find_tool(name);
    REQUIRE(found != nullptr);
    return *found;
}

std::string refused(std::string_view name, const own_arguments& own,
                    const std::optional<aggregate_request>& aggregate = {}) {
    const auto why = unknown_name(tool(name), own, aggregate);
    return why ? why->message : std::string{};
}

std::string refused_field(std::string_view name, const std::string& path) {
    own_arguments own;
    own.fields = {path};
    return refused(name, own);
}

std::string refused_expand(std::string_view name, const std::string& path) {
    own_arguments own;
    own.expanded = {path};
    return refused(name, own);
}

}  // namespace

// "resaon" used to give one group "none" with every row: a model then reports "no reason given".
TEST_CASE("stripe field_path: a mistyped name in aggregate is refused with the nearest",
          "[stripe]") {
    const aggregate_request grouped{.group_by = "resaon", .value = {}};
    CHECK(refused("list_all_stripe_disputes", {}, grouped) ==
          "'aggregate.group_by' names 'resaon', and there is no field 'resaon' in 'dispute'; did "
          "you mean 'reason'?");
    const aggregate_request summed{.group_by = "reason", .value = "amout"};
    CHECK(refused("list_all_stripe_disputes", {}, summed).find("did you mean 'amount'?") !=
          std::string::npos);
    const aggregate_request good{.group_by = "evidence_details.due_by", .value = "amount"};
    CHECK(refused("list_all_stripe_disputes", {}, good).empty());
    const aggregate_request deep{.group_by = "customer.emial", .value = {}};
    CHECK(refused("list_all_stripe_charges", {}, deep).find("did you mean 'customer.email'?") !=
          std::string::npos);
}

TEST_CASE("stripe field_path: fields are checked down to what the catalogue knows", "[stripe]") {
    const auto* const charges = "list_all_stripe_charges";
    for (const auto* good :
         {"amount", "default", "*", "data.amount", "data[].amount", "metadata.order_id",
          "billing_details.email", "customer", "customer.email", "customer.address.city",
          "balance_transaction.fee_details", "refunds.data.amount", "refunds.amount", "object",
          "payment_intent.latest_charge.amount"}) {
        INFO(good);
        CHECK(refused_field(charges, good).empty());
    }
    for (const auto* wrong : {"amuont", "data.amuont", "customer.emial", "refunds.data.amuont",
                              "amount.value", "amount_formatted"}) {
        INFO(wrong);
        CHECK_FALSE(refused_field(charges, wrong).empty());
    }
    CHECK(refused_field(charges, "amount_formatted").find("did you mean 'amount'?") !=
          std::string::npos);
    // None is near: the names there are.
    CHECK(refused_field(charges, "zzzzzzzz").find("there are: amount,") != std::string::npos);
}

TEST_CASE("stripe field_path: expand takes what Stripe can expand", "[stripe]") {
    for (const auto* good : {"data.customer", "data.payment_intent.payment_method",
                             "data.payment_method_details.card.mandate", "data.refunds"}) {
        INFO(good);
        CHECK(refused_expand("list_all_stripe_charges", good).empty());
    }
    CHECK(refused_expand("list_all_stripe_charges", "data.custmer")
              .find("did you mean 'data.customer'?") != std::string::npos);
    CHECK(
        refused_expand("list_all_stripe_charges", "customer").find("expanded as 'data.customer'") !=
        std::string::npos);
    CHECK(refused_expand("get_single_stripe_charge_by_id", "customer").empty());
    CHECK(refused_expand("get_single_stripe_charge_by_id", "amount")
              .find("Stripe cannot expand 'amount' of 'charge'") != std::string::npos);
}

// What a schema offers must not be refused, and what an answer shows must have a name.
TEST_CASE("stripe field_path: every listed expansion and every default field is known",
          "[stripe]") {
    std::size_t paths = 0;
    for (const auto& one : operations()) {
        if (!one.exposed()) continue;
        const bool page =
            one.response() == response_kind::list || one.response() == response_kind::search;
        for (const auto object : one.response_objects()) {
            for (const auto& each : expansions(object)) {
                const auto path = (page ? "data." : "") + std::string(each.path);
                INFO(one.tool_name() << ' ' << path);
                CHECK(refused_expand(one.tool_name(), path).empty());
                ++paths;
            }
            for (const auto field : default_fields(object)) {
                INFO(one.tool_name() << ' ' << field);
                CHECK(refused_field(one.tool_name(), std::string(field)).empty());
            }
        }
    }
    CHECK(paths > 1000);
}

}  // namespace field_path_test
