// The companies' own databases: the operator's statements, and what is read and written with them.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>

#include "storage/external_databases.hpp"
#include "storage/orders/query_text.hpp"
#include "storage/record_store.hpp"
#include "storage/sqlite/database.hpp"
#include "tests/support/run_sync.hpp"
#include "tests/support/temp_dir.hpp"

namespace external_orders_test {

using namespace tollgate;
using namespace tollgate::storage;
using external::with_marks;
using sql::dialect;
using test::run_sync;

const external::query_kind& kind(std::string_view name) {
    return *std::ranges::find(external::query_kinds(), name, &external::query_kind::name);
}

std::string marked(std::string_view sql, dialect in = dialect::sqlite) {
    const auto done = with_marks(sql, kind("insert_flag"), in);
    return done.has_value() ? done->sql : done.error().message;
}

TEST_CASE("external orders: named values become marks, and nothing else changes", "[storage]") {
    CHECK(marked("SELECT :id, :note ;\n") == "SELECT ?, ?");
    CHECK(marked("SELECT ':id', \":id\", x -- :id?\n, /* :note; */ :id") ==
          "SELECT ':id', \":id\", x -- :id?\n, /* :note; */ ?");
    CHECK(marked("SELECT 'it''s :id' || :id") == "SELECT 'it''s :id' || ?");
    CHECK(marked("SELECT x::text, :created_at", dialect::postgresql) ==
          "SELECT x::text, CAST(? AS BIGINT)");
    CHECK(marked(":id", dialect::postgresql) == "CAST(? AS TEXT)");
    CHECK(marked("SELECT 1; DELETE FROM x").starts_with("must be one statement"));
    CHECK(marked("SELECT ?").starts_with("takes its values by name (:id, "));
    CHECK(marked("SELECT $1").starts_with("takes its values by name"));
    CHECK(marked("SELECT :email").starts_with("has no parameter ':email'; it may use :id"));
    CHECK(marked("SELECT 'open") == "SELECT 'open");
}

constexpr const char* schema =
    "CREATE TABLE people (id TEXT PRIMARY KEY, mail TEXT);"
    "CREATE TABLE sales (id TEXT PRIMARY KEY, person TEXT, cents, sold INTEGER);"
    "CREATE TABLE refunds (id TEXT, sale TEXT, receipt TEXT UNIQUE, cents INTEGER);"
    "CREATE TABLE flags (id TEXT PRIMARY KEY, note TEXT);"
    "INSERT INTO people VALUES ('p1', 'a@x');"
    "INSERT INTO sales VALUES ('s1', 'p1', 500, 10), ('s2', 'p1', 4.5, 20), ('s3', 'p2', 7, 30)";

const std::string person =
    "SELECT id, mail AS email, NULL AS name, NULL AS stripe_customer_id, 0 AS created_at FROM "
    "people WHERE ";
const std::string sale =
    "SELECT id, person AS customer_id, NULL AS payment_id, cents AS amount, 'USD' AS currency, "
    "(SELECT coalesce(sum(r.cents), 0) FROM refunds r WHERE r.sale = sales.id) AS refunded, sold "
    "AS created_at FROM sales WHERE ";

external_database shop(const std::string& file) {
    const std::string refund =
        "SELECT id, sale AS order_id, '' AS payment_id, '' AS stripe_refund_id, receipt AS "
        "receipt_id, cents AS amount, 'usd' AS currency, '' AS reason, '' AS refunded_by, 0 AS "
        "created_at FROM refunds WHERE sale = :order_id";
    const std::vector<std::pair<std::string, std::string>> queries{
        {"customer_by_email", person + "mail = :email"},
        {"customers_by_stripe_id", person + "id = :stripe_customer_id"},
        {"customer", person + "id = :id"},
        {"orders_of_customer", sale + "person = :customer_id"},
        {"order", sale + "id = :id"},
        {"orders_by_payment", sale + "id = :payment_id"},
        {"refunds_of_order", refund},
        {"revenue",
         "SELECT 'usd' AS currency, count(*) AS orders, sum(cents) AS amount, 0 AS refunded FROM "
         "sales WHERE sold >= :from AND sold < :to AND id <> 's2'"},
        {"insert_refund",
         "INSERT INTO refunds VALUES (:id, :order_id, :receipt_id, :amount) ON CONFLICT DO "
         "NOTHING"},
        {"insert_flag", "INSERT INTO flags VALUES (:id, :note) ON CONFLICT DO NOTHING"}};
    external_database out{{"team_a", "ia_a"}, "sqlite://" + file, {}, "orders.yaml:2"};
    for (const auto& [name, sql] : queries) out.queries.push_back({name, sql, "orders.yaml:9"});
    return out;
}

struct company {
    company() {
        sqlite::database db{dir.file("shop.db"), sqlite::access::read_write};
        db.script(schema);
    }
    test::temp_dir dir;
    base::null_logger quiet;
};

base::result<std::unique_ptr<external_orders>> open(company& of, external_database what) {
    std::vector<external_database> all;
    all.push_back(std::move(what));
    return open_external_orders(std::move(all), {}, of.quiet);
}

TEST_CASE("external orders: a line of the refund log is written once, however often it is sent",
          "[storage]") {
    company world;
    const auto opened = open(world, shop(world.dir.file("shop.db"))).value();
    const order_place ours{"team_a", "ia_a"};
    refund_log_row line;
    line.id = "rfl_1";
    line.order_id = "s1";
    line.receipt_id = "rcp_1";
    line.amount = 200;
    for (int i = 0; i < 3; ++i) CHECK(run_sync(opened->insert(ours, line)).has_value());
    CHECK(run_sync(opened->refunds_of(ours, "s1", 100)).value().size() == 1);
    const auto order = run_sync(opened->find_order(ours, "s1")).value().value();
    CHECK(order.refunded == 200);
    CHECK(order.currency == "usd");
    CHECK(order.status == order_status::partially_refunded);
    refund_log_row flag;
    flag.id = "rfl_2";
    flag.reason = "odd";
    CHECK(run_sync(opened->insert(ours, flag)).has_value());
    CHECK(run_sync(opened->customers_by_email(ours, "a@x", 20)).value().size() == 1);
    CHECK(run_sync(opened->revenue(ours, base::from_unix_ms(0), base::from_unix_ms(100)))
              .value()
              .front()
              .amount == 507);
}

TEST_CASE("external orders: an amount that is no whole number is refused, not rounded",
          "[storage]") {
    company world;
    const auto opened = open(world, shop(world.dir.file("shop.db"))).value();
    const order_place ours{"team_a", "ia_a"};
    CHECK(run_sync(opened->find_order(ours, "s2")).error().code == "orders_unavailable");
    CHECK(run_sync(opened->find_order(ours, "s3")).value().has_value());
    CHECK(run_sync(opened->find_order({"team_b", "ia_a"}, "s3")).error().code ==
          "orders_unavailable");
    CHECK_FALSE(opened->has({"team_b", "ia_a"}));
}

TEST_CASE("external orders: every mistake is listed, and a missing file is not made", "[storage]") {
    company world;
    auto wrong = shop(world.dir.file("shop.db"));
    wrong.queries[2].sql = person + "nobody = :id";
    wrong.queries[4].sql = "SELECT id, sold AS created_at FROM sales WHERE id = :id";
    wrong.queries.pop_back();
    const auto refused = open(world, std::move(wrong));
    REQUIRE(refused.has_error());
    const std::string& text = refused.error().message;
    CHECK(text.find("orders.yaml:9: customer cannot be used: ") != std::string::npos);
    CHECK(text.find("orders.yaml:9: order cannot be used: ") != std::string::npos);
    CHECK(text.find("orders.yaml:2: the query insert_flag is missing") != std::string::npos);
    CHECK(open(world, shop(world.dir.file("none.db"))).has_error());
    CHECK_FALSE(std::filesystem::exists(world.dir.file("none.db")));
}

TEST_CASE("external orders: a query that takes too long is given up", "[storage]") {
    company world;
    auto slow = shop(world.dir.file("shop.db"));
    slow.queries[4].sql = sale +
                          "id = :id AND (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                          "FROM n) SELECT max(i) FROM n) > 0";
    std::vector<external_database> all;
    all.push_back(std::move(slow));
    external_limits limits;
    limits.statement = std::chrono::milliseconds{50};
    const auto opened = open_external_orders(std::move(all), limits, world.quiet).value();
    CHECK(run_sync(opened->find_order({"team_a", "ia_a"}, "s1")).error().code ==
          "orders_unavailable");
}

}  // namespace external_orders_test
