#include "storage/sql/store.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/worker.hpp"
#include "storage/postgresql.hpp"
#include "storage/postgresql/address.hpp"
#include "storage/postgresql/pool.hpp"
#include "storage/postgresql/start.hpp"
#include "storage/sql/apply.hpp"

namespace tollgate::storage {

namespace {

using base::errc;
using base::fail;
using base::result;
using postgresql::connection;
using sql::fault_kind;
using sql::sql_error;
using std::chrono::milliseconds;

constexpr int commit_attempts = 12;
constexpr milliseconds keeper_timeout{2'000};

// The outcome of one attempt to commit a batch.
struct attempt {
    enum class end : std::uint8_t { done, again, unavailable, unconfirmed } how = end::done;
    result<> outcome;    // if done
    std::string reason;  // otherwise
};

// One batch in one transaction. A batch that breaks a rule is rolled back.
attempt commit_once(connection& db, const std::vector<change>& changes) {
    bool committing = false;
    try {
        db.begin();
        for (const change& what : changes) {
            auto outcome = sql::apply(db, what);
            if (outcome) continue;
            db.script("ROLLBACK");
            return {attempt::end::done, outcome, {}};
        }
        committing = true;
        db.script("COMMIT");
        return {};
    } catch (const sql_error& fault) {
        const bool gone = db.broken();
        if (gone && committing) return {attempt::end::unconfirmed, {}, fault.what()};
        if (!gone && !db.idle()) db.script("ROLLBACK");
        if (fault.kind() == fault_kind::collision) return {attempt::end::again, {}, fault.what()};
        if (gone) throw;
        return {attempt::end::unavailable, {}, fault.what()};
    }
}

class postgresql_backend final : public sql::backend {
public:
    postgresql_backend(connection first, const postgresql_options& options,
                       const postgresql::connect_options& connect,
                       const postgresql::connect_options& watch, base::logger& log)
        : log_(log),
          keeper_(std::move(first), watch, log),
          pool_(connect, keeper_),
          writers_(options.write_connections, options.write_queue_limit, "store-writer") {}

    void read(const std::function<void(sql::session&)>& use) override {
        // A connection may have died while idle, so a read is repeated once on another one.
        for (int left = 1;; --left) {
            try {
                pool_.lend([&use](connection& db) { use(db); });
                return;
            } catch (const sql_error& fault) {
                if (fault.kind() != fault_kind::lost || left == 0) throw;
            }
        }
    }

    bool write(std::vector<change> changes, std::function<void(result<>)> finish) override {
        return writers_.try_post([this, changes = std::move(changes), finish = std::move(finish)] {
            finish(commit(changes));
        });
    }

    bool available() const override { return keeper_.available(); }

private:
    result<> commit(const std::vector<change>& changes) {
        attempt last;
        int lost = 0;
        for (int tried = 0; tried < commit_attempts; ++tried) {
            try {
                pool_.lend([&](connection& db) { last = commit_once(db, changes); });
            } catch (const std::exception& fault) {
                // Nothing was committed: try once more on a fresh connection, unless this is the
                // second loss.
                last = {attempt::end::unavailable, {}, fault.what()};
                const auto* known = dynamic_cast<const sql_error*>(&fault);
                if (known == nullptr || known->kind() != fault_kind::lost || ++lost > 1) break;
                continue;
            }
            if (last.how != attempt::end::again) break;
            std::this_thread::sleep_for(pause_before(tried));
        }
        return answer(last);
    }

    // The pause after a collision: up to 4 ms, then doubled up to 512 ms; random, so that the same
    // writers do not collide again.
    static milliseconds pause_before(int tried) {
        const double most = 4 << std::min(tried, 7);
        return milliseconds{static_cast<int>(most * postgresql::random_part())};
    }

    result<> answer(const attempt& last) {
        if (last.how == attempt::end::done) return last.outcome;
        if (last.how == attempt::end::unconfirmed) {
            keeper_.connection_lost();
            log_.error("store_unconfirmed", {{"reason", last.reason}});
            return fail(errc::unavailable, "store_unconfirmed",
                        "the connection to the record store broke while this was being saved: it "
                        "may or may not have been; look before you send it again");
        }
        // While the database is unavailable, do not log each failure: its loss was logged once.
        if (keeper_.available()) log_.error("store_write_failed", {{"reason", last.reason}});
        return fail(errc::unavailable, "store_unavailable",
                    "the record store cannot write now; nothing was changed, try again later");
    }

    base::logger& log_;
    postgresql::keeper keeper_;
    postgresql::pool pool_;
    base::worker writers_;
};

}  // namespace

result<> check_postgresql_url(const std::string& url) {
    return postgresql::check_address(url);
}

result<std::unique_ptr<record_store>> open_postgresql(const postgresql_options& options,
                                                      base::logger& log) {
    auto good = postgresql::check_address(options.url);
    if (!good) return good.error();
    const postgresql::connect_options usual{options.url, options.connect_timeout,
                                            options.statement_timeout};
    const postgresql::connect_options brief{options.url, options.connect_timeout, keeper_timeout};
    auto first = postgresql::connect_patiently(usual, options.start_wait);
    if (!first) return first.error();
    try {
        auto served = postgresql::check_server(*first, log);
        if (!served) return served.error();
        auto migrated = postgresql::migrate_alone(*first);
        if (!migrated) return migrated.error();
        first->allow(keeper_timeout);
        postgresql::mark_in_use(*first);
        auto backend =
            std::make_unique<postgresql_backend>(std::move(*first), options, usual, brief, log);
        return sql::make_store(std::move(backend),
                               {options.read_connections, options.read_queue_limit}, log);
    } catch (const sql_error& fault) {
        return fail(errc::unavailable, "store_open_failed",
                    std::string{"the database cannot be used: "} + fault.what());
    }
}

}  // namespace tollgate::storage
