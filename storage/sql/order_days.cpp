#include "storage/sql/order_days.hpp"

#include <chrono>

namespace tollgate::storage::sql {

std::int64_t day_of(timestamp at) {
    return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
}

std::int64_t day_begin_ms(std::int64_t day) {
    return std::chrono::milliseconds{std::chrono::days{day}}.count();
}

void day_changes::count(const order_row& order, int sign) {
    sums& day = days_[{order.currency, day_of(order.created_at)}];
    day.orders += sign;
    day.amount += sign * order.amount;
    day.refunded += sign * order.refunded;
}

void day_changes::count_refund(const std::string& currency, timestamp created_at,
                               std::int64_t amount) {
    days_[{currency, day_of(created_at)}].refunded += amount;
}

void day_changes::write(session& db, std::int64_t source) const {
    for (const auto& [place, more] : days_) {
        if (more.orders == 0 && more.amount == 0 && more.refunded == 0) continue;
        db.run(
            "INSERT INTO order_days (source, currency, day, orders, amount, refunded) VALUES (?, "
            "?, ?, ?, ?, ?) ON CONFLICT (source, currency, day) DO UPDATE SET orders = "
            "order_days.orders + excluded.orders, amount = order_days.amount + excluded.amount, "
            "refunded = order_days.refunded + excluded.refunded",
            source, place.first, place.second, more.orders, more.amount, more.refunded);
    }
}

}  // namespace tollgate::storage::sql
