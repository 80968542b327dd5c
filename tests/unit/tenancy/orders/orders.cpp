// The orders of an account, in the record store and in a company's own database, and their refunds.
#include "tenancy/orders/orders.hpp"

#include <catch2/catch.hpp>

#include "storage/external_databases.hpp"
#include "storage/sqlite/database.hpp"
#include "tenancy/receipts/receipt_text.hpp"
#include "tests/unit/tenancy/receipt_world.hpp"

namespace orders_of_account_test {

using namespace tollgate;
using storage::order_status;
using test::run_sync;

struct world : test::receipt_world {
    void keep_orders(const std::string& kind) {
        tenancy::account_patch change;
        change.orders = kind;
        REQUIRE(
            run_sync(registry->accounts().patch(owner.team_id, account.id, change)).has_value());
        grant = find(server.token).value();
    }
    storage::order_link link(std::int64_t amount) const {
        return {"o1", "pi_1", amount, "usd", "damaged", "Server"};
    }
    base::result<tenancy::begun_write> refund(const std::string& id, std::int64_t amount) {
        auto what = intent(id, id, std::to_string(amount));
        what.order = link(amount);
        return run_sync(registry->receipts().begin(std::move(what)));
    }
    void succeed(tenancy::begun_write begun, std::int64_t amount) {
        auto outcome = succeeded();
        outcome.amount = amount;
        finish(std::move(begun), std::move(outcome));
    }
    storage::order_row order() {
        return run_sync(registry->orders().find_order(*grant, "o1")).value().value();
    }
    std::size_t log_lines() {
        return run_sync(registry->orders().refunds_of(*grant, "o1")).value().size();
    }
    void import_order() {
        storage::import_orders what;
        what.place = {owner.team_id, account.id};
        storage::order_customer_entry customer;
        customer.row.id = "c1";
        customer.row.email = " Sarah@Example.com";
        customer.row.created_at = clock.now();
        what.customers.push_back(customer);
        storage::order_row row;
        row.id = "o1";
        row.customer_id = "c1";
        row.payment_id = "pi_1";
        row.amount = 5'000;
        row.currency = "usd";
        row.created_at = clock.now();
        what.orders.push_back(row);
        REQUIRE(run_sync(registry->orders().import(what)).has_value());
    }
};

TEST_CASE("orders: an account without orders has none, and takes no import", "[orders]") {
    world t;
    CHECK(run_sync(t.registry->orders().find_order(*t.grant, "o1")).error().code == "no_orders");
    storage::import_orders what;
    what.place = {t.owner.team_id, t.account.id};
    CHECK(run_sync(t.registry->orders().import(what)).error().code == "orders_elsewhere");
    what.place.account_id = "ia_none";
    CHECK(run_sync(t.registry->orders().import(what)).error().code == "not_found");
    const std::string before = t.grant->listing_key;
    t.keep_orders("tables");
    CHECK(t.grant->account->orders == tenancy::orders_kind::tables);
    CHECK(t.grant->listing_key != before);
    tenancy::account_patch change;
    change.orders = "external";
    CHECK(run_sync(t.registry->accounts().patch(t.owner.team_id, t.account.id, change))
              .error()
              .code == "invalid_orders");
}

TEST_CASE("orders: refunds of an order in the tables stay within it, and are logged once each",
          "[orders]") {
    world t;
    t.keep_orders("tables");
    t.import_order();
    CHECK(run_sync(t.registry->orders().customers_by_email(*t.grant, "SARAH@example.com "))
              .value()
              .size() == 1);
    auto first = t.refund("rcp_1", 3'000).value();
    CHECK(first.receipt.order_id == "o1");
    CHECK(t.refund("rcp_2", 2'001).error().code == "order_busy");
    auto again = first;
    t.succeed(std::move(first), 3'000);
    t.succeed(std::move(again), 3'000);
    CHECK(t.order().refunded == 3'000);
    CHECK(t.log_lines() == 1);
    // The same operation key is answered from its receipt.
    CHECK(t.refund("rcp_1", 3'000).value().next == tenancy::write_step::replay);
    const std::string shown = tenancy::receipt_json(t.stored("rcp_1"), tenancy::receipt_view::full);
    CHECK(shown.find(R"("order_id":"o1")") != std::string::npos);
    auto rest = t.refund("rcp_3", 2'000).value();
    t.finish(std::move(rest), test::receipt_world::failed(402));
    CHECK(t.log_lines() == 1);
    t.succeed(t.refund("rcp_4", 2'000).value(), 2'000);
    CHECK(t.order().status == order_status::refunded);
    CHECK(run_sync(t.registry->orders().flag(*t.grant, {"rfl_f", "o1", "pi_1", "odd", "Server"}))
              .has_value());
    CHECK(t.log_lines() == 3);
}

TEST_CASE("orders: a write that is retaken with an order changes the order and the log",
          "[orders]") {
    world t;
    t.keep_orders("tables");
    t.import_order();
    t.finish(t.begin("rcp_1", "key", "3000").value(), test::receipt_world::failed(429));
    auto again = t.intent("rcp_2", "key", "3000");
    again.order = t.link(3'000);
    auto begun = run_sync(t.registry->receipts().begin(std::move(again))).value();
    REQUIRE(begun.next == tenancy::write_step::send);
    CHECK(begun.receipt.order_id == "o1");
    t.succeed(std::move(begun), 3'000);
    CHECK(t.order().refunded == 3'000);
    CHECK(t.log_lines() == 1);
}

TEST_CASE("orders: a stated success of a refund names the refund", "[orders]") {
    world t;
    t.keep_orders("tables");
    t.import_order();
    t.finish(t.refund("rcp_1", 3'000).value(), test::receipt_world::unknown());
    const auto state = [&](std::string refund) {
        return run_sync(t.registry->receipts().settle(
            t.owner, "rcp_1", {true, "It is in the Dashboard", std::move(refund)}));
    };
    CHECK(state({}).error().code == "invalid_object_id");
    CHECK(t.log_lines() == 0);
    CHECK(state("re_9").has_value());
    const auto log = run_sync(t.registry->orders().refunds_of(*t.grant, "o1")).value();
    REQUIRE(log.size() == 1);
    CHECK(log.front().stripe_refund_id == "re_9");
}

storage::external_database shop(const std::string& file, const storage::order_place& of) {
    const std::string person =
        "SELECT 'c1' AS id, 'a@x' AS email, '' AS name, '' AS stripe_customer_id, 0 AS created_at "
        "WHERE ";
    const std::string sale =
        "SELECT id, 'c1' AS customer_id, 'pi_1' AS payment_id, cents AS amount, 'usd' AS currency, "
        "(SELECT coalesce(sum(r.cents), 0) FROM refunds r WHERE r.sale = sales.id) AS refunded, 0 "
        "AS created_at FROM sales WHERE ";
    const std::vector<std::pair<std::string, std::string>> queries{
        {"customer_by_email", person + ":email = 'a@x'"},
        {"customers_by_stripe_id", person + ":stripe_customer_id = 'cus_1'"},
        {"customer", person + ":id = 'c1'"},
        {"orders_of_customer", sale + ":customer_id = 'c1'"},
        {"order", sale + "id = :id"},
        {"orders_by_payment", sale + ":payment_id = 'pi_1'"},
        {"refunds_of_order",
         "SELECT receipt AS id, sale AS order_id, '' AS payment_id, '' AS stripe_refund_id, "
         "receipt AS receipt_id, cents AS amount, 'usd' AS currency, '' AS reason, '' AS "
         "refunded_by, 0 AS created_at FROM refunds WHERE sale = :order_id"},
        {"revenue",
         "SELECT 'usd' AS currency, count(*) AS orders, sum(cents) AS amount, 0 AS refunded FROM "
         "sales WHERE 0 >= :from AND 0 < :to"},
        {"insert_refund",
         "INSERT INTO refunds VALUES (:receipt_id, :order_id, :amount) ON CONFLICT DO NOTHING"},
        {"insert_flag", "INSERT INTO flags VALUES (:id)"}};
    storage::external_database out{of, "sqlite://" + file, {}, "orders.yaml:2"};
    for (const auto& [name, sql] : queries) out.queries.push_back({name, sql, "orders.yaml:9"});
    return out;
}

TEST_CASE("orders: refunds of an order in the company's database stay within it, and arrive once",
          "[orders]") {
    world t;
    const std::string file = t.dir.file("shop.db");
    storage::sqlite::database company{file, storage::sqlite::access::read_write};
    company.script(
        "CREATE TABLE sales (id TEXT, cents INTEGER); INSERT INTO sales VALUES ('o1', 5000);"
        "CREATE TABLE refunds (receipt TEXT PRIMARY KEY, sale TEXT, cents INTEGER);"
        "CREATE TABLE flags (id TEXT PRIMARY KEY)");
    std::vector<storage::external_database> named;
    named.push_back(shop(file, {t.owner.team_id, t.account.id}));
    const auto external = storage::open_external_orders(std::move(named), {}, t.log).value();
    auto options = test::test_options();
    options.external_orders = external.get();
    t.reopen(options);
    t.keep_orders("external");

    t.succeed(t.refund("rcp_1", 3'000).value(), 3'000);
    CHECK(t.order().refunded == 0);
    CHECK(t.refund("rcp_2", 2'001).error().code == "order_changed");
    CHECK(run_sync(t.registry->refund_sender().work_once()) == 1);
    CHECK(run_sync(t.registry->refund_sender().work_once()) == 0);
    CHECK(t.order().refunded == 3'000);
    CHECK(t.log_lines() == 1);
    CHECK(t.refund("rcp_2", 2'001).error().code == "order_changed");
    t.succeed(t.refund("rcp_2", 1'000).value(), 1'000);
    t.succeed(t.refund("rcp_4", 1'000).value(), 1'000);

    // While the company's log cannot be written, lines wait, and are written when it can. One of
    // them tries; the others wait until its look is over.
    company.script("ALTER TABLE refunds RENAME TO away");
    CHECK(run_sync(t.registry->refund_sender().work_once()) == 0);
    CHECK(t.refund("rcp_3", 1).error().code == "orders_unavailable");
    company.script("ALTER TABLE away RENAME TO refunds");
    t.clock.advance(std::chrono::seconds{3});
    CHECK(run_sync(t.registry->refund_sender().work_once()) == 1);
    t.clock.advance(std::chrono::seconds{60});
    CHECK(run_sync(t.registry->refund_sender().work_once()) == 1);
    CHECK(t.order().status == order_status::refunded);
    CHECK(t.log_lines() == 3);
    t.registry.reset();
}

}  // namespace orders_of_account_test
