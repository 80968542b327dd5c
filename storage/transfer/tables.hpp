// The tables of this binary's schema, and copying one of them row by row.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/sql/session.hpp"
#include "storage/transfer.hpp"

namespace tollgate::storage::transfer {

enum class column_kind : std::uint8_t { integer, text, bytes };

// A table with the statements that copy it. Sessions keep statements by their address: a table must
// not move, and must outlive their use.
struct table {
    std::string name;
    std::vector<column_kind> columns;
    std::vector<std::size_t> key;  // columns of the primary key
    std::size_t rows_per_insert = 1;
    std::string first_rows;  // in order of the key
    std::string later_rows;  // those after a key
    std::string insert_one;
    std::string insert_many;  // rows_per_insert rows
    std::string count;
    std::string any;
    std::string clear;
};

// All tables of records, each after the tables it refers to; excludes the tables of migrations and
// of communication between instances. Read from an in-memory database created by the migrations, so
// that no new table can be missed. Throws sql_error.
std::vector<std::unique_ptr<const table>> tables_of_schema();

// Call this on a database whose records are being replaced: it invalidates the change log of the
// former records.
void forget_log(sql::session& db);

std::uint64_t count_rows(sql::session& db, const table& of);
bool has_rows(sql::session& db, const table& of);

// The table as a session sees it. Throws sql_error.
table_facts read_facts(sql::session& db, const table& of);

// Copies every row, in batches; returns what was read. The sessions have open transactions. Throws
// sql_error.
table_facts copy_rows(sql::session& from, sql::session& to, const table& of);

}  // namespace tollgate::storage::transfer
