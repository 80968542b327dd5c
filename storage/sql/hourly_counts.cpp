#include "storage/sql/hourly_counts.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace tollgate::storage::sql {

namespace {

// By scope, hour and what: all writers take the rows in one order.
using sums = std::map<std::tuple<std::string, std::int64_t, std::string>, std::int64_t>;

// Amounts above this, in minor units, are left out. No payment is larger in any currency, but a
// service may answer with any number.
constexpr std::int64_t payment_max = 1'000'000'000'000'000;
// The limit of an hour's sum, so that the sums of a week can be added.
constexpr std::int64_t hour_max = 10 * payment_max;

// Rows are written six at a time: one call counts in six, and every statement has a cost of its
// own, with PostgreSQL a round trip.
#define TOLLGATE_COUNT_ROW "(?, ?, ?, ?, ?)"
#define TOLLGATE_HOUR_MAX "10000000000000000"
#define TOLLGATE_COUNT(rows)                                                                 \
    "INSERT INTO hourly_counts (team_id, scope_id, hour, what, amount) VALUES " rows         \
    " ON CONFLICT (team_id, scope_id, hour, what) DO UPDATE SET amount = CASE WHEN "         \
    "hourly_counts.amount + excluded.amount > " TOLLGATE_HOUR_MAX " THEN " TOLLGATE_HOUR_MAX \
    " WHEN hourly_counts.amount + excluded.amount < -" TOLLGATE_HOUR_MAX                     \
    " THEN -" TOLLGATE_HOUR_MAX " ELSE hourly_counts.amount + excluded.amount END"
static_assert(hour_max == 10000000000000000);
constexpr std::string_view count_one = TOLLGATE_COUNT(TOLLGATE_COUNT_ROW);
constexpr std::string_view count_many = TOLLGATE_COUNT(
    TOLLGATE_COUNT_ROW ", " TOLLGATE_COUNT_ROW ", " TOLLGATE_COUNT_ROW ", " TOLLGATE_COUNT_ROW
                       ", " TOLLGATE_COUNT_ROW ", " TOLLGATE_COUNT_ROW);
constexpr std::size_t rows_at_once = 6;

void add_up(std::int64_t& sum, std::int64_t amount) {
    sum = std::clamp(sum + std::clamp(amount, -hour_max, hour_max), -hour_max, hour_max);
}

// Counts the amounts of writes from their receipts. Each receipt is counted once, however many
// records say that it succeeded.
void add_amounts(session& db, const integrate_audit& change, sums& out) {
    for (const counted_write& one : change.writes) {
        query rows{db,
                   "UPDATE receipts SET counted = 1 WHERE team_id = ? AND id = ? AND state = "
                   "'succeeded' AND counted = 0 AND currency <> '' AND amount BETWEEN ? AND ? "
                   "RETURNING amount, currency",
                   change.team_id,
                   one.receipt_id,
                   -payment_max,
                   payment_max};
        if (!rows.next()) continue;
        const std::int64_t amount = rows.integer();
        const std::string currency{rows.text()};
        while (rows.next()) continue;  // the statement ends before the next one begins
        for (const std::string& scope : one.scopes) {
            add_up(out[{scope, one.hour, "amount:" + currency}], amount);
            add_up(out[{scope, one.hour, "writes:" + currency}], 1);
        }
    }
}

}  // namespace

// No counted value may make this fail, because the team's log would stop.
void count(session& db, const integrate_audit& change) {
    sums all_counts;
    for (const hourly_count& one : change.counts)
        add_up(all_counts[{one.scope_id, one.hour, one.what}], one.amount);
    add_amounts(db, change, all_counts);
    std::vector<value> bound;
    std::size_t left = all_counts.size();
    for (auto next = all_counts.begin(); left > 0;) {
        const std::size_t rows = left >= rows_at_once ? rows_at_once : 1;
        left -= rows;
        bound.clear();
        for (std::size_t i = 0; i < rows; ++i, ++next) {
            const auto& [scope, hour, word] = next->first;
            for (const auto& one : {to_value(change.team_id), to_value(scope), to_value(hour),
                                    to_value(word), to_value(next->second)})
                bound.push_back(one);
        }
        db.execute(rows == 1 ? count_one : count_many, bound);
    }
}

void purge(session& db, const purge_hourly_counts& change) {
    db.run(
        "DELETE FROM hourly_counts WHERE (team_id, scope_id, hour, what) IN (SELECT team_id, "
        "scope_id, hour, what FROM hourly_counts WHERE hour < ? ORDER BY hour, team_id, "
        "scope_id, "
        "what LIMIT ?)",
        change.before, change.limit);
}

std::vector<hourly_count> list_hourly_counts(session& db, const std::string& team_id,
                                             const std::string& scope_id, std::int64_t from,
                                             std::int64_t to) {
    query rows{db,
               "SELECT scope_id, hour, what, amount FROM hourly_counts WHERE team_id = ? AND "
               "scope_id = ? AND hour >= ? AND hour < ? ORDER BY hour, what",
               team_id,
               scope_id,
               from,
               to};
    std::vector<hourly_count> out;
    while (rows.next()) {
        hourly_count one;
        one.scope_id = rows.text();
        one.hour = rows.integer();
        one.what = rows.text();
        one.amount = rows.integer();
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace tollgate::storage::sql
