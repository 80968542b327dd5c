#include "stripe/content/resource_answer.hpp"

#include <catch2/catch.hpp>

#include "stripe/catalog/main_objects.hpp"

namespace resource_answer_test {

using namespace tollgate::stripe;
namespace base = tollgate::base;
namespace tenancy = tollgate::tenancy;

namespace {

const main_object& customer = *find_main_object("customer");

}  // namespace

TEST_CASE("content resource_answer: what Stripe lacks is missing, what fails is told",
          "[stripe][content]") {
    tollgate::mcp::tool_result result;
    result.is_error = true;
    result.text = R"({"error":{"code":"resource_missing","message":"No such customer"}})";
    result.http_headers = {{"RateLimit-Limit", "5"}};
    const auto none = as_resource("stripe://customer/cus_1", result);
    CHECK_FALSE(none.exists);
    CHECK(none.http_headers.size() == 1);
    result.text = R"({"error":{"code":"x","message":"It is away.","next_step":"Wait."}})";
    const auto away = as_resource("stripe://customer/cus_1", result);
    CHECK(away.exists);
    CHECK(away.refusal == "It is away. Wait.");
    CHECK(away.refusal_data == result.text);
    CHECK(is_empty_page(R"({"next_cursor":null,"data":[]})"));
    CHECK_FALSE(is_empty_page(R"({"data":[{}]})"));
    CHECK_FALSE(is_empty_page("no JSON"));
}

}  // namespace resource_answer_test
