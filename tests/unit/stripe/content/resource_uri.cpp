#include "stripe/content/resource_uri.hpp"

#include <catch2/catch.hpp>

#include "stripe/catalog/main_objects.hpp"

namespace resource_uri_test {

using namespace tollgate::stripe;
namespace base = tollgate::base;
namespace tenancy = tollgate::tenancy;

namespace {

const main_object& customer = *find_main_object("customer");

}  // namespace

TEST_CASE("content resource_uri: what a URI asks for", "[stripe][content]") {
    const auto one = read_resource_uri("stripe://payment_intent/pi%5F1");
    REQUIRE(one.has_value());
    CHECK(one->from->uri == "stripe://payment_intent/{id}");
    CHECK(one->value == "pi_1");
    CHECK(read_resource_uri("customer://o'brien+1@mail.example.com")->value ==
          "o'brien+1@mail.example.com");
    CHECK(read_resource_uri("payment://py_1")->from->form == resource_form::payment);
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"stripe://customers/cus_1", "unknown_uri"},
        {"stripe://customer", "unknown_uri"},
        {"", "unknown_uri"},
        {"stripe://customer/", "bad_id"},
        {"stripe://customer/cus_1%", "bad_id"},
        {"stripe://customer/cus_%2", "bad_id"},
        {"stripe://customer/cus_1%00", "bad_id"},
        {"customer://a%20b@example.com", "bad_email"},
        {"customer://a@b@c.d", "bad_email"},
        {"customer://" + std::string(990, 'a'), "unknown_uri"}};
    for (const auto& [uri, code] : wrong) {
        INFO(uri);
        REQUIRE(read_resource_uri(uri).has_error());
        CHECK(read_resource_uri(uri).error().code == code);
    }
}

}  // namespace resource_uri_test
