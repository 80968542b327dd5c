// Stores audit records in the record store.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/anonymous_limit.hpp"
#include "base/body_source.hpp"
#include "storage/changes/change.hpp"
#include "tenancy/audit/audit_sink.hpp"
#include "tenancy/audit/record_placer.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

// The two durable records of a write to Stripe or to another service.
enum class write_record : std::uint8_t { intent, outcome };

// Port: measurements. Must not block.
class trail_watch {
public:
    virtual ~trail_watch() = default;
    // `count` records were stored; the oldest had waited `late`. Called on the trail's loop.
    virtual void audit_stored(std::size_t count, std::chrono::milliseconds late) noexcept = 0;
    // The store did not accept records; `waiting` of them are in memory. Called on the trail's
    // loop.
    virtual void audit_delayed(std::size_t waiting) noexcept = 0;
    // A record of a write was given to the store, which needed `took` until it was durable, or
    // until the store gave up. Called on any thread.
    virtual void write_recorded(write_record which, std::chrono::microseconds took) noexcept = 0;
};

struct trail_rules {
    std::size_t waiting_max = 65'536;    // records in memory; beyond it calls are refused
    std::size_t batch = 128;             // records in one transaction; writes to Stripe wait for it
    std::size_t placed_together = 4096;  // records that are placed after one check of their logs
    std::chrono::milliseconds flush_every{250};
    std::chrono::milliseconds retry_pause{500};  // after the store failed
};

class audit_trail final : public audit_sink {
public:
    // `env` lives as long as this object.
    explicit audit_trail(const environment& env, trail_rules rules = {})
        : env_(env), rules_(rules) {}

    // Reports to `watch`, which outlives this object. Call before run() and before the first write.
    void observe(trail_watch& watch) { watch_ = &watch; }
    // Lets run() store records at their places in the logs at once; without this, and where it is
    // not possible, they are stored without places. `placer` outlives this object. Call before
    // run().
    void place_with(record_placer& placer) { placer_ = &placer; }
    // Reports that a write's record, given to the store at `began`, is durable now, or that the
    // store has given up. Any thread.
    void write_recorded(write_record which, std::chrono::steady_clock::time_point began) const;

    std::optional<base::failure> refusal() const override;
    void note(audit_event event) override;
    // As note(), for the request of an unknown caller: only a limited number is recorded, and the
    // next record says how many were left out. The event's team becomes installation_log.
    void note_anonymous(audit_event event);

    // The change that stores the record of `event`: commit it together with the change it
    // describes.
    storage::change change_of(audit_event event) const;
    // Stores the record before it returns. Fails with errc::unavailable "audit_unavailable"; the
    // action that the record describes must then not be performed. It also works while writes are
    // stopped, because a revoke must be possible.
    base::awaitable<base::result<>> record(audit_event event);

    // Newest first. Records that note() took very recently may be missing.
    base::awaitable<base::result<std::vector<storage::audit_row>>> list(
        std::string team_id, storage::audit_search search, storage::page where);

    // The records that match, one entry a line (make_record_lines). Any thread.
    std::unique_ptr<base::body_source> lines(std::string team_id,
                                             storage::audit_search search) const;

    // Sets a function that says why no write may be made: it returns a sentence, or an empty text
    // while the log is intact. Called on any thread. Call before the first write.
    void stop_writes_when(std::function<std::string()> why) { writes_stopped_ = std::move(why); }
    // The failure errc::unavailable "audit_unavailable" if no write may be made now; nullopt while
    // the log is intact and the store has room. Any thread.
    std::optional<base::failure> refusal_of_writes() const;
    // As refusal_of_writes(), but only for a full disk: the room that is left is for records of
    // work begun earlier. Any thread.
    std::optional<base::failure> refusal_of_full_disk() const;

    // Stores the records that note() took until stop() is called, and then the remaining ones. Runs
    // on the caller's executor; start it once.
    base::awaitable<> run();
    // Ends run() soon. Call on its executor's thread.
    void stop();

private:
    using batch = std::shared_ptr<const std::vector<storage::audit_row>>;

    // The next records to store; null if there are none.
    batch take_batch();
    // The next records to place, by team.
    std::map<std::string, std::vector<storage::audit_row>> take_by_team();
    // Those after the first `placed` wait again, before all others.
    void give_back(const std::vector<storage::audit_row>& rows, std::size_t placed);
    // Places what waits, as far as that is possible now.
    base::awaitable<> place_waiting();
    void note_stored(std::size_t count, base::timestamp oldest);
    // False if the store failed.
    base::awaitable<bool> flush();

    const environment& env_;
    const trail_rules rules_;
    trail_watch* watch_ = nullptr;
    record_placer* placer_ = nullptr;
    std::function<std::string()> writes_stopped_;
    mutable std::mutex mutex_;
    std::vector<storage::audit_row> waiting_;
    base::anonymous_limit anonymous_;
    batch failed_;                       // a batch that the store did not accept, or null
    std::atomic<std::size_t> count_{0};  // in memory, including those being stored
    bool stopping_ = false;
    std::optional<boost::asio::steady_timer> wake_;
};

}  // namespace tollgate::tenancy
