// A tenancy whose audit records the test writes, and whose database the test may change.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/changes/audit.hpp"
#include "storage/sqlite/database.hpp"
#include "tenancy/audit_log/checkpoint.hpp"
#include "tenancy/audit_log/tiles.hpp"
#include "tests/support/tenancy_fixture.hpp"
#include "tests/support/watched_store.hpp"

namespace tollgate::test {

// Keeps the errors.
class error_log final : public base::logger {
public:
    void write(base::log_level level, std::string_view event,
               std::initializer_list<base::log_field> fields) noexcept override {
        if (level != base::log_level::error) return;
        errors += std::string{event};
        for (const base::log_field& field : fields) errors += " " + std::string{field.text};
        errors += "\n";
    }
    std::string errors;
};

struct audit_world : tenancy_fixture {
    audit_world() { start(); }
    ~audit_world() { registry.reset(); }
    audit_world(const audit_world&) = delete;
    audit_world& operator=(const audit_world&) = delete;

    // The same store behind a store that the test may let fail.
    void start() {
        registry.reset();
        watched = std::make_unique<watched_store>(*store);
        registry = instance();
    }
    void restart() {
        reopen();
        start();
    }

    // Another instance on the same store.
    std::unique_ptr<tenancy::registry> instance() {
        auto made =
            tenancy::make_registry(*watched, clock, errors, tools, nullptr, test_options()).value();
        (void)run_sync(made->bootstrap()).value();
        return made;
    }

    // Adds `count` records of the team, a millisecond apart.
    void record(int count = 1, const std::string& receipt = {}) {
        std::vector<storage::audit_row> rows;
        for (int i = 0; i < count; ++i) {
            clock.advance(std::chrono::milliseconds{1});
            rows.push_back(row(receipt));
        }
        add(std::move(rows));
    }
    void add(std::vector<storage::audit_row> rows) {
        std::vector<storage::change> changes{storage::add_audit{std::move(rows)}};
        run_sync(store->commit(std::move(changes))).value();
    }
    storage::audit_row row(const std::string& receipt = {}) {
        storage::audit_row out;
        out.id = "aud_" + std::to_string(++recorded);
        out.team_id = team();
        out.recorded_at = clock.now();
        out.kind = "call";
        out.decision = "allowed";
        out.receipt_id = receipt;
        out.entry = R"({"record":)" + std::to_string(recorded) + "}";
        return out;
    }

    const std::string& team() const { return owner.team_id; }
    tenancy::audit_integrator& integrator() { return registry->audit_integrator(); }
    tenancy::audit_log_reader& reader() { return registry->audit_log(); }
    std::size_t work() { return run_sync(integrator().work_once()); }

    storage::audit_log_row head() {
        return run_sync(store->find_audit_log(team())).value().value();
    }
    std::size_t waiting() {
        return run_sync(store->list_waiting_audit(team(), 100'000, 1'000'000'000))->size();
    }
    std::vector<storage::audit_entry> entries() {
        return run_sync(store->list_audit_entries(team(), 0, 1'000'000)).value();
    }
    // The newest checkpoint, verified with the key that is served.
    tenancy::audit_log::checkpoint checkpoint() {
        using namespace tenancy::audit_log;
        const auto known = parse_verifier_key(reader().verifier_key(team()).value()).value();
        const auto note = run_sync(reader().checkpoint(team())).value();
        return open_checkpoint(note, known, known.name).value();
    }

    // Changes the database, as somebody does who can write to the file.
    void sql(const std::string& text) const {
        storage::sqlite::database database{dir.file("t.db"), storage::sqlite::access::read_write};
        database.script(text);
    }

    error_log errors;
    std::unique_ptr<watched_store> watched;
    int recorded = 0;
};

}  // namespace tollgate::test
