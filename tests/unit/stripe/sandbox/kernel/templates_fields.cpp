// The sandbox's objects have every field Stripe always sends, by the catalogue's own facts.
#include <catch2/catch.hpp>

#include <fstream>
#include <set>

#include "stripe/sandbox/kernel/templates.hpp"
#include "tests/support/source_dir.hpp"
#include "tests/unit/stripe/sandbox/client.hpp"

namespace fields_test {

using namespace tollgate::sandbox::test;

namespace {

const json& facts() {
    static const json all = [] {
        std::ifstream file(tollgate::test::source_file("stripe/catalog/objects.json"));
        return json::parse(file);
    }();
    return all;
}

// What is missing, what is unknown, and what has the wrong type, in one object.
void check_object(const json& object) {
    const auto name = object.at("object").get<std::string>();
    INFO(name << " " << object.value("id", ""));
    const auto& fields = facts().at(name).at("fields");
    for (const auto& [field, type] : fields.items()) {
        const auto text = type.get<std::string>();
        INFO(field << " " << text);
        const bool optional = text.find('~') != std::string::npos;
        if (!object.contains(field)) {
            CHECK(optional);
            continue;
        }
        const auto& value = object[field];
        if (value.is_null()) {
            CHECK(text.find('?') != std::string::npos);
            continue;
        }
        if (text.starts_with("string") || text.starts_with("decimal")) CHECK(value.is_string());
        if (text.starts_with("number")) CHECK(value.is_number());
        if (text.starts_with("boolean")) CHECK(value.is_boolean());
        if (text.starts_with("array")) CHECK(value.is_array());
        if (text.starts_with("map")) CHECK(value.is_object());
        if (text.starts_with("list:")) CHECK(value["object"] == "list");
    }
    for (const auto& [field, value] : object.items()) {
        INFO("unknown " << field);
        CHECK((fields.contains(field) || field == "deleted"));
    }
}

void check_all(const json& value, std::set<std::string>& seen) {
    if (value.is_array())
        for (const auto& each : value) check_all(each, seen);
    if (!value.is_object()) return;
    const auto name = value.value("object", json());
    const bool deleted = value.contains("deleted");
    if (name.is_string() && name != "list" && name != "search_result" && !deleted) {
        seen.insert(name.get<std::string>());
        check_object(value);
    }
    for (const auto& [key, inner] : value.items())
        if (key != "metadata") check_all(inner, seen);
}

}  // namespace

TEST_CASE("sandbox fields: every object of the business is whole", "[sandbox]") {
    client to(true);
    std::set<std::string> seen;
    to.post("/v1/coupons", "percent_off=10&id=ten");
    to.post("/v1/promotion_codes", "promotion[type]=coupon&promotion[coupon]=ten");
    for (const auto* path :
         {"/v1/customers", "/v1/products", "/v1/prices", "/v1/payment_intents", "/v1/charges",
          "/v1/refunds", "/v1/disputes", "/v1/payouts", "/v1/balance_transactions",
          "/v1/checkout/sessions", "/v1/payment_links", "/v1/invoices", "/v1/invoiceitems",
          "/v1/coupons", "/v1/promotion_codes", "/v1/events", "/v1/payment_methods"}) {
        const auto rows = to.all(path);
        INFO(path);
        CHECK_FALSE(rows.empty());
        for (const auto& row : rows) check_all(row, seen);
    }
    for (const auto& row : to.all("/v1/subscriptions", "status=all")) check_all(row, seen);
    for (const auto& row : to.all("/v1/invoices", "expand[]=data.payments")) check_all(row, seen);
    for (const auto& row : to.all("/v1/checkout/sessions", "expand[]=data.line_items"))
        check_all(row, seen);
    check_all(to.get("/v1/balance").body, seen);
    for (const auto* name : {"balance",        "balance_transaction",
                             "charge",         "checkout.session",
                             "coupon",         "customer",
                             "dispute",        "event",
                             "invoice",        "invoice_payment",
                             "invoiceitem",    "item",
                             "line_item",      "payment_intent",
                             "payment_link",   "payment_method",
                             "payout",         "plan",
                             "price",          "product",
                             "promotion_code", "refund",
                             "subscription",   "subscription_item"}) {
        INFO(name);
        CHECK(seen.contains(name));
    }
}

TEST_CASE("sandbox fields: ids carry Stripe's prefixes, and nothing is live", "[sandbox]") {
    client to(true);
    const std::pair<const char*, const char*> prefixes[] = {{"/v1/customers", "cus_"},
                                                            {"/v1/charges", "ch_"},
                                                            {"/v1/payment_intents", "pi_"},
                                                            {"/v1/refunds", "re_"},
                                                            {"/v1/disputes", "du_"},
                                                            {"/v1/payouts", "po_"},
                                                            {"/v1/balance_transactions", "txn_"},
                                                            {"/v1/checkout/sessions", "cs_test_"},
                                                            {"/v1/payment_links", "plink_"},
                                                            {"/v1/subscriptions", "sub_"},
                                                            {"/v1/invoices", "in_"},
                                                            {"/v1/products", "prod_"},
                                                            {"/v1/prices", "price_"},
                                                            {"/v1/events", "evt_"}};
    for (const auto& [path, prefix] : prefixes)
        for (const auto& row : to.all(path)) {
            CHECK(row["id"].get<std::string>().rfind(prefix, 0) == 0);
            CHECK(row.value("livemode", false) == false);
        }
}

TEST_CASE("sandbox fields: the sandbox's own fields never leave it", "[sandbox]") {
    client to(true);
    for (const auto* path :
         {"/v1/payment_methods", "/v1/balance_transactions", "/v1/events", "/v1/payment_links"})
        CHECK(to.get(std::string(path) + "?limit=100").body.dump().find("\"_") ==
              std::string::npos);
    const auto declined =
        to.post("/v1/payment_intents",
                "amount=1000&currency=usd&confirm=true&payment_method=pm_card_chargeDeclined");
    CHECK(declined.body.dump().find("\"_") == std::string::npos);
}

}  // namespace fields_test
