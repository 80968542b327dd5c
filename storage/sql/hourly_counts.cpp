#include "storage/sql/hourly_counts.hpp"

#include <map>
#include <tuple>

namespace tollgate::storage::sql {

namespace {

// By scope, hour and what: all writers take the rows in one order.
using sums = std::map<std::tuple<std::string, std::int64_t, std::string>, std::int64_t>;

// What was written with money, as the receipts know it.
void add_amounts(session& db, const integrate_audit& what, sums& out) {
    for (const counted_write& one : what.writes) {
        query rows{db,
                   "SELECT amount, currency FROM receipts WHERE team_id = ? AND id = ? AND state = "
                   "'succeeded' AND amount IS NOT NULL AND currency <> ''",
                   what.team_id, one.receipt_id};
        if (!rows.next()) continue;
        const std::int64_t amount = rows.integer();
        const std::string currency{rows.text()};
        for (const std::string& scope : one.scopes) {
            out[{scope, one.hour, "amount:" + currency}] += amount;
            ++out[{scope, one.hour, "writes:" + currency}];
        }
    }
}

}  // namespace

void count(session& db, const integrate_audit& what) {
    sums all_counts;
    for (const hourly_count& one : what.counts)
        all_counts[{one.scope_id, one.hour, one.what}] += one.amount;
    add_amounts(db, what, all_counts);
    for (const auto& [place, amount] : all_counts) {
        const auto& [scope, hour, word] = place;
        db.run(
            "INSERT INTO hourly_counts (team_id, scope_id, hour, what, amount) VALUES (?, ?, ?, ?, "
            "?) ON CONFLICT (team_id, scope_id, hour, what) DO UPDATE SET amount = "
            "hourly_counts.amount + excluded.amount",
            what.team_id, scope, hour, word, amount);
    }
}

void purge(session& db, const purge_hourly_counts& what) {
    db.run(
        "DELETE FROM hourly_counts WHERE (team_id, scope_id, hour, what) IN (SELECT team_id, "
        "scope_id, hour, what FROM hourly_counts WHERE hour < ? ORDER BY hour, team_id, scope_id, "
        "what LIMIT ?)",
        what.before, what.limit);
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
