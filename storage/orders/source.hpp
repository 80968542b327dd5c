// The company's own database of one account: its connections, and its checked statements.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/worker.hpp"
#include "storage/external_databases.hpp"
#include "storage/orders/query_text.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::external {

// The value of a parameter, with its name.
struct named_value {
    std::string_view name;
    sql::value value;
};

// Thread-safe. Jobs run on threads of its own.
class source {
public:
    source(external_database what, external_limits limits);
    source(const source&) = delete;
    source& operator=(const source&) = delete;

    const order_place& place() const { return what_.of; }
    base::worker& threads() { return threads_; }

    // The problems of the statements, one line each. Some are found only if the database can be
    // reached; if it cannot, `absent` says why, or, if waiting would not help, a line does. Blocks.
    std::vector<std::string> problems(std::string& absent);

    // Runs a query and gives each row to `take`, with its columns in order. `more` are the values
    // of our own '?' after the named ones. Blocks; call on a thread of threads(). Throws sql_error.
    void read(std::string_view name, const std::vector<named_value>& values,
              const std::vector<sql::value>& more, const std::function<void(sql::cursor&)>& take);
    // Runs a statement that writes, in a transaction. Otherwise as read().
    void write(std::string_view name, const std::vector<named_value>& values);

private:
    struct statement {
        const query_kind* kind = nullptr;
        std::string place;
        std::string operators;  // the operator's statement, with '?'
        std::string sent;
        std::vector<std::string_view> values;
    };

    sql::dialect sql_dialect() const;
    std::unique_ptr<sql::session> connect(bool to_write) const;
    void check(std::vector<std::string>& out) const;
    void check_types(sql::session& db, const std::string& name, const statement& one,
                     std::deque<std::string>& texts, std::vector<std::string>& out) const;
    void give_back(std::vector<std::unique_ptr<sql::session>>& idle,
                   std::unique_ptr<sql::session> db);
    void ensure_checked();
    void run(std::vector<std::unique_ptr<sql::session>>& idle, bool to_write,
             const std::function<void(sql::session&)>& use);
    const statement& named(std::string_view name) const;

    const external_database what_;
    const external_limits limits_;
    std::vector<std::string> text_problems_;
    std::map<std::string, statement, std::less<>> statements_;
    std::mutex mutex_;
    bool checked_ = false;
    std::vector<std::unique_ptr<sql::session>> readers_;
    std::vector<std::unique_ptr<sql::session>> writers_;
    base::worker threads_;  // last: its jobs use the rest
};

}  // namespace tollgate::storage::external
