#include <catch2/catch.hpp>

#include <set>

#include "tests/unit/stripe/sandbox/client.hpp"

namespace lists_test {

using namespace tollgate::sandbox::test;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> make_customers(client& to, int count) {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) {
        ids.push_back(id_of(to.post("/v1/customers", "name=n" + std::to_string(i))));
        to.clock.advance(1s);
    }
    return ids;
}

std::vector<std::string> ids_of(const json& list) {
    std::vector<std::string> out;
    for (const auto& each : list["data"]) out.push_back(each["id"]);
    return out;
}

}  // namespace

TEST_CASE("sandbox lists: newest first, ten by default, has_more exact", "[sandbox]") {
    client to;
    const auto ids = make_customers(to, 11);
    const auto page = to.get("/v1/customers").body;
    CHECK(page["object"] == "list");
    CHECK(page["url"] == "/v1/customers");
    CHECK(page["data"].size() == 10);
    CHECK(page["has_more"] == true);
    CHECK(page["data"][0]["id"] == ids[10]);
    CHECK(to.get("/v1/customers?limit=11").body["has_more"] == false);
}

TEST_CASE("sandbox lists: cursors go both ways without gaps", "[sandbox]") {
    client to;
    const auto ids = make_customers(to, 5);
    const auto second = to.get("/v1/customers?limit=2&starting_after=" + ids[3]).body;
    CHECK(ids_of(second) == std::vector{ids[2], ids[1]});
    CHECK(second["has_more"] == true);
    const auto last = to.get("/v1/customers?limit=2&starting_after=" + ids[1]).body;
    CHECK(ids_of(last) == std::vector{ids[0]});
    CHECK(last["has_more"] == false);
    const auto back = to.get("/v1/customers?limit=2&ending_before=" + ids[1]).body;
    CHECK(ids_of(back) == std::vector{ids[3], ids[2]});
    CHECK(back["has_more"] == true);
    CHECK(to.get("/v1/customers?limit=2&ending_before=" + ids[4]).body["data"].empty());
}

TEST_CASE("sandbox lists: limits and cursors are checked", "[sandbox]") {
    client to;
    for (const auto* bad : {"limit=0", "limit=101", "limit=x"}) {
        const auto out = to.get(std::string("/v1/customers?") + bad);
        CHECK(out.status == 400);
        CHECK(out.param() == "limit");
        CHECK(out.code() == "parameter_invalid_integer");
    }
    const auto cursor = to.get("/v1/customers?starting_after=cus_no");
    CHECK(cursor.status == 400);
    CHECK(cursor.code() == "resource_missing");
    CHECK(cursor.param() == "starting_after");
    CHECK(to.get("/v1/customers?starting_after=a&ending_before=b").status == 400);
}

TEST_CASE("sandbox lists: created takes ranges and a moment", "[sandbox]") {
    client to;
    make_customers(to, 5);
    const auto all = to.get("/v1/customers").body["data"];
    const auto third = std::to_string(all[2]["created"].get<std::int64_t>());
    CHECK(to.get("/v1/customers?created[gte]=" + third).body["data"].size() == 3);
    CHECK(to.get("/v1/customers?created[gt]=" + third).body["data"].size() == 2);
    CHECK(to.get("/v1/customers?created[lt]=" + third).body["data"].size() == 2);
    CHECK(to.get("/v1/customers?created=" + third).body["data"].size() == 1);
    CHECK(to.get("/v1/customers?created[gte]=" + third + "&created[lte]=" + third)
              .body["data"]
              .size() == 1);
}

TEST_CASE("sandbox lists: paging by any limit meets every charge once", "[sandbox]") {
    client to(true);
    const auto all = to.all("/v1/charges");
    for (const int limit : {1, 7, 50}) {
        std::set<std::string> seen;
        std::string after;
        for (;;) {
            const auto page = to.get("/v1/charges?limit=" + std::to_string(limit) + after).body;
            for (const auto& id : ids_of(page)) CHECK(seen.insert(id).second);
            if (page["has_more"] == false) break;
            after = "&starting_after=" + ids_of(page).back();
        }
        CHECK(seen.size() == all.size());
    }
}

TEST_CASE("sandbox lists: a deleted customer is answered and not listed", "[sandbox]") {
    client to;
    const auto ids = make_customers(to, 2);
    const auto gone = to.remove("/v1/customers/" + ids[0]);
    CHECK(gone.body ==
          json::parse(R"({"id":")" + ids[0] + R"(","object":"customer","deleted":true})"));
    CHECK(to.get("/v1/customers/" + ids[0]).body == gone.body);
    CHECK(to.get("/v1/customers").body["data"].size() == 1);
    CHECK(to.post("/v1/customers/" + ids[0], "name=x").status == 404);
    CHECK(to.remove("/v1/customers/" + ids[0]).status == 404);
}

TEST_CASE("sandbox lists: every change leaves an event", "[sandbox]") {
    client to;
    const auto id = make_customers(to, 1)[0];
    to.send("POST", "/v1/customers/" + id, "name=Bea", {{"Idempotency-Key", "k9"}});
    const auto events = to.get("/v1/events?type=customer.*").body["data"];
    REQUIRE(events.size() == 2);
    CHECK(events[0]["type"] == "customer.updated");
    CHECK(events[0]["data"]["object"]["name"] == "Bea");
    CHECK(events[0]["request"]["idempotency_key"] == "k9");
    CHECK(events[1]["data"]["object"]["name"] == "n0");
}

}  // namespace lists_test
