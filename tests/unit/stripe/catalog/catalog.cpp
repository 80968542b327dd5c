#include "stripe/catalog/catalog.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

namespace catalog_test {

using namespace tollgate::stripe;
using tollgate::tenancy::method;

namespace {

const operation& named(std::string_view tool_name) {
    const auto* found = find_operation(tool_name);
    REQUIRE(found != nullptr);
    return *found;
}

// A path that fits the template: "{charge}" becomes "x1".
std::string example_path(const operation& of) {
    std::string out;
    int value = 0;
    for (const auto& segment : of.segments())
        out += '/' +
               (segment.is_parameter ? "x" + std::to_string(++value) : std::string(segment.view()));
    return out;
}

}  // namespace

// Every name is found, and found as itself; nothing else is.
TEST_CASE("stripe catalog: every operation is found by its name", "[stripe]") {
    REQUIRE(operations().size() == 695);
    for (const auto& each : operations()) {
        CHECK(find_operation(each.tool_name()) == &each);
        CHECK(find_tool(each.tool_name()) == (each.exposed() ? &each : nullptr));
    }
    CHECK(find_operation("") == nullptr);
    CHECK(find_operation("list_all_stripe_charge") == nullptr);
}

// The sandbox finds each operation by a request's path, and gets the path's values in order.
TEST_CASE("stripe catalog: every operation is matched by its own path", "[stripe]") {
    for (const auto& each : operations()) {
        INFO(each.path_template());
        const auto path = example_path(each);
        const auto found = match(each.method(), path);
        CHECK(found.found == &each);
        for (std::size_t i = 0; i < found.values_size; ++i)
            CHECK(found.values[i] == "x" + std::to_string(i + 1));
    }
}

TEST_CASE("stripe catalog: a literal segment wins over a parameter", "[stripe]") {
    CHECK(match(http_method::get, "/v1/charges/search").found->kind() == method::search);
    CHECK(match(http_method::get, "/v1/charges/ch_1").found->kind() == method::get);
}

TEST_CASE("stripe catalog: what is not a path of Stripe's matches nothing", "[stripe]") {
    for (const auto* path : {"", "/", "v1/charges", "/v1/charges/", "/v1//charges",
                             "/v1/charges//refunds", "/v1/nothing", "/v1/charges/a/b/c/d/e"})
        CHECK(match(http_method::get, path).found == nullptr);
    CHECK(match(http_method::delete_, "/v1/charges").found == nullptr);
    CHECK(path_exists("/v1/charges"));
    CHECK_FALSE(path_exists("/v1/nothing"));
}

TEST_CASE("stripe catalog: an operation knows its parameters to any depth", "[stripe]") {
    const auto& checkout = named("create_a_stripe_checkout_session");
    CHECK(checkout.method() == http_method::post);
    CHECK(checkout.encoding() == encoding::form);
    const auto* items = checkout.find_parameter("line_items");
    REQUIRE(items != nullptr);
    CHECK(items->place() == place::body);
    REQUIRE(items->type() == value_type::array);
    const auto* price = items->children()[0].find_child("price_data");
    REQUIRE(price != nullptr);
    CHECK(price->find_child("currency")->required());
    CHECK(price->find_child("unit_amount")->type() == value_type::integer);
    CHECK(price->find_child("nothing") == nullptr);
    const auto* mode = checkout.find_parameter("mode");
    REQUIRE(mode->enum_values().size() == 3);
    CHECK(mode->enum_values()[0].view() == "payment");
}

TEST_CASE("stripe catalog: path parameters carry the names of the tool's arguments", "[stripe]") {
    const auto& refunds = named("list_all_stripe_charge_refunds");
    REQUIRE(refunds.segments().size() == 4);
    CHECK(refunds.segments()[2].is_parameter);
    CHECK(refunds.segments()[2].view() == "charge_id");
    CHECK(refunds.find_parameter("charge_id")->place() == place::path);
    CHECK(refunds.find_parameter("charge_id")->required());
    CHECK(refunds.cursor() == cursor_kind::starting_after);
    CHECK(refunds.path_template() == "/v1/charges/{charge}/refunds");
    CHECK(refunds.response_objects()[0] == "refund");
    CHECK(refunds.tags()[0] == "payments");
}

TEST_CASE("stripe catalog: expansion tells objects from left-out lists", "[stripe]") {
    const auto targets = expand_targets("charge", "payment_intent");
    REQUIRE(targets.size() == 1);
    CHECK(targets[0].object == "payment_intent");
    CHECK_FALSE(targets[0].is_list);
    CHECK(expand_targets("charge", "refunds")[0].is_list);
    CHECK(expand_targets("charge", "amount").empty());
    CHECK(expand_targets("nothing", "amount").empty());
    CHECK(expansions("nothing").empty());
}

// Sorted, so that a reader may search them; the implied fields are not repeated.
TEST_CASE("stripe catalog: default fields of an object are sorted paths", "[stripe]") {
    const auto fields = default_fields("charge");
    CHECK(std::ranges::is_sorted(fields));
    CHECK(std::ranges::count(fields, "payment_method_details.card.brand") == 1);
    CHECK(std::ranges::count(fields, "status") == 1);
    CHECK(std::ranges::count(fields, "id") == 0);
    CHECK(default_fields("nothing").empty());
    CHECK(default_fields("").empty());
}

TEST_CASE("stripe catalog: every searchable object knows its search fields", "[stripe]") {
    for (const auto& each : operations()) {
        if (each.response() != response_kind::search) continue;
        INFO(each.tool_name());
        REQUIRE(each.response_objects().size() == 1);
        const auto fields = search_fields(each.response_objects()[0]);
        CHECK_FALSE(fields.empty());
        CHECK(std::ranges::is_sorted(fields, {}, &search_field::name));
    }
    const auto customers = search_fields("customer");
    REQUIRE(customers.size() == 4);
    CHECK(customers[0].name == "created");
    CHECK(customers[0].type == search_type::number);
    CHECK(customers[1].name == "email");
    CHECK(customers[1].substring);
    CHECK(search_fields("dispute").empty());
}

TEST_CASE("stripe catalog: test helpers are marked as of test mode only", "[stripe]") {
    for (const auto& each : operations())
        CHECK(each.test_only() ==
              (each.path_template().find("/test_helpers/") != std::string_view::npos));
}

TEST_CASE("stripe catalog: the facts say what they describe", "[stripe]") {
    CHECK(api_version() == "2026-10-28.endive");
    CHECK(facts_source() == "stripe@23.1.0");
}

// Credentials and client secrets have no place in the catalogue.
TEST_CASE("stripe catalog: operations that hand out credentials are absent", "[stripe]") {
    for (const auto& each : operations()) {
        const auto path = each.path_template();
        CHECK(path.find("/oauth") == std::string_view::npos);
        CHECK(path.find("/ephemeral_keys") == std::string_view::npos);
        CHECK(path.find("/apps/secrets") == std::string_view::npos);
        CHECK(path != "/v2/billing/meter_event_stream");
    }
}

}  // namespace catalog_test
