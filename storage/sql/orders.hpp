// The companies' own orders: written and read. storage/changes/orders.hpp describes the changes;
// all functions throw sql_error on faults.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "storage/changes/orders.hpp"
#include "storage/order_reads.hpp"
#include "storage/rows.hpp"
#include "storage/sql/session.hpp"

// The number of an account among order_sources; binds the team and the account.
#define TOLLGATE_ORDER_SOURCE                                                                   \
    "(SELECT number FROM order_sources WHERE team_id = ? AND account_id = ? AND removed_at IS " \
    "NULL)"

namespace tollgate::storage::sql {

// order_import.cpp
base::result<> write(session& db, const import_orders& change);
// The number of an account, which is assigned if it has none; nullopt if there is no such account.
std::optional<std::int64_t> source_for_writing(session& db, const order_place& of);

// orders.cpp
base::result<> write(session& db, const add_refund_flag& change);
base::result<> write(session& db, const claim_refund_deliveries& change);
base::result<> write(session& db, const finish_refund_delivery& change);
base::result<> write(session& db, const purge_orders& change);
// Called when the account is removed; purge_orders removes its orders later. Fails with conflict
// "refunds_undelivered" while lines of its refund log are due to the company's own database.
base::result<> forget_orders(session& db, const order_place& of);
// Called when a receipt with this order is begun or sent again. Fails with conflict "order_changed"
// if the order has no room for the refund, and with "order_busy" if it may soon have room, because
// another refund of it is in progress or was recorded since the order was read.
base::result<> hold_order(session& db, const receipt_row& receipt, const order_claim& claim);
// Called with the success of a receipt with an order: the refund log and the order change.
void record_refund(session& db, const std::string& team_id, const std::string& receipt_id,
                   const receipt_outcome& outcome, timestamp now);

// order_reads.cpp. `read` calls a function with a connection, on another thread.
using reading = std::function<base::awaitable<base::result<>>(std::function<void(session&)>)>;
std::unique_ptr<order_reads> make_order_reads(reading read);

}  // namespace tollgate::storage::sql
