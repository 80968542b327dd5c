#include "storage/transfer/tables.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "storage/sql/migrate.hpp"
#include "storage/sqlite/database.hpp"

namespace tollgate::storage::transfer {

using sql::session;

namespace {

constexpr std::size_t batch_rows = 500;
constexpr std::size_t values_per_insert = 1000;

struct cell {
    column_kind kind = column_kind::integer;
    bool null = false;
    std::int64_t number = 0;
    std::string bytes;

    sql::value value() const {
        if (null) return {};
        if (kind == column_kind::integer) return number;
        if (kind == column_kind::text) return std::string_view{bytes};
        return sql::blob{bytes};
    }
};
using row = std::vector<cell>;

std::string repeated(std::size_t count, const std::string& what) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "" : ", ") + what;
    return out;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

column_kind kind_of(const std::string& declared) {
    if (declared == "INTEGER") return column_kind::integer;
    if (declared == "BLOB") return column_kind::bytes;
    return column_kind::text;
}

std::unique_ptr<const table> describe(session& db, const std::string& name) {
    auto out = std::make_unique<table>();
    out->name = name;
    std::vector<std::string> columns;
    std::vector<std::pair<std::int64_t, std::size_t>> keys;
    sql::query rows{db, "SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid", name};
    while (rows.next()) {
        columns.push_back(rows.text());
        out->columns.push_back(kind_of(rows.text()));
        const std::int64_t place = rows.integer();
        if (place > 0) keys.emplace_back(place, columns.size() - 1);
    }
    std::sort(keys.begin(), keys.end());
    std::vector<std::string> key;
    for (const auto& [place, index] : keys) {
        out->key.push_back(index);
        key.push_back(columns[index]);
    }
    const std::string list = joined(columns);
    const std::string order = " ORDER BY " + joined(key) + " LIMIT " + std::to_string(batch_rows);
    const std::string marks = "(" + repeated(columns.size(), "?") + ")";
    const std::string insert = "INSERT INTO " + name + " (" + list + ") VALUES ";
    out->rows_per_insert = std::max<std::size_t>(1, values_per_insert / columns.size());
    out->first_rows = "SELECT " + list + " FROM " + name + order;
    out->later_rows = "SELECT " + list + " FROM " + name + " WHERE (" + joined(key) + ") > (" +
                      repeated(key.size(), "?") + ")" + order;
    out->insert_one = insert + marks;
    out->insert_many = insert + repeated(out->rows_per_insert, marks);
    out->count = "SELECT count(*) FROM " + name;
    out->any = "SELECT 1 FROM " + name + " LIMIT 1";
    out->clear = "DELETE FROM " + name;
    return out;
}

std::vector<row> read_batch(session& db, const table& of, const row* last) {
    std::vector<sql::value> after;
    if (last != nullptr)
        for (const std::size_t index : of.key) after.push_back((*last)[index].value());
    const auto rows = db.open(last == nullptr ? of.first_rows : of.later_rows, after);
    std::vector<row> out;
    while (rows->next()) {
        row one(of.columns.size());
        for (std::size_t i = 0; i < one.size(); ++i) {
            const int column = static_cast<int>(i);
            one[i].kind = of.columns[i];
            one[i].null = rows->null(column);
            if (one[i].null) continue;
            if (one[i].kind == column_kind::integer)
                one[i].number = rows->integer(column);
            else
                one[i].bytes = rows->bytes(column);
        }
        out.push_back(std::move(one));
    }
    return out;
}

// A digest over rows, each hashed with the digest of those before it.
class running_digest {
public:
    void add(const row& one) {
        std::string text = state_;
        for (const cell& value : one) {
            const std::string bytes =
                value.kind == column_kind::integer ? std::to_string(value.number) : value.bytes;
            text += value.null ? "n" : std::to_string(bytes.size()) + ":" + bytes;
            text += ';';
        }
        state_ = base::as_view(base::sha256(text));
        ++rows_;
    }
    table_facts facts(const std::string& name) const { return {name, rows_, base::hex(state_)}; }

private:
    std::string state_ = std::string(32, '\0');
    std::uint64_t rows_ = 0;
};

table_facts walk(session& db, const table& of,
                 const std::function<void(const std::vector<row>&)>& each_batch) {
    running_digest digest;
    std::vector<row> batch = read_batch(db, of, nullptr);
    while (!batch.empty()) {
        for (const row& one : batch) digest.add(one);
        each_batch(batch);
        if (batch.size() < batch_rows) break;
        const row last = std::move(batch.back());
        batch = read_batch(db, of, &last);
    }
    return digest.facts(of.name);
}

void insert(session& db, const table& of, const std::vector<row>& batch) {
    std::vector<sql::value> values;
    for (std::size_t at = 0; at < batch.size();) {
        const bool many = batch.size() - at >= of.rows_per_insert;
        const std::size_t end = at + (many ? of.rows_per_insert : 1);
        values.clear();
        for (; at < end; ++at)
            for (const cell& one : batch[at]) values.push_back(one.value());
        db.execute(many ? of.insert_many : of.insert_one, values);
    }
}

}  // namespace

std::vector<std::unique_ptr<const table>> tables_of_schema() {
    sqlite::database memory{":memory:", sqlite::access::read_write};
    const auto migrations = sql::built_in_migrations(sql::dialect::sqlite);
    const auto made = sql::migrate(memory, migrations, base::timestamp{});
    if (!made) throw sql::sql_error(sql::fault_kind::other, made.error().message);
    std::vector<std::string> names;
    {
        // A table can refer only to tables created before it.
        sql::query rows{memory,
                        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                        "'sqlite_%' AND name NOT IN ('schema_migrations', 'change_counter', "
                        "'change_log', 'instances') ORDER BY rowid"};
        while (rows.next()) names.push_back(rows.text());
    }
    std::vector<std::unique_ptr<const table>> out;
    for (const std::string& name : names) out.push_back(describe(memory, name));
    return out;
}

void forget_log(session& db) {
    db.script("DELETE FROM change_log; DELETE FROM change_counter; DELETE FROM instances");
}

std::uint64_t count_rows(session& db, const table& of) {
    sql::query rows{db, of.count};
    return rows.next() ? static_cast<std::uint64_t>(rows.integer()) : 0;
}

bool has_rows(session& db, const table& of) {
    sql::query rows{db, of.any};
    return rows.next();
}

table_facts read_facts(session& db, const table& of) {
    return walk(db, of, [](const std::vector<row>&) {});
}

table_facts copy_rows(session& from, session& to, const table& of) {
    return walk(from, of, [&](const std::vector<row>& batch) { insert(to, of, batch); });
}

}  // namespace tollgate::storage::transfer
