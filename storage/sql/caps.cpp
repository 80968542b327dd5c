#include "storage/sql/caps.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tollgate::storage::sql {

namespace {

constexpr std::chrono::hours kept{62 * 24};  // twice the longest time of a cap

// Only one writer at a time may read a cap and reserve.
void lock_cap(session& db, const std::string& cap) {
    if (!db.many_writers()) return;
    db.run("INSERT INTO caps (cap) VALUES (?) ON CONFLICT (cap) DO NOTHING", cap);
    db.run("SELECT cap FROM caps WHERE cap = ? FOR UPDATE", cap);
}

bool has_reserved(session& db, const std::string& receipt_id, const cap_claim& claim) {
    query rows{db,
               "SELECT 1 FROM cap_reservations WHERE receipt_id = ? AND cap = ? AND currency = ?",
               receipt_id, claim.cap, claim.currency};
    return rows.next();
}

std::int64_t counted(session& db, const cap_claim& claim) {
    query rows{
        db,
        "SELECT CAST(coalesce(sum(used + reserved), 0) AS BIGINT) FROM cap_use WHERE cap = ? "
        "AND currency = ? AND slice >= ?",
        claim.cap, claim.currency, claim.from};
    return rows.next() ? rows.integer() : 0;
}

std::string with_unit(std::int64_t amount, const std::string& currency) {
    return std::to_string(amount) + (currency.empty() ? " writes" : ' ' + currency);
}

base::failure cap_reached(const cap_claim& claim, std::int64_t taken) {
    const std::int64_t left = taken < claim.limit ? claim.limit - taken : 0;
    return base::fail(base::errc::conflict, "cap_reached",
                      "The rule allows " + with_unit(claim.limit, claim.currency) +
                          " in its time, and " + with_unit(left, claim.currency) +
                          " of it are left.",
                      claim.cap);
}

void add_reserved(session& db, const std::string& cap, const std::string& currency,
                  std::int64_t slice, std::int64_t amount) {
    db.run(
        "INSERT INTO cap_use (cap, currency, slice, reserved, used) VALUES (?, ?, ?, ?, 0) ON "
        "CONFLICT (cap, currency, slice) DO UPDATE SET reserved = cap_use.reserved + "
        "excluded.reserved",
        cap, currency, slice, amount);
}

struct reservation {
    std::string cap;
    std::string currency;
    std::int64_t slice = 0;
    std::int64_t amount = 0;
};

std::vector<reservation> reservations_of(session& db, const std::string& receipt_id) {
    query rows{db,
               "SELECT cap, currency, slice, amount FROM cap_reservations WHERE receipt_id = ? "
               "ORDER BY cap, currency",
               receipt_id};
    std::vector<reservation> out;
    while (rows.next()) {
        reservation one;
        one.cap = rows.text();
        one.currency = rows.text();
        one.slice = rows.integer();
        one.amount = rows.integer();
        out.push_back(std::move(one));
    }
    return out;
}

// True if a success counts towards the reservation `one`. Of a cap's currencies, only that of the
// outcome counts; if the outcome's currency is none of them, all count.
bool counts(const reservation& one, const receipt_outcome& outcome,
            const std::vector<reservation>& reserved) {
    if (one.currency.empty() || one.currency == outcome.currency) return true;
    return std::ranges::none_of(reserved, [&](const reservation& other) {
        return other.cap == one.cap && other.currency == outcome.currency;
    });
}

}  // namespace

base::result<> reserve(session& db, const std::string& receipt_id,
                       const std::vector<cap_claim>& claims) {
    for (const auto& claim : claims) {
        lock_cap(db, claim.cap);
        if (has_reserved(db, receipt_id, claim)) continue;
        const auto taken = counted(db, claim);
        if (claim.amount > claim.limit || taken > claim.limit - claim.amount)
            return cap_reached(claim, taken);
        db.run("DELETE FROM cap_use WHERE cap = ? AND currency = ? AND slice < ? AND reserved <= 0",
               claim.cap, claim.currency, claim.from);
        add_reserved(db, claim.cap, claim.currency, claim.slice, claim.amount);
        db.run(
            "INSERT INTO cap_reservations (receipt_id, cap, currency, slice, amount) VALUES (?, ?, "
            "?, ?, ?)",
            receipt_id, claim.cap, claim.currency, claim.slice, claim.amount);
    }
    return {};
}

void settle(session& db, const std::string& receipt_id, const receipt_outcome& outcome) {
    const bool succeeded = outcome.state == receipt_state::succeeded;
    if (!succeeded && outcome.state != receipt_state::failed) return;
    const auto reserved = reservations_of(db, receipt_id);
    for (const auto& one : reserved) {
        const auto used = succeeded && counts(one, outcome, reserved) ? one.amount : 0;
        db.run(
            "UPDATE cap_use SET reserved = reserved - ?, used = used + ? WHERE cap = ? AND "
            "currency = ? AND slice = ?",
            one.amount, used, one.cap, one.currency, one.slice);
    }
    if (!reserved.empty()) db.run("DELETE FROM cap_reservations WHERE receipt_id = ?", receipt_id);
}

void purge_caps(session& db, timestamp now) {
    const std::int64_t before = base::to_unix_ms(now - kept) / 1'000;  // a slice is in seconds
    db.run(
        "DELETE FROM cap_use WHERE reserved <= 0 AND (cap, currency, slice) IN (SELECT cap, "
        "currency, slice FROM cap_use WHERE reserved <= 0 AND slice < ? ORDER BY slice LIMIT 1000)",
        before);
}

std::vector<cap_state> find_cap(session& db, const std::string& cap, std::int64_t from) {
    query rows{db,
               "SELECT currency, CAST(sum(used) AS BIGINT), CAST(sum(reserved) AS BIGINT) FROM "
               "cap_use WHERE cap = ? AND slice >= ? GROUP BY currency ORDER BY currency",
               cap, from};
    std::vector<cap_state> out;
    while (rows.next()) {
        cap_state one;
        one.currency = rows.text();
        one.used = rows.integer();
        one.reserved = rows.integer();
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace tollgate::storage::sql
