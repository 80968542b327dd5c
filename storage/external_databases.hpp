// Opens the companies' own databases of orders.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "storage/external_orders.hpp"

namespace tollgate::storage {

// A statement written by the operator, and its place in the file.
struct external_query {
    std::string name;  // "customer_by_email"
    std::string sql;
    std::string place;  // "orders.yaml:12": the start of a message about it
};

// One account's orders in the company's own database.
struct external_database {
    order_place of;
    std::string url;  // sqlite:///path, postgresql://…
    std::vector<external_query> queries;
    std::string place;  // of the account in the operator's file
};

struct external_limits {
    std::size_t connections = 2;  // of each database, for reading; one more is for writing
    std::size_t queue = 256;      // the maximum number of waiting jobs
    std::chrono::milliseconds statement{5'000};
    std::chrono::milliseconds connect{3'000};
};

// The names of all queries that each database must have.
std::vector<std::string> external_query_names();

// Connects to each database and checks its queries: their names, parameters, columns and column
// types. Fails with invalid_argument "bad_orders_file"; the message has one line for each problem,
// which begins with its place. If a PostgreSQL database does not answer, that is logged, and its
// queries are checked when it answers. Blocks. `log` outlives the result.
base::result<std::unique_ptr<external_orders>> open_external_orders(
    std::vector<external_database> databases, external_limits limits, base::logger& log);

}  // namespace tollgate::storage
