// What the audit record of a read costs in the record store (SQLite): CPU time a record, with
// 100,000 records of one team unless told otherwise: records_bench [RECORDS].
#include <array>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iomanip>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "storage/changes/audit.hpp"
#include "storage/changes/audit_log.hpp"
#include "storage/sqlite.hpp"
#include "storage/sqlite/database.hpp"
#include "tests/support/run_sync.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace tollgate;
using namespace tollgate::storage;

constexpr std::size_t together = 256;  // records in a transaction
base::null_logger quiet;

double cpu_micros() {
    constexpr double micros = 1e6;
    constexpr double nanos_in_micro = 1e3;
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * micros +
           static_cast<double>(now.tv_nsec) / nanos_in_micro;
}

// As of a call that only reads; ids and times rise, as they do in the gateway.
std::vector<audit_row> records(std::size_t from) {
    constexpr std::int64_t start_ms = 1'795'000'000'000;
    constexpr std::size_t in_a_milli = 10;
    constexpr int digits = 22;
    std::vector<audit_row> out;
    for (std::size_t i = from; i < from + together; ++i) {
        audit_row row;
        std::string number = std::to_string(i);
        row.id = "aud_" + std::string(digits - number.size(), '0') + number;
        row.team_id = "team_0123456789abcdefghijkl";
        row.recorded_at = base::from_unix_ms(start_ms + static_cast<std::int64_t>(i / in_a_milli));
        row.kind = "call";
        row.actor = "tgm_0123456789";
        row.server_id = "mcp_0123456789abcdefghijkl";
        row.tool = "list_all_stripe_charges";
        row.decision = "allowed";
        row.request_id = "req-" + number;
        row.entry = R"({"id":")" + row.id + R"(","members":")" + std::string(500, 'x') + R"("})";
        out.push_back(std::move(row));
    }
    return out;
}

void must(const base::result<>& done) {
    if (done) return;
    std::cerr << done.error().message << "\n";
    std::exit(2);
}

integrate_audit step(std::size_t from) {
    integrate_audit out;
    out.team_id = "team_0123456789abcdefghijkl";
    out.from_size = static_cast<std::int64_t>(from);
    out.size = static_cast<std::int64_t>(from + together);
    out.root = std::string(32, 'r');
    out.tiles.push_back({0, static_cast<std::int64_t>(from / together), std::string(8192, 'h')});
    return out;
}

void commit(record_store& store, change what) {
    std::vector<change> changes{std::move(what)};
    must(test::run_sync(store.commit(std::move(changes))));
}

void store_then_place(record_store& store, std::size_t from) {
    auto rows = records(from);
    integrate_audit places = step(from);
    for (const audit_row& row : rows) places.ids.push_back(row.id);
    commit(store, add_audit{std::move(rows)});
    commit(store, std::move(places));
}

void store_at_place(record_store& store, std::size_t from) {
    integrate_audit places = step(from);
    places.added = {std::make_shared<const std::vector<audit_row>>(records(from)), 0, together};
    commit(store, std::move(places));
}

void insert_rows(sqlite::database& db, std::size_t from) {
    db.begin();
    for (const audit_row& row : records(from))
        db.run("INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row.id,
               row.team_id, row.recorded_at, static_cast<std::int64_t>(from), row.kind, row.actor,
               row.server_id, row.tool, row.decision, row.rule, row.object_id, row.request_id,
               row.receipt_id, row.entry);
    db.run("COMMIT");
}

// `each` stores `together` records from a number on. The cost of making them is subtracted.
void measure(const std::string& name, std::size_t count,
             const std::function<void(std::size_t)>& each) {
    const double began = cpu_micros();
    for (std::size_t from = 0; from < count; from += together) (void)records(from);
    const double made = cpu_micros();
    for (std::size_t from = 0; from < count; from += together) each(from);
    const double used = cpu_micros() - made - (made - began);
    std::cout << std::left << std::setw(44) << name << std::right << std::setw(6) << std::fixed
              << std::setprecision(1) << used / static_cast<double>(count) << " µs\n";
}

void in_store(const std::string& name, std::size_t count,
              const std::function<void(record_store&, std::size_t)>& each) {
    const test::temp_dir dir;
    sqlite_options options;
    options.file = dir.file("t.db");
    const auto store = open_sqlite(options, quiet).value();
    measure(name, count, [&](std::size_t from) { each(*store, from); });
}

void in_plain_table(const std::string& name, std::size_t count, const std::string& key,
                    const std::string& more = {}) {
    const test::temp_dir dir;
    sqlite::database db{dir.file("t.db"), sqlite::access::read_write};
    db.script("CREATE TABLE plain (id TEXT " + key +
              ", team_id TEXT, recorded_at INTEGER, position INTEGER, kind TEXT, actor TEXT, "
              "server_id TEXT, tool TEXT, decision TEXT, rule TEXT, object_id TEXT, request_id "
              "TEXT, receipt_id TEXT, entry TEXT);" +
              more);
    measure(name, count, [&](std::size_t from) { insert_rows(db, from); });
}

}  // namespace

int main(int argc, char** argv) {
    constexpr std::size_t usual = 100'000;
    const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : usual;
    in_store("a row, which gets its place later", count, store_then_place);
    in_store("a row at its place", count, store_at_place);
    in_plain_table("a table with its key and the newest first", count, "PRIMARY KEY",
                   "CREATE INDEX newest ON plain (team_id, recorded_at, id)");
    in_plain_table("a table with its key", count, "PRIMARY KEY");
    in_plain_table("a table without a key", count, "");
}
