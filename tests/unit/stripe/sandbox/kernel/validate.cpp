// The catalogue decides which parameters there are; the sandbox says so as Stripe does.
#include <catch2/catch.hpp>

#include "tests/unit/stripe/sandbox/client.hpp"

namespace validate_test {

using namespace tollgate::sandbox::test;

TEST_CASE("sandbox validate: an unknown parameter is refused by name", "[sandbox]") {
    client to;
    const auto out = to.post("/v1/customers", "custmer=1");
    CHECK(out.status == 400);
    CHECK(out.code() == "parameter_unknown");
    CHECK(out.param() == "custmer");
    CHECK(out.body["error"]["message"] == "Received unknown parameter: custmer");
    CHECK(out.body["error"]["type"] == "invalid_request_error");
    CHECK(to.post("/v1/customers", "address[strasse]=x").param() == "address[strasse]");
    // Disputes have no filter by status, and a path's name is no parameter.
    CHECK(to.get("/v1/disputes?status=needs_response").code() == "parameter_unknown");
    CHECK(to.get("/v1/charges?id=ch_1").code() == "parameter_unknown");
}

TEST_CASE("sandbox validate: required parameters are asked for", "[sandbox]") {
    client to;
    const auto out = to.post("/v1/payment_intents", "currency=usd");
    CHECK(out.status == 400);
    CHECK(out.code() == "parameter_missing");
    CHECK(out.param() == "amount");
    CHECK(to.post("/v1/customers", "shipping[name]=x").param() == "shipping[address]");
}

TEST_CASE("sandbox validate: types are checked", "[sandbox]") {
    client to;
    for (const auto* amount : {"1e3", "10.0", "ten", "99999999999999999999", "%201"}) {
        INFO(amount);
        const auto out =
            to.post("/v1/payment_intents", std::string("currency=usd&amount=") + amount);
        CHECK(out.status == 400);
        CHECK(out.code() == "parameter_invalid_integer");
    }
    CHECK(to.post("/v1/products", "name=x&active=yes").body["error"]["message"] ==
          "Invalid boolean: yes");
    CHECK(to.post("/v1/customers", "address=x").body["error"]["message"] == "Invalid object");
    CHECK(to.post("/v1/customers", "preferred_locales=x").body["error"]["message"] ==
          "Invalid array");
    CHECK(to.get("/v1/charges?created[since]=1").code() == "parameter_unknown");
    CHECK(to.get("/v1/charges?created[gte]=x").code() == "parameter_invalid_integer");
}

TEST_CASE("sandbox validate: an enum's values are named", "[sandbox]") {
    client to(true);
    const auto charge = to.get("/v1/charges?limit=1").body["data"][0]["id"].get<std::string>();
    const auto out = to.post("/v1/refunds", "charge=" + charge + "&reason=bored");
    CHECK(out.status == 400);
    CHECK(out.body["error"]["message"] ==
          "Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer");
}

TEST_CASE("sandbox validate: the empty string unsets where Stripe allows it", "[sandbox]") {
    client to;
    const auto id = id_of(to.post("/v1/customers", "metadata[a]=1&metadata[b]=2&name=Ada"));
    CHECK(to.post("/v1/customers/" + id, "metadata[a]=").body["metadata"] ==
          json::parse(R"({"b":"2"})"));
    CHECK(to.post("/v1/customers/" + id, "metadata=").body["metadata"].empty());
    CHECK(to.post("/v1/payment_intents", "amount=&currency=usd").code() ==
          "parameter_invalid_empty");
}

TEST_CASE("sandbox validate: metadata has its limits", "[sandbox]") {
    client to;
    CHECK(to.post("/v1/customers", "metadata[" + std::string(41, 'k') + "]=1").status == 400);
    CHECK(to.post("/v1/customers", "metadata[k]=" + std::string(501, 'v')).status == 400);
    std::string many;
    for (int i = 0; i < 51; ++i) many += "metadata[k" + std::to_string(i) + "]=1&";
    CHECK(to.post("/v1/customers", many).status == 400);
    CHECK(to.all("/v1/customers").empty());
}

}  // namespace validate_test
