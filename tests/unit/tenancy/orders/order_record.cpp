// Records of an import, and how e-mail addresses are compared.
#include "tenancy/orders/order_record.hpp"

#include <catch2/catch.hpp>

#include "tenancy/orders/email_key.hpp"

namespace order_records_test {

using namespace tollgate;
using tenancy::email_key;
using tenancy::read_order_record;
using tenancy::record_field;

std::vector<record_field> order(std::vector<record_field> more) {
    std::vector<record_field> out{
        {"id", "o1"},       {"customer_id", "c1"}, {"payment_id", "pi_1"},
        {"amount", "4999"}, {"currency", "USD"},   {"created_at", "2026-11-30T09:00:00+01:00"}};
    for (auto& one : more) {
        std::erase_if(out, [&](const record_field& other) { return other.name == one.name; });
        out.push_back(std::move(one));
    }
    return out;
}

storage::order_row good(std::vector<record_field> more = {}) {
    return std::get<storage::order_row>(read_order_record(order(std::move(more))).value());
}

std::string reason(std::vector<record_field> more) {
    const auto read = read_order_record(order(std::move(more)));
    return read.has_value() ? "" : read.error().message;
}

TEST_CASE("orders: addresses compare without white space and without regard to case", "[orders]") {
    CHECK(email_key("  Sarah@Example.COM\t") == "sarah@example.com");
    CHECK(email_key("ÄÖÜ@x") == "äöü@x");
    CHECK(email_key("ΣΑΡΑ@x") == "σαρα@x");
    CHECK(email_key("САРА@x") == "сара@x");
    CHECK(email_key("×÷日本@x") == "×÷日本@x");
    CHECK(email_key("\xC3").size() == 1);
    CHECK(email_key("").empty());
}

TEST_CASE("orders: an order is read with its currency in small letters and its time in UTC",
          "[orders]") {
    const auto read = good();
    CHECK(read.currency == "usd");
    CHECK(read.amount == 4'999);
    CHECK(base::format_timestamp(read.created_at) == "2026-11-30T08:00:00.000Z");
    CHECK(base::format_timestamp(good({{"created_at", "2026-11-30"}}).created_at) ==
          "2026-11-30T00:00:00.000Z");
    CHECK(good({{"status", "refunded"}}).refunded == 4'999);
    CHECK(good({{"status", "partially_refunded"}, {"refunded", "1"}}).refunded == 1);
    CHECK(good({{"payment_id", ""}}).payment_id.empty());
}

TEST_CASE("orders: each mistake of an order names its field", "[orders]") {
    CHECK(reason({{"id", ""}}) == "id is missing");
    CHECK(reason({{"amount", ""}, {"type", "order"}}) == "amount is missing");
    for (const char* amount : {"49.99", "-1", "1e3", " 5", "9999999999999", "0x10"})
        CHECK(reason({{"amount", amount}}).starts_with("amount must be a whole number"));
    CHECK(reason({{"currency", "dollar"}}) == "currency has three letters, as usd");
    CHECK(reason({{"created_at", "2026-11-30T09:00:00"}}).starts_with("created_at must be a time"));
    CHECK(reason({{"created_at", "2026-02-30"}}).starts_with("created_at must be a time"));
    CHECK(reason({{"refunded", "5000"}}) == "refunded is more than the amount");
    CHECK(reason({{"status", "open"}}).starts_with("status must be paid"));
    CHECK(reason({{"status", "partially_refunded"}}).starts_with("refunded must say"));
    CHECK(reason({{"payment_id", "card"}}).starts_with("payment_id begins with"));
    CHECK(reason({{"vip", "yes"}}) == "vip is not a field of an order");
    CHECK(reason({{"vip", ""}}).empty());
    CHECK(reason({{"id", std::string(201, 'x')}}) == "id has at most 200 bytes");
    CHECK(reason({{"id", "a\nb"}}).starts_with("id must be UTF-8"));
    CHECK(reason({{"id", "\xFF"}}).starts_with("id must be UTF-8"));
    CHECK(reason({{"type", "invoice"}}).starts_with("type must be customer or order"));
}

TEST_CASE("orders: a record without an amount is a customer", "[orders]") {
    const auto read = read_order_record({{"id", "c1"},
                                         {"email", "a@example.com"},
                                         {"stripe_customer_id", "cus_1"},
                                         {"created_at", "2026-01-01"}});
    REQUIRE(read.has_value());
    CHECK(std::get<storage::order_customer_row>(*read).email == "a@example.com");
    for (const char* email : {"nobody", "@x", "a@", "a b@x", "a@x,b@x"}) {
        const auto wrong =
            read_order_record({{"id", "c1"}, {"email", email}, {"created_at", "2026-01-01"}});
        REQUIRE(wrong.has_error());
        CHECK(wrong.error().field == "email");
    }
}

}  // namespace order_records_test
