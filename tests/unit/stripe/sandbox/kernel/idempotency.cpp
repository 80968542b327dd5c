#include <catch2/catch.hpp>

#include "tests/unit/stripe/sandbox/client.hpp"

namespace idempotency_test {

using namespace tollgate::sandbox::test;
using namespace std::chrono_literals;

namespace {

reply keyed(client& to, const std::string& path, const std::string& body,
            const std::string& key = "k1") {
    return to.send("POST", path, body, {{"Idempotency-Key", key}});
}

}  // namespace

TEST_CASE("sandbox idempotency: the same request is answered once and then replayed", "[sandbox]") {
    client to;
    const auto first = keyed(to, "/v1/customers", "name=Ada");
    const auto again = keyed(to, "/v1/customers", "name=Ada");
    CHECK(again.status == 200);
    CHECK(again.body == first.body);
    CHECK(again.header("Idempotent-Replayed") == "true");
    CHECK(first.header("Idempotent-Replayed").empty());
    CHECK(again.header("Original-Request") == first.header("Request-Id"));
    CHECK(again.header("Request-Id") != first.header("Request-Id"));
    CHECK(again.header("Idempotency-Key") == "k1");
    CHECK(to.all("/v1/customers").size() == 1);
}

TEST_CASE("sandbox idempotency: a key belongs to its path and parameters", "[sandbox]") {
    client to;
    keyed(to, "/v1/customers", "name=Ada");
    const auto other = keyed(to, "/v1/customers", "name=Bea");
    CHECK(other.status == 400);
    CHECK(other.body["error"]["type"] == "idempotency_error");
    const auto path = keyed(to, "/v1/products", "name=Ada");
    CHECK(path.status == 400);
    CHECK(path.body["error"]["type"] == "idempotency_error");
}

TEST_CASE("sandbox idempotency: keys are new again after a day", "[sandbox]") {
    client to;
    const auto first = keyed(to, "/v1/customers", "name=Ada");
    to.clock.advance(24h - 1s);
    CHECK(id_of(keyed(to, "/v1/customers", "name=Ada")) == id_of(first));
    to.clock.advance(1s);
    CHECK(id_of(keyed(to, "/v1/customers", "name=Ada")) != id_of(first));
}

TEST_CASE("sandbox idempotency: failed validation keeps nothing, a decline is kept", "[sandbox]") {
    client to;
    CHECK(keyed(to, "/v1/customers", "nme=Ada").status == 400);
    CHECK(keyed(to, "/v1/customers", "name=Ada").status == 200);
    const std::string declined = "amount=1000&currency=usd&source=tok_chargeDeclined";
    CHECK(keyed(to, "/v1/charges", declined, "k2").status == 402);
    const auto again = keyed(to, "/v1/charges", declined, "k2");
    CHECK(again.status == 402);
    CHECK(again.header("Idempotent-Replayed") == "true");
    CHECK(to.all("/v1/charges").size() == 1);
}

TEST_CASE("sandbox idempotency: long keys are refused, reads take none", "[sandbox]") {
    client to;
    CHECK(keyed(to, "/v1/customers", "", std::string(256, 'k')).status == 400);
    const headers key{{"Idempotency-Key", "k3"}};
    CHECK(to.send("GET", "/v1/balance", {}, key).header("Idempotent-Replayed").empty());
    CHECK(to.send("GET", "/v1/balance", {}, key).header("Idempotent-Replayed").empty());
}

}  // namespace idempotency_test
