#include "stripe/sandbox/kernel/search.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/stripe/sandbox/client.hpp"

namespace search_test {

using tollgate::sandbox::matches;
using tollgate::sandbox::parse_search;
using namespace tollgate::sandbox::test;

namespace {

bool hits(const std::string& query) {
    const auto row = json::parse(R"({"amount":1500,"currency":"usd","status":"succeeded",
        "customer":null,"disputed":false,"created":1000,"metadata":{"order_id":"42","a b":"C\"d"},
        "payment_method_details":{"card":{"last4":"4242"}}})");
    const auto parsed = parse_search(query, "charges");
    INFO(query);
    REQUIRE(parsed.has_value());
    return matches(*parsed, row);
}

bool refused(const std::string& query) {
    return !parse_search(query, "charges").has_value();
}

}  // namespace

TEST_CASE("sandbox search: fields, numbers, metadata, negation", "[sandbox]") {
    CHECK(hits(R"(status:"succeeded")"));
    CHECK(hits(R"(status:"SUCCEEDED")"));
    CHECK_FALSE(hits(R"(status:"succ")"));
    CHECK(hits("amount>1499"));
    CHECK(hits("amount>=1500 AND amount<=1500"));
    CHECK_FALSE(hits("amount<1500"));
    CHECK(hits("amount:1500"));
    CHECK(hits(R"(metadata["order_id"]:"42")"));
    CHECK(hits(R"(metadata["a b"]:"c\"d")"));
    CHECK(hits("metadata['order_id']:'42'"));
    CHECK_FALSE(hits("metadata['order_id']:'43'"));
    CHECK(refused("metadata['order_id]:'42'"));
    CHECK(hits(R"(-metadata["order_id"]:"43")"));
    CHECK(hits("-metadata[\"order_id\"]:null"));
    CHECK(hits("customer:null"));
    CHECK(hits(R"(disputed:"false")"));
    CHECK(hits(R"(payment_method_details.card.last4:4242)"));
}

TEST_CASE("sandbox search: clauses are joined by AND or by OR, never both", "[sandbox]") {
    CHECK(hits(R"(currency:"eur" OR amount>1000)"));
    CHECK_FALSE(hits(R"(currency:"eur" AND amount>1000)"));
    CHECK(hits(R"(currency:"usd" amount>1000)"));
    CHECK(hits(R"(currency:"usd" and amount>1000)"));
    CHECK(refused(R"(currency:"usd" AND amount>1 OR amount>2)"));
    CHECK(refused(R"(currency:"usd" OR amount>1 amount>2)"));
}

TEST_CASE("sandbox search: what cannot be parsed is refused", "[sandbox]") {
    for (const auto* bad :
         {"", "status", "status:", R"(status:"x)", R"(nothing:"x")", R"(metadata:"x")",
          R"(metadata[k]:"x")", R"(status~"ab")", R"(status:"a" AND)", "AND", R"(email:"a@b")"}) {
        INFO(bad);
        CHECK(refused(bad));
    }
    std::string many = "amount>0";
    for (int i = 0; i < 10; ++i) many += " AND amount>0";
    CHECK(refused(many));
}

TEST_CASE("sandbox search: over HTTP it pages by next_page", "[sandbox]") {
    client to(true);
    const auto failed = to.get("/v1/charges/search?query=status%3A%22failed%22&limit=2").body;
    CHECK(failed["object"] == "search_result");
    REQUIRE(failed["has_more"] == true);
    REQUIRE(failed["data"].size() == 2);
    for (const auto& each : failed["data"]) CHECK(each["status"] == "failed");
    const auto page = failed["next_page"].get<std::string>();
    const auto next =
        to.get("/v1/charges/search?query=status%3A%22failed%22&limit=100&page=" + page).body;
    CHECK(next["has_more"] == false);
    CHECK(next["next_page"].is_null());
    std::size_t count = 0;
    for (const auto& each : to.all("/v1/charges")) count += each["status"] == "failed" ? 1U : 0U;
    CHECK(count == 2 + next["data"].size());
    const auto sarah = to.get("/v1/customers/search?query=email~%22sarah.jones%22").body;
    CHECK(sarah["data"].size() == 1);
    CHECK(to.get("/v1/customers/search?query=foo%3A1").param() == "query");
    CHECK(to.get("/v1/customers/search").code() == "parameter_missing");
    CHECK(to.get("/v1/customers/search?query=name~%22abc%22&page=x").status == 400);
}

}  // namespace search_test
