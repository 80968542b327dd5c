// The statements on a company's own database: their parameters and columns, and how the operator's
// SQL becomes the statement that is sent.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::external {

struct field {
    std::string_view name;
    bool number = false;  // a whole number; otherwise a text
};

enum class row_order : std::uint8_t { any, newest_page, oldest };

// One of the named queries.
struct query_kind {
    std::string_view name;
    std::span<const field> parameters;
    std::span<const field> columns;  // empty: it writes
    row_order order = row_order::any;
};

std::span<const query_kind> query_kinds();

// A statement with '?' for each value.
struct statement_text {
    std::string sql;
    std::vector<std::string_view> values;  // the parameter of each '?', in order
};

// Replaces ":name" with '?', outside literals, quoted names and comments; '::' is kept. Fails with
// invalid_argument and the end of a sentence for an unknown parameter, a '?', or a second
// statement.
base::result<statement_text> with_marks(std::string_view sql, const query_kind& kind,
                                        sql::dialect in);

// Wraps the operator's SELECT in one of ours that names the columns in their order, orders the
// rows, and limits them. With `newest_page` the last three '?' are created_at, id and the limit;
// with `oldest` the last one is the limit. In SQLite, a value that should be a number and is not
// becomes NULL.
std::string wrapped(const std::string& select, const query_kind& kind, sql::dialect in);

// A SELECT of one column of the operator's SELECT.
std::string only_column(const std::string& select, std::string_view column);

}  // namespace tollgate::storage::external
