// The part of a record store that reads: jobs on threads of its own, each with a connection.
#pragma once
#include <functional>
#include <memory>
#include <utility>

#include "base/worker.hpp"
#include "storage/sql/store.hpp"

namespace tollgate::storage::sql {

// Runs jobs on the threads that read.
class reading_store : public record_store {
protected:
    reading_store(std::unique_ptr<backend> database, reader_limits limits, base::logger& log)
        : log_(log),
          backend_(std::move(database)),
          readers_(limits.threads, limits.queue_limit, "store-reader") {}

    static base::failure busy() {
        return base::fail(base::errc::unavailable, "store_busy",
                          "too many requests wait for the record store; try again later");
    }

    // Calls a function of storage/sql with these arguments, as read() does.
    template <typename Value, typename... Params, typename... Args>
    base::awaitable<base::result<Value>> select(Value (*from)(session&, Params...), Args... args) {
        return read<Value>(
            [from, ... args = std::move(args)](session& db) { return from(db, args...); });
    }

    // Runs `select` on a reader thread. A fault becomes errc::unavailable; its text is logged.
    template <typename Value>
    base::awaitable<base::result<Value>> read(std::function<Value(session&)> select) {
        const auto value = std::make_shared<Value>();
        auto use = [value, select = std::move(select)](session& db) { *value = select(db); };
        const auto done = co_await read_on_thread(std::move(use));
        if (!done) co_return done.error();
        co_return std::move(*value);
    }

    // `use` owns what it writes to: it outlives the caller's frame if that is destroyed.
    base::awaitable<base::result<>> read_on_thread(std::function<void(session&)> use) {
        const auto outcome = std::make_shared<base::result<>>();
        auto job = [this, outcome, use = std::move(use)] { *outcome = try_read(use); };
        if (!co_await base::run_job_on(readers_, std::move(job))) co_return busy();
        co_return *outcome;
    }

    base::result<> try_read(const std::function<void(session&)>& use) {
        try {
            backend_->read(use);
            return {};
        } catch (const sql_error& fault) {
            // The database cannot hold this text, so no stored text equals it: there is nothing to
            // find.
            if (fault.kind() == fault_kind::not_text) return {};
            // While the database is unavailable, failures are not logged one by one: its loss was
            // logged once.
            if (backend_->available()) log_.error("store_read_failed", {{"reason", fault.what()}});
        } catch (const std::exception& fault) {
            log_.error("store_read_failed", {{"reason", fault.what()}});
        }
        return base::fail(base::errc::unavailable, "store_unavailable",
                          "the record store cannot be read now; try again later");
    }

    backend& database() const { return *backend_; }

private:
    base::logger& log_;
    std::unique_ptr<backend> backend_;
    base::worker readers_;
};

}  // namespace tollgate::storage::sql
