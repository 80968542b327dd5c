#include "storage/orders/source.hpp"

#include <algorithm>
#include <utility>

#include "base/nearest.hpp"
#include "storage/postgresql/address.hpp"
#include "storage/postgresql/connection.hpp"
#include "storage/sqlite/database.hpp"

namespace tollgate::storage::external {

namespace {

using sql::dialect;
using sql::session;
using sql::sql_error;

constexpr std::string_view sqlite_scheme = "sqlite://";

// True if a column of that declared type may hold whole numbers, by SQLite's rules. A column
// without a type is checked when it is read.
bool may_be_whole(std::string declared) {
    for (char& c : declared) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return declared.empty() || declared.find("INT") != std::string::npos;
}

std::vector<sql::value> in_order(const std::vector<std::string_view>& names,
                                 const std::vector<named_value>& values) {
    std::vector<sql::value> out;
    for (const auto name : names) {
        const auto found = std::ranges::find(values, name, &named_value::name);
        out.push_back(found == values.end() ? sql::value{} : found->value);
    }
    return out;
}

// How many '?' of our own follow the named values.
std::size_t marks_of(row_order order) {
    if (order == row_order::newest_page) return 3;
    return order == row_order::oldest ? 1 : 0;
}

}  // namespace

source::source(external_database what, external_limits limits)
    : what_(std::move(what)),
      limits_(limits),
      threads_(limits.connections + 1, limits.queue, "orders-source") {
    std::vector<std::string_view> known;
    for (const auto& kind : query_kinds()) known.push_back(kind.name);
    for (const auto& query : what_.queries) {
        const std::string begin = query.place + ": " + query.name + " ";
        const auto kind = std::ranges::find(query_kinds(), query.name, &query_kind::name);
        if (kind == query_kinds().end()) {
            const auto near = base::nearest_word(query.name, known);
            text_problems_.push_back(
                begin + "is not a query" +
                (near.empty() ? "" : "; did you mean '" + std::string{near} + "'?"));
            continue;
        }
        auto marked = with_marks(query.sql, *kind, sql_dialect());
        if (!marked) {
            text_problems_.push_back(begin + marked.error().message);
            continue;
        }
        statement one;
        one.kind = &*kind;
        one.place = query.place;
        one.operators = std::move(marked->sql);
        one.values = std::move(marked->values);
        one.sent =
            kind->columns.empty() ? one.operators : wrapped(one.operators, *kind, sql_dialect());
        statements_.emplace(query.name, std::move(one));
    }
    for (const auto& kind : query_kinds())
        if (std::ranges::find(what_.queries, kind.name, &external_query::name) ==
            what_.queries.end())
            text_problems_.push_back(what_.place + ": the query " + std::string{kind.name} +
                                     " is missing");
}

dialect source::sql_dialect() const {
    return what_.url.starts_with(sqlite_scheme) ? dialect::sqlite : dialect::postgresql;
}

std::unique_ptr<session> source::connect(bool to_write) const {
    if (sql_dialect() == dialect::sqlite) {
        auto db = std::make_unique<sqlite::database>(
            what_.url.substr(sqlite_scheme.size()),
            to_write ? sqlite::access::existing : sqlite::access::read_only);
        db->allow(limits_.statement);
        return db;
    }
    postgresql::connect_options options;
    options.url = what_.url;
    options.connect_timeout = limits_.connect;
    options.statement_timeout = limits_.statement;
    auto db = std::make_unique<postgresql::connection>(options);
    if (!to_write) db->script("SET default_transaction_read_only = on");
    return db;
}

std::vector<std::string> source::problems(std::string& absent) {
    std::vector<std::string> out = text_problems_;
    if (sql_dialect() == dialect::postgresql) {
        const auto good = postgresql::check_address(what_.url);
        if (!good) {
            out.push_back(what_.place + ": url " + good.error().message);
            return out;
        }
    }
    try {
        check(out);
        const std::lock_guard lock{mutex_};
        checked_ = out.empty();
    } catch (const postgresql::connect_error& fault) {
        if (fault.why() == postgresql::refusal::absent)
            absent = fault.what();
        else
            out.push_back(what_.place + ": the database refuses the connection: " + fault.what());
    } catch (const sql_error& fault) {
        out.push_back(what_.place + ": the database cannot be opened: " + fault.what());
    }
    return out;
}

// Uses separate connections, which cache these texts by their addresses.
void source::check(std::vector<std::string>& out) const {
    std::deque<std::string> texts;
    const auto reader = connect(false);
    const auto writer = connect(true);
    const bool explains = sql_dialect() == dialect::postgresql;
    for (const auto& [name, one] : statements_) {
        const bool reads = !one.kind->columns.empty();
        try {
            // PostgreSQL executes an opened statement, so it gets EXPLAIN; SQLite only prepares it.
            texts.push_back((explains ? "EXPLAIN " : "") + one.sent);
            const std::vector<sql::value> none(one.values.size() + marks_of(one.kind->order));
            (reads ? *reader : *writer).open(texts.back(), none);
            if (reads) check_types(*reader, name, one, texts, out);
        } catch (const sql_error& fault) {
            out.push_back(one.place + ": " + name + " cannot be used: " + fault.what());
        }
    }
}

void source::check_types(session& db, const std::string& name, const statement& one,
                         std::deque<std::string>& texts, std::vector<std::string>& out) const {
    for (const field& column : one.kind->columns) {
        if (!column.number) continue;
        std::string type;
        const std::string select = only_column(one.operators, column.name);
        bool whole = true;
        if (auto* file = dynamic_cast<sqlite::database*>(&db)) {
            type = file->declared_type(select);
            whole = may_be_whole(type);
        } else {
            texts.push_back("SELECT CAST(pg_typeof((" + select + " LIMIT 1)) AS TEXT)");
            const std::vector<sql::value> none(one.values.size());
            const auto rows = db.open(texts.back(), none);
            if (rows->next()) type = rows->bytes(0);
            whole = type == "smallint" || type == "integer" || type == "bigint";
        }
        if (!whole)
            out.push_back(one.place + ": " + name + ": the column " + std::string{column.name} +
                          " is " + type +
                          ", and must be a whole number (an amount in the minor unit, a time in "
                          "Unix milliseconds): convert it in the query");
    }
}

// A database that was unavailable at startup is checked when it is first reached.
void source::ensure_checked() {
    {
        const std::lock_guard lock{mutex_};
        if (checked_) return;
    }
    std::vector<std::string> wrong = text_problems_;
    check(wrong);
    if (!wrong.empty()) throw sql_error(sql::fault_kind::other, wrong.front());
    const std::lock_guard lock{mutex_};
    checked_ = true;
}

const source::statement& source::named(std::string_view name) const {
    return statements_.find(name)->second;
}

// A lost connection is replaced once.
void source::run(std::vector<std::unique_ptr<session>>& idle, bool to_write,
                 const std::function<void(session&)>& use) {
    ensure_checked();
    for (int left = 1;; --left) {
        std::unique_ptr<session> db;
        {
            const std::lock_guard lock{mutex_};
            if (!idle.empty()) {
                db = std::move(idle.back());
                idle.pop_back();
            }
        }
        const bool fresh = !db;
        if (fresh) db = connect(to_write);
        try {
            use(*db);
        } catch (const sql_error& fault) {
            const auto* const remote = dynamic_cast<const postgresql::connection*>(db.get());
            const bool gone = remote != nullptr && remote->broken();
            if (gone && !fresh && left > 0) continue;
            if (!gone && !db->idle()) db->script("ROLLBACK");
            if (!gone) give_back(idle, std::move(db));
            throw;
        }
        give_back(idle, std::move(db));
        return;
    }
}

void source::give_back(std::vector<std::unique_ptr<session>>& idle, std::unique_ptr<session> db) {
    const std::lock_guard lock{mutex_};
    if (idle.size() < limits_.connections) idle.push_back(std::move(db));
}

void source::read(std::string_view name, const std::vector<named_value>& values,
                  const std::vector<sql::value>& more,
                  const std::function<void(sql::cursor&)>& take) {
    const statement& what = named(name);
    std::vector<sql::value> bound = in_order(what.values, values);
    bound.insert(bound.end(), more.begin(), more.end());
    run(readers_, false, [&](session& db) {
        const auto rows = db.open(what.sent, bound);
        while (rows->next()) take(*rows);
    });
}

void source::write(std::string_view name, const std::vector<named_value>& values) {
    const statement& what = named(name);
    const std::vector<sql::value> bound = in_order(what.values, values);
    run(writers_, true, [&](session& db) {
        db.begin();
        db.execute(what.sent, bound);
        db.script("COMMIT");
    });
}

}  // namespace tollgate::storage::external
