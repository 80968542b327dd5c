// Webhooks and what they are told, on both databases.
#include "storage/changes/webhooks.hpp"

#include <catch2/catch.hpp>

#include "storage/changes/approvals.hpp"
#include "tests/unit/storage/backends.hpp"

namespace storage_webhooks_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::fill;
using test::on_postgresql;
using test::on_sqlite;
using test::put;
using test::run_sync;

webhook_row hook(const std::string& id, const std::string& events = " created denied ",
                 const std::string& team = "team_a") {
    webhook_row out;
    out.id = id;
    out.team_id = team;
    out.name = "Phone";
    out.format = "standard";
    out.host = "hooks.example";
    out.events = events;
    out.created_by = "key_a";
    out.created_at = at(5);
    out.content = {"k1", std::string("\0wrapped", 8), std::string("\0content\xff", 9)};
    return out;
}

base::result<> ask(record_store& store, const std::string& id) {
    approval_row row;
    row.id = id;
    row.team_id = "team_a";
    row.account_id = "ia_a";
    row.server_id = "mcp_a";
    row.request_digest = std::string(32, id.back());
    row.created_at = at(10);
    row.expires_at = at(1'000);
    auto existing = std::make_shared<std::optional<approval_row>>();
    return put(store, {add_approval{row, 100, existing, {}}});
}

std::optional<webhook_delivery_row> claim(record_store& store, const std::string& id,
                                          std::int64_t now, std::int64_t until) {
    auto taken = std::make_shared<std::optional<webhook_delivery_row>>();
    REQUIRE(put(store, {claim_webhook_delivery{id, at(now), at(until), taken}}).has_value());
    return *taken;
}

TEMPLATE_TEST_CASE("webhooks: an event is kept for each one that wants it: ", "[storage]",
                   on_sqlite, on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store).has_value());
    REQUIRE(put(*store, {add_webhook{hook("whk_1"), 10}, add_webhook{hook("whk_2", " denied "), 10},
                         add_webhook{hook("whk_3", " created ", "team_b"), 10}})
                .has_value());
    REQUIRE(ask(*store, "apr_1").has_value());
    const auto due = run_sync(store->list_webhooks_due(at(10), 10)).value();
    REQUIRE(due.size() == 1);
    CHECK(due.front().id == "whk_1");
    CHECK(due.front().content.ciphertext == std::string("\0content\xff", 9));
    const auto told = run_sync(store->list_webhook_deliveries("team_a", "whk_1", {})).value();
    REQUIRE(told.size() == 1);
    CHECK(told.front().id == "apr_1_created");
    CHECK(told.front().due_at == at(10));
    CHECK(run_sync(store->list_webhook_deliveries("team_b", "whk_1", {})).value().empty());
    CHECK(run_sync(store->list_webhooks("team_a")).value().size() == 2);
}

TEMPLATE_TEST_CASE("webhooks: a delivery is taken by one, and ended by who took it last: ",
                   "[storage]", on_sqlite, on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store).has_value());
    REQUIRE(put(*store, {add_webhook{hook("whk_1"), 10}}).has_value());
    REQUIRE(ask(*store, "apr_1").has_value());
    REQUIRE(ask(*store, "apr_2").has_value());
    CHECK_FALSE(claim(*store, "whk_1", 9, 50));
    const auto first = claim(*store, "whk_1", 10, 50).value();
    CHECK(first.id == "apr_1_created");
    CHECK(first.attempts == 1);
    CHECK(claim(*store, "whk_1", 10, 50)->id == "apr_2_created");
    CHECK_FALSE(claim(*store, "whk_1", 49, 90));
    const auto again = claim(*store, "whk_1", 50, 90).value();
    CHECK(again.id == "apr_1_created");
    auto ended = first;
    ended.state = webhook_delivery_state::given_up;
    REQUIRE(put(*store, {finish_webhook_delivery{ended}}).has_value());
    auto done = again;
    done.state = webhook_delivery_state::delivered;
    done.due_at.reset();
    done.delivered_at = at(51);
    REQUIRE(put(*store, {finish_webhook_delivery{done}}).has_value());
    const auto told = run_sync(store->list_webhook_deliveries("team_a", "whk_1", {})).value();
    CHECK(told.at(1).state == webhook_delivery_state::delivered);
    CHECK(told.at(1).delivered_at == at(51));
    REQUIRE(put(*store, {repeat_webhook_delivery{"team_a", "whk_1", "apr_1_created", at(60)}})
                .has_value());
    CHECK(claim(*store, "whk_1", 60, 99)->id == "apr_2_created");
    CHECK(claim(*store, "whk_1", 60, 99)->id == "apr_1_created");
    CHECK(put(*store, {repeat_webhook_delivery{"team_b", "whk_1", "apr_1_created", at(60)}})
              .error()
              .code == "not_found");
}

TEMPLATE_TEST_CASE("webhooks: the one that waits longest is first: ", "[storage]", on_sqlite,
                   on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store).has_value());
    REQUIRE(
        put(*store, {add_webhook{hook("whk_1"), 10}, add_webhook{hook("whk_2"), 10}}).has_value());
    REQUIRE(ask(*store, "apr_1").has_value());
    REQUIRE(claim(*store, "whk_1", 10, 50));
    const auto due = run_sync(store->list_webhooks_due(at(60), 10)).value();
    REQUIRE(due.size() == 2);
    CHECK(due.at(0).id == "whk_2");
    CHECK(due.at(1).id == "whk_1");
    CHECK(run_sync(store->list_webhooks_due(at(60), 1)).value().front().id == "whk_2");
}

TEMPLATE_TEST_CASE("webhooks: limits, removal and what is kept: ", "[storage]", on_sqlite,
                   on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store).has_value());
    REQUIRE(put(*store, {add_webhook{hook("whk_1"), 1}}).has_value());
    CHECK(put(*store, {add_webhook{hook("whk_2"), 1}}).error().code == "limit_reached");
    REQUIRE(ask(*store, "apr_1").has_value());
    REQUIRE(put(*store, {purge_webhook_deliveries{at(10)}}).has_value());
    CHECK(run_sync(store->list_webhook_deliveries("team_a", "whk_1", {})).value().size() == 1);
    REQUIRE(put(*store, {purge_webhook_deliveries{at(11)}}).has_value());
    CHECK(run_sync(store->list_webhook_deliveries("team_a", "whk_1", {})).value().empty());
    REQUIRE(ask(*store, "apr_2").has_value());
    CHECK(put(*store, {remove_webhook{"team_b", "whk_1"}}).error().code == "not_found");
    REQUIRE(put(*store, {remove_webhook{"team_a", "whk_1"}}).has_value());
    CHECK_FALSE(run_sync(store->find_webhook("team_a", "whk_1")).value().has_value());
    CHECK(run_sync(store->list_webhooks_due(at(100), 10)).value().empty());
    REQUIRE(ask(*store, "apr_3").has_value());
}

}  // namespace storage_webhooks_test
