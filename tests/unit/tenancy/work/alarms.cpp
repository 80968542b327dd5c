#include "storage/changes/alarms.hpp"

#include <boost/asio/post.hpp>

#include <catch2/catch.hpp>

#include <thread>

#include "storage/changes/servers.hpp"
#include "tenancy/work/alarms.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/tenancy_fixture.hpp"
#include "tests/support/watched_store.hpp"

namespace alarms_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::run_sync;
using test::tenancy_fixture;

namespace {

struct counting_watch final : alarm_watch {
    void alarm_fired(storage::alarm_kind kind, milliseconds late) noexcept override {
        fired.emplace_back(kind, late);
        ++count;
    }
    void alarm_retried(storage::alarm_kind) noexcept override { ++retried; }
    void rows_counted(const storage::store_counts& counts) noexcept override {
        armed = counts.alarms;
    }

    std::vector<std::pair<storage::alarm_kind, milliseconds>> fired;
    int retried = 0;
    // May be read while another thread runs the alarms.
    std::atomic<int> count{0};
    std::atomic<std::int64_t> armed{-1};
};

struct fixture : tenancy_fixture {
    fixture() {
        registry->alarms().observe(watch);
        registry->grants().subscribe([this](const server_event& event) {
            told.emplace_back(event.server_id, event.kind);
            if (!event.token_digest.empty()) ended.emplace_back(event.token_digest);
        });
    }

    new_mcp_server expiring_in(seconds time) {
        return mint(owner, account.id, {}, base::format_timestamp(clock.now() + time));
    }
    base::result<mcp_server> get(const std::string& id) {
        return run_sync(registry->servers().get(owner.team_id, account.id, id));
    }
    base::result<mcp_server> prolong(const std::string& id, std::optional<std::string> until) {
        server_patch change;
        change.expires_at = std::move(until);
        return run_sync(registry->servers().patch(owner.team_id, account.id, id, change));
    }
    base::result<new_mcp_server> rotate(const std::string& id, std::int64_t overlap_seconds) {
        return run_sync(
            registry->servers().rotate(owner.team_id, account.id, id, overlap_seconds, {}));
    }
    std::size_t work_off() { return run_sync(registry->alarms().work_off()); }
    storage::server_row row(const std::string& id) {
        return run_sync(store->find_server(owner.team_id, account.id, id)).value().value();
    }

    integrated_account account = connect(owner);
    counting_watch watch;
    std::vector<std::pair<std::string, server_change>> told;
    std::vector<std::string> ended;
};

}  // namespace

