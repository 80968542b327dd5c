#include "stripe/catalog/nearest_name.hpp"

#include <catch2/catch.hpp>

#include <initializer_list>

namespace nearest_name_test {

using tollgate::stripe::nearest_name;

namespace {

std::string_view nearest(std::string_view wanted, std::initializer_list<std::string_view> names) {
    nearest_name search(wanted);
    for (const auto name : names) search.offer(name);
    return search.found();
}

}  // namespace

TEST_CASE("stripe nearest_name: slips of the keyboard are recognised", "[stripe]") {
    CHECK(nearest("custmer", {"currency", "customer", "amount"}) == "customer");
    CHECK(nearest("amuont", {"currency", "customer", "amount"}) == "amount");
    CHECK(nearest("Currency", {"currency", "customer"}) == "currency");
}

TEST_CASE("stripe nearest_name: a part of a name finds the whole", "[stripe]") {
    CHECK(nearest("customer_id", {"customer", "amount"}) == "customer");
    CHECK(nearest("created", {"created_after_this"}) == "created_after_this");
}

TEST_CASE("stripe nearest_name: what is far from everything finds nothing", "[stripe]") {
    CHECK(nearest("zebra", {"currency", "customer"}).empty());
    CHECK(nearest("", {"currency"}).empty());
    CHECK(nearest(std::string(65, 'a'), {"currency"}).empty());
    CHECK(nearest("x", {}).empty());
}

}  // namespace nearest_name_test
