// The companies' own orders, on both databases: imports, look-ups, and the transaction of a refund.
#include "storage/changes/orders.hpp"

#include <catch2/catch.hpp>

#include "storage/changes/accounts.hpp"
#include "storage/changes/receipts.hpp"
#include "storage/record_store.hpp"
#include "tests/unit/storage/backends.hpp"

namespace orders_test {

using namespace tollgate;
using namespace tollgate::storage;
using test::at;
using test::fill;
using test::put;
using test::run_sync;

const order_place ours{"team_a", "ia_a"};

order_customer_entry customer(const std::string& id, const std::string& email,
                              std::int64_t created = 1) {
    order_customer_entry out;
    out.row.id = id;
    out.row.email = email;
    out.row.name = "Sarah";
    out.row.stripe_customer_id = "cus_" + id;
    out.row.created_at = at(created);
    out.email_key = email;
    return out;
}

order_row order(const std::string& id, const std::string& customer_id, std::int64_t amount,
                std::int64_t created, const std::string& currency = "usd") {
    order_row out;
    out.id = id;
    out.customer_id = customer_id;
    out.payment_id = "pi_" + id;
    out.amount = amount;
    out.currency = currency;
    out.created_at = at(created);
    return out;
}

base::result<orders_imported> import(record_store& store, import_orders what) {
    what.found = std::make_shared<orders_imported>();
    const auto found = what.found;
    const bool dry = what.dry_run;
    auto done = put(store, {std::move(what)});
    if (!done && !(dry && done.error().code == "dry_run")) return done.error();
    return *found;
}

void seed(record_store& store) {
    REQUIRE(fill(store));
    REQUIRE(import(store, {ours, {customer("c1", "sarah@x")}, {order("o1", "c1", 5'000, 10)}})
                .has_value());
}

receipt_row intent(const std::string& id) {
    receipt_row out;
    out.id = id;
    out.team_id = "team_a";
    out.account_id = "ia_a";
    out.server_id = "mcp_a";
    out.tool = "create_refund";
    out.operation_key = id;
    out.request_digest = std::string(32, 'd');
    out.argument_digests = "{}";
    out.created_at = at(10);
    out.sent_at = at(10);
    out.resolve_at = at(40);
    out.request = {"k1", "wrapped", "request"};
    return out;
}

order_claim claim(std::int64_t amount, const std::string& currency = "usd") {
    order_claim out;
    out.link = {"o1", "pi_o1", amount, currency, "damaged", "server Support, client Claude"};
    return out;
}

base::result<> begin(record_store& store, const std::string& id, const order_claim& of) {
    begin_receipt what{intent(id), at(0), std::make_shared<receipt_begun>()};
    what.order = of;
    return put(store, {std::move(what)});
}

void finish(record_store& store, const std::string& id, receipt_state state,
            std::optional<timestamp> again = {}) {
    finish_receipt what{"team_a", id, 1, {}, at(12), again};
    what.outcome.state = state;
    if (state == receipt_state::succeeded) what.outcome.object_id = "re_" + id;
    REQUIRE(put(store, {std::move(what)}));
}

order_row stored(record_store& store) {
    return run_sync(store.orders().find_order(ours, "o1")).value().value();
}

std::vector<refund_log_row> refunds(record_store& store) {
    return run_sync(store.orders().refunds_of(ours, "o1", 100)).value();
}

TEMPLATE_TEST_CASE("storage orders: a second import of the same rows changes nothing", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    const import_orders rows{ours,
                             {customer("c1", "a@x"), customer("c2", "b@x")},
                             {order("o1", "c1", 100, 10), order("o2", "nobody", 100, 11)}};
    const auto first = import(*store, rows).value();
    CHECK(first.customers.added == 2);
    CHECK(first.orders.added == 1);
    CHECK(first.without_customer == std::vector<std::size_t>{1});
    const auto second = import(*store, rows).value();
    CHECK(second.customers.added == 0);
    CHECK(second.customers.changed == 0);
    CHECK(second.customers.unchanged == 2);
    CHECK(second.orders.added == 0);
    CHECK(second.orders.unchanged == 1);
    auto changed = rows;
    changed.customers[0].row.name = "Sara";
    changed.orders[0].amount = 200;
    const auto third = import(*store, changed).value();
    CHECK(third.customers.changed == 1);
    CHECK(third.customers.unchanged == 1);
    CHECK(third.orders.changed == 1);
    CHECK(stored(*store).amount == 200);
}

TEMPLATE_TEST_CASE("storage orders: a dry run counts and changes nothing", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    const import_orders rows{ours, {customer("c1", "a@x")}, {order("o1", "c1", 100, 10)}, true};
    CHECK(import(*store, rows).value().orders.added == 1);
    CHECK_FALSE(run_sync(store->orders().find_order(ours, "o1")).value().has_value());
}

TEMPLATE_TEST_CASE("storage orders: nothing of another account or team is found", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    seed(*store);
    for (const order_place& other : {order_place{"team_b", "ia_b"}, order_place{"team_b", "ia_a"},
                                     order_place{"team_a", "ia_b"}}) {
        auto& orders = store->orders();
        CHECK_FALSE(run_sync(orders.find_order(other, "o1")).value().has_value());
        CHECK_FALSE(run_sync(orders.find_customer(other, "c1")).value().has_value());
        CHECK(run_sync(orders.customers_by_email(other, "sarah@x", 20)).value().empty());
        CHECK(run_sync(orders.customers_by_stripe_id(other, "cus_c1", 20)).value().empty());
        CHECK(run_sync(orders.orders_by_payment(other, "pi_o1", 20)).value().empty());
        CHECK(run_sync(orders.orders_of(other, "c1", page{})).value().empty());
        CHECK(run_sync(orders.revenue(other, at(0), at(100))).value().empty());
    }
    // The same ids in another account are other rows.
    REQUIRE(import(*store, {{"team_b", "ia_b"}, {customer("c1", "bob@x")}, {}}).has_value());
    CHECK(run_sync(store->orders().find_customer(ours, "c1")).value()->email == "sarah@x");
    CHECK(import(*store, {{"team_b", "ia_a"}, {customer("c1", "bob@x")}, {}}).error().code ==
          "not_found");
}

TEMPLATE_TEST_CASE("storage orders: customers, pages of orders, payments and sums are found",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    auto back = order("o5", "c1", 300, 14);
    back.refunded = 100;
    auto unpaid = order("o6", "c2", 10, 15);
    unpaid.payment_id = "";
    REQUIRE(import(*store, {ours,
                            {customer("c2", "a@x", 2), customer("c1", "a@x", 1)},
                            {order("o1", "c1", 100, 10), order("o2", "c1", 200, 11),
                             order("o3", "c1", 5, 12, "jpy"), back, unpaid}})
                .has_value());
    auto& orders = store->orders();
    const auto same = run_sync(orders.customers_by_email(ours, "a@x", 20)).value();
    REQUIRE(same.size() == 2);
    CHECK(same[0].id == "c1");
    page where;
    where.limit = 2;
    const auto newest = run_sync(orders.orders_of(ours, "c1", where)).value();
    REQUIRE(newest.size() == 2);
    CHECK(newest[0].id == "o5");
    CHECK(newest[0].status == order_status::partially_refunded);
    where.before = newest[1].created_at;
    where.before_id = newest[1].id;
    const auto older = run_sync(orders.orders_of(ours, "c1", where)).value();
    REQUIRE(older.size() == 2);
    CHECK(older[0].id == "o2");
    CHECK(run_sync(orders.orders_by_payment(ours, "pi_o3", 20)).value().size() == 1);
    CHECK(run_sync(orders.orders_by_payment(ours, "", 20)).value().empty());
    const auto sums = run_sync(orders.revenue(ours, at(11), at(15))).value();
    REQUIRE(sums.size() == 2);
    CHECK(sums[0].currency == "jpy");
    CHECK(sums[0].amount == 5);
    CHECK(sums[1].orders == 2);
    CHECK(sums[1].amount == 500);
    CHECK(sums[1].refunded == 100);
}

TEMPLATE_TEST_CASE("storage orders: a refund's outcome changes the order and the log once",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    seed(*store);
    REQUIRE(begin(*store, "rcp_1", claim(2'000)));
    CHECK(run_sync(store->find_receipt("team_a", "rcp_1")).value()->order_id == "o1");
    CHECK(refunds(*store).empty());
    for (int i = 0; i < 3; ++i) finish(*store, "rcp_1", receipt_state::succeeded);
    CHECK(stored(*store).refunded == 2'000);
    CHECK(stored(*store).status == order_status::partially_refunded);
    const auto log = refunds(*store);
    REQUIRE(log.size() == 1);
    CHECK(log[0].id == "rfl_1");
    CHECK(log[0].stripe_refund_id == "re_rcp_1");
    CHECK(log[0].receipt_id == "rcp_1");
    CHECK(log[0].amount == 2'000);
    CHECK(log[0].refunded_by == "server Support, client Claude");
    REQUIRE(begin(*store, "rcp_2", claim(3'000)));
    finish(*store, "rcp_2", receipt_state::succeeded);
    CHECK(stored(*store).status == order_status::refunded);
    CHECK(begin(*store, "rcp_3", claim(1)).error().code == "order_changed");
}

TEMPLATE_TEST_CASE("storage orders: what is on its way counts until it has failed", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    seed(*store);
    REQUIRE(begin(*store, "rcp_1", claim(3'000)));
    const auto refused = begin(*store, "rcp_2", claim(2'001));
    CHECK(refused.error().code == "order_busy");
    CHECK(refused.error().message.find("2000 in the minor unit of usd") != std::string::npos);
    CHECK(begin(*store, "rcp_2", claim(5'001)).error().code == "order_changed");
    CHECK_FALSE(run_sync(store->find_receipt("team_a", "rcp_2")).value().has_value());
    finish(*store, "rcp_1", receipt_state::unknown, at(90));
    CHECK(begin(*store, "rcp_2", claim(2'001)).error().code == "order_busy");
    finish(*store, "rcp_1", receipt_state::failed);
    CHECK(refunds(*store).empty());
    CHECK(stored(*store).refunded == 0);
    REQUIRE(begin(*store, "rcp_2", claim(5'000)));
    // The outcome that is found out later counts too.
    finish(*store, "rcp_2", receipt_state::unknown, at(90));
    finish(*store, "rcp_2", receipt_state::succeeded);
    CHECK(stored(*store).status == order_status::refunded);
}

TEMPLATE_TEST_CASE("storage orders: a refund of what is not there, or not positive, is not begun",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    seed(*store);
    CHECK(begin(*store, "rcp_1", claim(100, "eur")).error().code == "order_changed");
    CHECK(begin(*store, "rcp_1", claim(0)).error().code == "order_changed");
    CHECK(begin(*store, "rcp_1", claim(-5)).error().code == "order_changed");
    auto gone = claim(100);
    gone.link.order_id = "o9";
    CHECK(begin(*store, "rcp_1", gone).error().code == "order_changed");
    // A failed write that is tried again is checked again.
    REQUIRE(begin(*store, "rcp_1", claim(4'000)));
    finish(*store, "rcp_1", receipt_state::failed);
    REQUIRE(begin(*store, "rcp_2", claim(2'000)));
    retake_receipt again{"team_a", "rcp_1", 1, at(20), at(50), "", sealed_blob{"k1", "w", "r"},
                         true};
    again.order = claim(4'000);
    CHECK(put(*store, {again}).error().code == "order_busy");
    again.order = claim(3'000);
    CHECK(put(*store, {again}).has_value());
}

TEMPLATE_TEST_CASE("storage orders: an import never lowers what was refunded", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    seed(*store);
    REQUIRE(begin(*store, "rcp_1", claim(2'000)));
    finish(*store, "rcp_1", receipt_state::succeeded);
    CHECK(import(*store, {ours, {}, {order("o1", "c1", 5'000, 10)}}).value().orders.unchanged == 1);
    CHECK(stored(*store).refunded == 2'000);
    auto more = order("o1", "c1", 5'000, 10);
    more.refunded = 5'000;
    CHECK(import(*store, {ours, {}, {more}}).value().orders.changed == 1);
    CHECK(stored(*store).status == order_status::refunded);
}

TEMPLATE_TEST_CASE("storage orders: an import during a refund does not count it twice", "[storage]",
                   test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    seed(*store);
    REQUIRE(begin(*store, "rcp_1", claim(2'000)));
    auto more = order("o1", "c1", 5'000, 10);
    more.refunded = 2'000;  // Stripe made the refund, and its answer is on its way
    CHECK(import(*store, {ours, {}, {more}}).value().orders.unchanged == 1);
    CHECK(stored(*store).refunded == 0);
    finish(*store, "rcp_1", receipt_state::unknown, at(90));
    CHECK(import(*store, {ours, {}, {more}}).value().orders.unchanged == 1);
    finish(*store, "rcp_1", receipt_state::succeeded);
    CHECK(stored(*store).refunded == 2'000);
    CHECK(stored(*store).status == order_status::partially_refunded);
    // Without one on its way, a higher amount is taken over.
    more.refunded = 3'000;
    CHECK(import(*store, {ours, {}, {more}}).value().orders.changed == 1);
    CHECK(stored(*store).refunded == 3'000);
}

TEMPLATE_TEST_CASE("storage orders: an external refund is held by what was read and delivered",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    auto of = claim(600);
    of.external = true;
    of.remaining = 1'000;
    REQUIRE(begin(*store, "rcp_1", of));
    CHECK(begin(*store, "rcp_2", of).error().code == "order_busy");
    finish(*store, "rcp_1", receipt_state::succeeded);
    // Not delivered yet: what was read does not contain it.
    CHECK(begin(*store, "rcp_2", of).error().code == "order_changed");
    CHECK(run_sync(store->orders().next_refund_delivery()).value() == at(12));
    CHECK(run_sync(store->count_rows()).value().refund_lines_waiting == 1);
    const auto taken = std::make_shared<std::vector<refund_delivery>>();
    REQUIRE(put(*store, {claim_refund_deliveries{at(13), at(60), 10, taken}}));
    REQUIRE(taken->size() == 1);
    CHECK(taken->front().place.team_id == "team_a");
    CHECK(taken->front().place.account_id == "ia_a");
    CHECK(taken->front().row.stripe_refund_id == "re_rcp_1");
    CHECK(taken->front().attempts == 1);
    const auto none = std::make_shared<std::vector<refund_delivery>>();
    REQUIRE(put(*store, {claim_refund_deliveries{at(14), at(60), 10, none}}));
    CHECK(none->empty());
    REQUIRE(put(*store, {finish_refund_delivery{ours, "rfl_1", at(15), {}, ""}}));
    CHECK_FALSE(run_sync(store->orders().next_refund_delivery()).value().has_value());
    CHECK(run_sync(store->count_rows()).value().refund_lines_waiting == 0);
    // A read from before the delivery is no longer good; one from after it is.
    of.link.amount = 400;
    CHECK(begin(*store, "rcp_2", of).error().code == "order_busy");
    of.delivered = run_sync(store->orders().count_delivered(ours, "o1")).value();
    CHECK(of.delivered == 1);
    of.remaining = 400;
    CHECK(begin(*store, "rcp_2", of).has_value());
}

TEMPLATE_TEST_CASE("storage orders: an account with undelivered refunds is not removed",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    REQUIRE(fill(*store));
    auto of = claim(600);
    of.external = true;
    of.remaining = 1'000;
    REQUIRE(begin(*store, "rcp_1", of));
    finish(*store, "rcp_1", receipt_state::succeeded);
    const auto refused = put(*store, {remove_account{"team_a", "ia_a", 1}});
    CHECK(refused.error().kind == base::errc::conflict);
    CHECK(refused.error().code == "refunds_undelivered");
    CHECK(refunds(*store).size() == 1);
    REQUIRE(put(*store, {finish_refund_delivery{ours, "rfl_1", at(15), {}, ""}}));
    CHECK(put(*store, {remove_account{"team_a", "ia_a", 1}}).has_value());
}

TEMPLATE_TEST_CASE("storage orders: a flag is kept once, and a removed account's orders go",
                   "[storage]", test::on_sqlite, test::on_postgresql) {
    TestType backend;
    const auto store = backend.open();
    seed(*store);
    refund_log_row flag;
    flag.id = "rfl_flag";
    flag.order_id = "o1";
    flag.reason = "looks odd";
    flag.created_at = at(20);
    REQUIRE(put(*store, {add_refund_flag{ours, flag, {}}}));
    REQUIRE(put(*store, {add_refund_flag{ours, flag, {}}}));
    CHECK(refunds(*store).size() == 1);
    REQUIRE(put(*store, {remove_account{"team_a", "ia_a", 1}}));
    CHECK_FALSE(run_sync(store->orders().find_order(ours, "o1")).value().has_value());
    for (int i = 0; i < 3; ++i) REQUIRE(put(*store, {purge_orders{10}}));
    // An account that comes back with the same id begins with nothing.
    REQUIRE(put(*store, {add_account{test::account("team_a", "ia_a"), 10}}));
    REQUIRE(import(*store, {ours, {}, {}}).has_value());
    CHECK(refunds(*store).empty());
    CHECK_FALSE(run_sync(store->orders().find_customer(ours, "c1")).value().has_value());
}

}  // namespace orders_test