TEST_CASE("tenancy alarms: a token is refused from the exact millisecond, purge or not",
          "[tenancy][alarms]") {
    fixture t;
    const auto made = t.expiring_in(seconds{60});
    t.clock.advance(milliseconds{59'999});
    REQUIRE(t.find(made.token).has_value());  // cached now
    t.work_off();
    CHECK(t.find(made.token).has_value());
    CHECK(t.watch.fired.empty());
    t.clock.advance(milliseconds{1});
    CHECK(t.find(made.token).error().kind == base::errc::not_found);
    const auto cached = t.registry->grants().cached(made.token.reveal());
    REQUIRE(cached);  // nobody has purged it
    CHECK_FALSE(grant_valid_at(*cached, t.clock.now()));
    CHECK(t.get(made.server.id).value().status == server_status::expired);
}

TEST_CASE("tenancy alarms: a purge marks, drops and tells", "[tenancy][alarms]") {
    fixture t;
    const auto made = t.expiring_in(seconds{60});
    const auto other = t.mint(t.owner, t.account.id);
    REQUIRE(t.find(made.token).has_value());
    REQUIRE(t.find(other.token).has_value());
    t.clock.advance(milliseconds{60'007});
    t.work_off();
    const auto& id = made.server.id;
    CHECK(t.told == std::vector{std::pair{id, server_change::expired}});
    CHECK_FALSE(t.registry->grants().cached(made.token.reveal()));
    CHECK(t.registry->grants().cached(other.token.reveal()));
    CHECK(t.row(id).expired_at == t.clock.now());
    CHECK(t.watch.fired ==
          std::vector{std::pair{storage::alarm_kind::server_expiry, milliseconds{7}}});
    t.work_off();
    CHECK(t.told.size() == 1);
    CHECK(t.get(id).value().status == server_status::expired);
}

TEST_CASE("tenancy alarms: a clock that is set back does not bring an expired server back",
          "[tenancy][alarms]") {
    fixture t;
    const auto made = t.expiring_in(seconds{60});
    t.clock.advance(seconds{61});
    t.work_off();
    t.clock.advance(-seconds{30});
    CHECK(t.find(made.token).has_error());
    CHECK(t.get(made.server.id).value().status == server_status::expired);
    CHECK(t.rotate(made.server.id, 0).error().code == "server_expired");
}

TEST_CASE("tenancy alarms: a prolonged server lives, its expired tokens do not",
          "[tenancy][alarms]") {
    const bool purged = GENERATE(true, false);
    fixture t;
    const auto made = t.expiring_in(seconds{60});
    REQUIRE(t.find(made.token).has_value());
    t.clock.advance(seconds{60});
    if (purged) t.work_off();
    const auto& id = made.server.id;
    CHECK(t.rotate(id, 0).error().code == "server_expired");
    CHECK(t.prolong(id, "2099-01-01T00:00:00Z").value().status == server_status::active);
    t.work_off();
    CHECK(t.get(id).value().status == server_status::active);
    CHECK(t.find(made.token).has_error());
    const auto rotated = t.rotate(id, 0).value();
    CHECK(t.find(rotated.token).has_value());
    // and the other way: prolonged in time, nothing happens to its token
    const auto second = t.expiring_in(seconds{60});
    REQUIRE(t.prolong(second.server.id, std::nullopt).has_value());
    t.clock.advance(seconds{60});
    t.work_off();
    CHECK(t.find(second.token).has_value());
}

TEST_CASE("tenancy alarms: the old token ends at the end of an overlap, and is told",
          "[tenancy][alarms]") {
    fixture t;
    const auto made = t.mint(t.owner, t.account.id);
    const auto digest = t.find(made.token).value()->token_digest;
    const auto rotated = t.rotate(made.server.id, 10).value();
    REQUIRE(t.find(made.token).has_value());
    REQUIRE(t.find(rotated.token).has_value());
    t.told.clear();
    t.clock.advance(milliseconds{9'999});
    t.work_off();
    CHECK(t.find(made.token).has_value());
    t.clock.advance(milliseconds{1});
    t.work_off();
    CHECK(t.told == std::vector{std::pair{made.server.id, server_change::token_ended}});
    CHECK(t.ended == std::vector{digest});
    CHECK_FALSE(t.registry->grants().cached(made.token.reveal()));
    CHECK(t.registry->grants().cached(rotated.token.reveal()));
    CHECK(t.find(rotated.token).value()->token_digest != digest);
}

TEST_CASE("tenancy alarms: more than a batch is done in one go, each once", "[tenancy][alarms]") {
    fixture t;
    for (int i = 0; i < 501; ++i) t.expiring_in(seconds{60});
    t.clock.advance(seconds{60});
    CHECK(t.work_off() == 501);
    CHECK(t.work_off() == 0);
    CHECK(t.told.size() == 501);
    CHECK(t.watch.fired.size() == 501);
    CHECK(run_sync(t.store->count_rows()).value().alarms == 0);
}

namespace {

// The alarms of a fixture behind a store that refuses what the test wants.
struct failing {
    explicit failing(fixture& t)
        : store(*t.store), due(env_of(t), t.registry->grants(), t.registry->changes()) {
        due.observe(t.watch);
    }
    const environment& env_of(fixture& t) {
        env.emplace(environment{store,
                                t.clock,
                                t.log,
                                vault{key_ring::parse(test::master_key_text, "").value()},
                                token_hasher{key_ring::parse(test::pepper_text, "").value()},
                                t.tools,
                                {}});
        return *env;
    }

    test::watched_store store;
    std::optional<environment> env;
    alarms due;
};

bool fires(const std::vector<storage::change>& changes) {
    return changes.front().as<storage::fire_alarms>() != nullptr;
}

}  // namespace

TEST_CASE("tenancy alarms: one that fails is given back and tried again from two seconds on",
          "[tenancy][alarms]") {
    fixture t;
    const auto made = t.expiring_in(seconds{60});
    failing f{t};
    t.clock.advance(seconds{60});
    f.store.refuses = fires;
    run_sync(f.due.work_off());
    CHECK(t.watch.retried == 1);
    CHECK(t.watch.fired.empty());
    const auto again = run_sync(t.store->next_alarm()).value().value();
    CHECK(again >= t.clock.now() + seconds{2});
    CHECK(again <= t.clock.now() + seconds{3});
    f.store.refuses = nullptr;
    t.clock.advance(seconds{3});
    run_sync(f.due.work_off());
    CHECK(t.watch.fired.size() == 1);
    CHECK(t.row(made.server.id).expired_at);
}

TEST_CASE("tenancy alarms: a claim that nobody can give back ends with its lease",
          "[tenancy][alarms]") {
    fixture t;
    const auto made = t.expiring_in(seconds{60});
    failing f{t};
    t.clock.advance(seconds{60});
    int commits = 0;
    f.store.refuses = [&commits](const auto&) { return ++commits > 1; };  // the claim only
    run_sync(f.due.work_off());
    CHECK(commits == 3);
    t.clock.advance(milliseconds{29'999});
    t.work_off();
    CHECK(t.watch.fired.empty());
    t.clock.advance(milliseconds{1});
    t.work_off();
    CHECK(t.watch.fired.size() == 1);
    CHECK(t.row(made.server.id).version == 2);
}

namespace {

// Runs the alarms on a loop of their own, with the machine's clock.
struct running {
    explicit running(alarms& due) : due_(due), loop_(test::new_loop()) {
        boost::asio::co_spawn(loop_, due_.run(), test::rethrow);
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~running() {
        boost::asio::post(loop_, [this] { due_.stop(); });
        thread_.join();
    }

private:
    alarms& due_;
    boost::asio::io_context& loop_;
    std::thread thread_;
};

}  // namespace

TEST_CASE("tenancy alarms: the sleeper wakes for an alarm that is told while it sleeps",
          "[tenancy][alarms]") {
    fixture t;
    base::system_clock now;
    environment env{*t.store,
                    now,
                    t.log,
                    vault{key_ring::parse(test::master_key_text, "").value()},
                    token_hasher{key_ring::parse(test::pepper_text, "").value()},
                    t.tools,
                    {}};
    alarm_rules rules;
    rules.look_every = seconds{3600};  // only what is told can wake it
    alarms due{env, t.registry->grants(), t.registry->changes(), rules};
    counting_watch watch;
    due.observe(watch);
    {
        const running loop{due};
        REQUIRE(
            test::eventually([&] { return watch.armed == 0; }));  // it sleeps now, or is about to
        auto row = t.row(t.mint(t.owner, t.account.id).server.id);
        row.expires_at = now.now() + milliseconds{200};
        REQUIRE(run_sync(t.store->commit({storage::replace_server{row}})).has_value());
        due.armed(*row.expires_at);
        CHECK(test::eventually([&] { return watch.count == 1; }));
    }
    REQUIRE(watch.fired.size() == 1);
    CHECK(watch.fired.front().second >= milliseconds{0});
    CHECK(watch.fired.front().second < milliseconds{900});
    CHECK(watch.armed == 0);  // the first sweep counted
}

TEST_CASE("tenancy alarms: pauses double from two seconds to a bound, spread by chance",
          "[tenancy][alarms]") {
    const alarm_rules rules;
    CHECK(retry_pause(rules, 1, 0) == seconds{2});
    CHECK(retry_pause(rules, 2, 0) == seconds{4});
    CHECK(retry_pause(rules, 4, 0) == seconds{16});
    CHECK(retry_pause(rules, 5, 0) == seconds{30});
    CHECK(retry_pause(rules, 1'000'000, 0) == seconds{30});
    CHECK(retry_pause(rules, 1, 0.5) == milliseconds{2'500});
    CHECK(retry_pause(rules, 9, 1) == seconds{45});
}

}  // namespace alarms_test
