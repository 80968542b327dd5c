#include "storage/orders/query_text.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace tollgate::storage::external {

namespace {

using base::invalid;
using base::result;
using sql::dialect;

constexpr std::array email{field{"email"}};
constexpr std::array stripe_customer{field{"stripe_customer_id"}};
constexpr std::array id{field{"id"}};
constexpr std::array customer_id{field{"customer_id"}};
constexpr std::array payment_id{field{"payment_id"}};
constexpr std::array order_id{field{"order_id"}};
constexpr std::array range{field{"from", true}, field{"to", true}};
constexpr std::array refund_values{
    field{"id"},          field{"order_id"},        field{"payment_id"}, field{"stripe_refund_id"},
    field{"receipt_id"},  field{"amount", true},    field{"currency"},   field{"reason"},
    field{"refunded_by"}, field{"created_at", true}};
constexpr std::array flag_values{field{"id"},   field{"order_id"},   field{"payment_id"},
                                 field{"note"}, field{"flagged_by"}, field{"created_at", true}};
constexpr std::array customer_columns{field{"id"}, field{"email"}, field{"name"},
                                      field{"stripe_customer_id"}, field{"created_at", true}};
constexpr std::array order_columns{
    field{"id"},       field{"customer_id"},    field{"payment_id"},      field{"amount", true},
    field{"currency"}, field{"refunded", true}, field{"created_at", true}};
constexpr std::array revenue_columns{field{"currency"}, field{"orders", true},
                                     field{"amount", true}, field{"refunded", true}};

constexpr std::array kinds{
    query_kind{"customer_by_email", email, customer_columns, row_order::oldest},
    query_kind{"customers_by_stripe_id", stripe_customer, customer_columns, row_order::oldest},
    query_kind{"customer", id, customer_columns, row_order::oldest},
    query_kind{"orders_of_customer", customer_id, order_columns, row_order::newest_page},
    query_kind{"order", id, order_columns, row_order::oldest},
    query_kind{"orders_by_payment", payment_id, order_columns, row_order::oldest},
    query_kind{"refunds_of_order", order_id, refund_values, row_order::oldest},
    query_kind{"revenue", range, revenue_columns, row_order::any},
    query_kind{"insert_refund", refund_values, {}, row_order::any},
    query_kind{"insert_flag", flag_values, {}, row_order::any}};

// The end of the literal, quoted name or comment that begins at `at` and must be copied unchanged;
// `at` itself if none begins there.
std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
    const auto until = [&](std::string_view end, std::size_t from) {
        const auto found = sql.find(end, from);
        return found == std::string_view::npos ? sql.size() : found + end.size();
    };
    const std::string_view rest = sql.substr(at);
    if (rest.starts_with("'")) return until("'", at + 1);
    if (rest.starts_with("\"")) return until("\"", at + 1);
    if (rest.starts_with("--")) return until("\n", at);
    if (rest.starts_with("/*")) return until("*/", at + 2);
    return at;
}

std::string parameters_of(const query_kind& kind) {
    std::string out;
    for (const field& one : kind.parameters)
        out += (out.empty() ? ":" : ", :") + std::string{one.name};
    return out;
}

std::string mark_of(const field& value, dialect in) {
    if (in == dialect::sqlite) return "?";
    return value.number ? "CAST(? AS BIGINT)" : "CAST(? AS TEXT)";
}

// A column of the operator's SELECT as we read it.
std::string shown(const field& column, dialect in) {
    const std::string name = "q." + std::string{column.name};
    if (!column.number)
        return "CAST(" + name + " AS TEXT)" + (in == dialect::sqlite ? "" : " COLLATE \"C\"");
    if (in == dialect::sqlite)
        return "CASE WHEN typeof(" + name + ") = 'integer' THEN " + name + " END";
    return "CAST(" + name + " AS BIGINT)";
}

}  // namespace

std::span<const query_kind> query_kinds() {
    return kinds;
}

result<statement_text> with_marks(std::string_view sql, const query_kind& kind, dialect in) {
    while (!sql.empty() && std::string_view{" \t\r\n;"}.find(sql.back()) != std::string_view::npos)
        sql.remove_suffix(1);
    statement_text out;
    for (std::size_t at = 0; at < sql.size();) {
        std::size_t end = end_of_quoted(sql, at);
        if (end == at && sql.substr(at, 2) == "::") end = at + 2;
        if (end == at && sql[at] == ';')
            return invalid("bad_query", "must be one statement: there is a ';' in it");
        if (end == at && (sql[at] == '?' || sql[at] == '$'))
            return invalid("bad_query", "takes its values by name (" + parameters_of(kind) +
                                            "), not by '" + sql[at] + "'");
        if (end == at && sql[at] == ':') {
            end = at + 1;
            while (end < sql.size() && base::is_word_character(sql[end])) ++end;
            const std::string_view name = sql.substr(at + 1, end - at - 1);
            const auto* known = std::ranges::find(kind.parameters, name, &field::name).base();
            if (known == kind.parameters.data() + kind.parameters.size())
                return invalid("bad_query", "has no parameter ':" + std::string{name} +
                                                "'; it may use " + parameters_of(kind));
            out.sql += mark_of(*known, in);
            out.values.push_back(known->name);
        } else {
            end = std::max(end, at + 1);
            out.sql += sql.substr(at, end - at);
        }
        at = end;
    }
    return out;
}

std::string wrapped(const std::string& select, const query_kind& kind, dialect in) {
    std::string inner;
    for (const field& one : kind.columns)
        inner += (inner.empty() ? "" : ", ") + shown(one, in) + " AS " + std::string{one.name};
    // The line end closes a comment at the end of the operator's SQL.
    std::string out = "SELECT * FROM (SELECT " + inner + " FROM (" + select + "\n) q) x";
    if (kind.order == row_order::oldest) out += " ORDER BY x.created_at, x.id LIMIT ?";
    if (kind.order == row_order::newest_page)
        out += " WHERE (x.created_at, x.id) < (?, ?) ORDER BY x.created_at DESC, x.id DESC LIMIT ?";
    return out;
}

std::string only_column(const std::string& select, std::string_view column) {
    return "SELECT q." + std::string{column} + " FROM (" + select + "\n) q";
}

}  // namespace tollgate::storage::external
