#include "stripe/catalog/main_objects.hpp"

#include <catch2/catch.hpp>

namespace main_objects_test {

using namespace tollgate::stripe;
namespace base = tollgate::base;
namespace tenancy = tollgate::tenancy;

namespace {

// A page of `count` customers from cus_<first> on.
struct page {
    page(const std::string& prefix, int first, int count) {
        std::string text = R"({"object":"list","data":[)";
        for (int i = first; i < first + count; ++i) {
            if (i != first) text += ',';
            text += R"({"id":")" + prefix + std::to_string(i) + R"(","object":"customer"})";
        }
        text += "]}";
        rows = parser.parse(text);
    }
    simdjson::dom::parser parser;
    simdjson::dom::element rows;
};

const main_object& customer = *find_main_object("customer");

}  // namespace

TEST_CASE("content main_objects: an id is known by its prefix and nothing else gets through",
          "[stripe][content]") {
    for (const auto& one : main_objects()) {
        INFO(one.name);
        REQUIRE(find_tool(one.get_tool) != nullptr);
        CHECK(find_tool(one.get_tool)->read_only());
        if (!one.search_tool.empty()) {
            REQUIRE(find_tool(one.search_tool) != nullptr);
            CHECK(find_tool(one.search_tool)->response_objects().front() == one.name);
        }
        const std::string id = std::string(one.prefix) + "1AbC_9";
        CHECK(may_be_id(one, id));
        CHECK(object_of_id(id) == &one);
        for (const std::string bad : {"", "/", "?", "%2e", " ", "\n", "#"})
            CHECK(may_be_id(one, id + bad) == bad.empty());
        CHECK_FALSE(may_be_id(one, ""));
        CHECK_FALSE(may_be_id(one, id + std::string(200, 'a')));
    }
    CHECK(object_of_id("du_1")->name == "dispute");
    CHECK(object_of_id("py_1")->name == "charge");
    CHECK(object_of_id("gold-plan") == nullptr);
    CHECK(may_be_id(*find_main_object("product"), "gold-plan"));
    CHECK_FALSE(may_be_id(customer, "cus_"));
    CHECK_FALSE(may_be_id(customer, "cus_a-b"));
}

TEST_CASE("content main_objects: the dashboard's page is that of the account and its mode",
          "[stripe][content]") {
    tenancy::account_access account;
    CHECK(dashboard_url(customer, "cus_1", account) ==
          "https://dashboard.stripe.com/test/customers/cus_1");
    account.mode = tenancy::account_mode::live;
    CHECK(dashboard_url(*find_main_object("charge"), "ch_1", account) ==
          "https://dashboard.stripe.com/payments/ch_1");
    account.stripe_account = "acct_9";
    CHECK(dashboard_url(*find_main_object("invoice"), "in_1", account) ==
          "https://dashboard.stripe.com/acct_9/invoices/in_1");
}

}  // namespace main_objects_test
