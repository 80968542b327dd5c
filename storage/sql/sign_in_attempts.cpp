#include "storage/sql/sign_in_attempts.hpp"

#include <algorithm>

namespace tollgate::storage::sql {

namespace {

using base::result;

// When the bucket at `place` is full again, locked until the transaction ends.
std::int64_t full_at(session& db, std::int64_t place) {
    db.run("INSERT INTO sign_in_attempts (place, full_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
           place, std::int64_t{0});
    query rows{db,
               db.many_writers() ? "SELECT full_at FROM sign_in_attempts WHERE place = ? FOR UPDATE"
                                 : "SELECT full_at FROM sign_in_attempts WHERE place = ?",
               place};
    return rows.next() ? rows.integer() : 0;
}

}  // namespace

result<> write(session& db, const take_attempts& change) {
    const std::int64_t now = base::to_unix_ms(change.now);
    std::vector<std::int64_t> later;
    std::int64_t wait = 0;
    for (const auto& bucket : change.buckets) {
        later.push_back(std::max(full_at(db, bucket.place), now) + bucket.every_ms);
        wait = std::max(wait, later.back() - now - bucket.every_ms * bucket.most);
    }
    *change.wait_ms = wait;
    if (wait > 0) return {};
    for (std::size_t i = 0; i < later.size(); ++i)
        db.run("UPDATE sign_in_attempts SET full_at = ? WHERE place = ?", later[i],
               change.buckets[i].place);
    return {};
}

result<> write(session& db, const return_attempts& change) {
    for (const auto& bucket : change.buckets) {
        const std::int64_t before = full_at(db, bucket.place);
        db.run("UPDATE sign_in_attempts SET full_at = ? WHERE place = ?",
               std::max<std::int64_t>(0, before - bucket.every_ms), bucket.place);
    }
    return {};
}

void purge_sign_in_attempts(session& db, timestamp now) {
    db.run(
        "DELETE FROM sign_in_attempts WHERE place IN (SELECT place FROM sign_in_attempts WHERE "
        "full_at <= ? LIMIT 1000)",
        base::to_unix_ms(now));
}

}  // namespace tollgate::storage::sql
