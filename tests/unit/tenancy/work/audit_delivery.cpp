// The audit logs are sent to other systems: in order, at least once, by one instance, with pauses
// after failures.
#include "tenancy/work/audit_delivery.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/tenancy/audit_world.hpp"

namespace audit_delivery_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::run_sync;

namespace {

struct receiver {
    std::vector<std::string> got;  // "first+count"
    std::vector<std::string> entries;
    std::vector<audit_anchor> anchors;
    std::string failure;  // the code of the next failures; empty: success
    base::result<> answer() const {
        if (failure.empty()) return {};
        return base::fail(base::errc::unavailable, failure, "the receiver answered 500");
    }
};

struct scripted_records final : record_destination {
    explicit scripted_records(receiver& to) : to_(to) {}
    base::awaitable<base::result<>> deliver(const record_batch& batch) override {
        to_.got.push_back(std::to_string(batch.first) + "+" + std::to_string(batch.records.size()));
        if (to_.failure.empty())
            for (const auto& one : batch.records) to_.entries.push_back(one.entry);
        co_return to_.answer();
    }
    receiver& to_;
};

struct scripted_anchors final : anchor_destination {
    explicit scripted_anchors(receiver& to) : to_(to) {}
    base::awaitable<base::result<>> publish(const audit_anchor& anchor) override {
        to_.anchors.push_back(anchor);
        co_return to_.answer();
    }
    receiver& to_;
};

struct counted_watch final : delivery_watch {
    void delivery_measured(std::string_view, const storage::audit_delivery_sum& sum,
                           milliseconds late) noexcept override {
        records = sum.records;
        lag = late;
    }
    void delivery_failed(std::string_view) noexcept override { ++failures; }
    std::int64_t records = -1;
    milliseconds lag{-1};
    int failures = 0;
};

struct delivery_world : test::audit_world {
    delivery_world() { add_destinations(); }

    void add_destinations() {
        delivery().send_records("webhook", std::make_unique<scripted_records>(to));
        delivery().send_anchors("file", std::make_unique<scripted_anchors>(to),
                                std::chrono::hours{1});
        delivery().observe(watch);
    }
    // Another process begins on the same store.
    void begin_again() {
        restart();
        add_destinations();
    }
    class audit_delivery& delivery() { return registry->audit_delivery(); }
    bool forward() { return run_sync(delivery().workers()[0]->work_once()); }
    void anchor() { run_sync(delivery().workers()[1]->work_once()); }
    void add_records(int count) {
        record(count);
        work();
    }
    storage::audit_delivery_row state(delivery_kind kind = delivery_kind::records) {
        return run_sync(delivery().states(kind, team(), 10)).value().at(0).logs.at(0);
    }
    // What was received is each record of the log once, in order.
    void check_received() {
        std::vector<std::string> all;
        for (const auto& one : entries()) all.push_back(one.entry);
        CHECK(to.entries == all);
    }

    receiver to;
    counted_watch watch;
};

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("audit delivery: records are sent in order, in batches", "[tenancy]") {
    delivery_world world;
    world.add_records(300);
    CHECK(world.forward());
    CHECK(world.forward());
    CHECK_FALSE(world.forward());
    CHECK(world.to.got == names{"0+256", "256+44"});
    world.check_received();
    CHECK(world.state().position == 300);
    world.add_records(1);
    world.forward();
    world.check_received();
}

TEST_CASE("audit delivery: a batch has 256 KiB at most, unless one record is larger", "[tenancy]") {
    delivery_world world;
    for (const int bytes : {60'000, 60'000, 60'000, 60'000, 60'000, 10}) {
        auto row = world.row();
        world.clock.advance(milliseconds{1});
        row.entry = std::string(static_cast<std::size_t>(bytes), 'x');
        world.add({row});
    }
    world.work();
    while (world.forward()) {
    }
    CHECK(world.to.got == names{"0+4", "4+2"});
    world.check_received();
}

TEST_CASE("audit delivery: after a failure the same batch is sent again, with growing pauses",
          "[tenancy]") {
    delivery_world world;
    world.add_records(3);
    world.to.failure = delivery_unreachable;
    CHECK_FALSE(world.forward());
    CHECK(world.state().failures == 1);
    CHECK(world.state().last_error == "the receiver answered 500");
    world.add_records(2);
    world.forward();
    CHECK(world.to.got.size() == 1);
    world.clock.advance(seconds{1});
    world.forward();
    CHECK(world.to.got.size() == 2);
    world.clock.advance(seconds{1});
    world.forward();
    CHECK(world.to.got.size() == 2);
    world.clock.advance(seconds{1});
    world.to.failure.clear();
    CHECK(world.forward());
    world.forward();
    CHECK(world.to.got == names{"0+3", "0+3", "0+3", "3+2"});
    world.check_received();
    CHECK(world.watch.failures == 2);
    CHECK(world.state().failures == 0);
}

TEST_CASE("audit delivery: the pause after a failure doubles up to five minutes", "[tenancy]") {
    const delivery_rules rules;
    CHECK(retry_pause(rules, 1) == seconds{1});
    CHECK(retry_pause(rules, 2) == seconds{2});
    CHECK(retry_pause(rules, 9) == seconds{256});
    CHECK(retry_pause(rules, 10) == seconds{300});
    CHECK(retry_pause(rules, 1'000'000) == seconds{300});
}

TEST_CASE("audit delivery: a refused log does not hold up others", "[tenancy]") {
    delivery_world world;
    world.add_records(1);
    auto other = world.row();
    other.team_id = "team_z";
    world.add({other});
    world.work();
    world.to.failure = delivery_refused;
    world.forward();
    CHECK(world.to.got.size() == 2);
    world.to.got.clear();
    world.clock.advance(seconds{1});
    world.to.failure = delivery_unreachable;
    world.forward();
    CHECK(world.to.got.size() == 1);
}

TEST_CASE("audit delivery: a restart neither repeats nor forgets", "[tenancy]") {
    delivery_world world;
    world.add_records(3);
    world.forward();
    world.to.failure = delivery_unreachable;
    world.add_records(2);
    world.forward();
    world.begin_again();
    world.to.failure.clear();
    world.forward();
    CHECK(world.to.got == names{"0+3", "3+2"});
    world.clock.advance(seconds{1});
    world.add_records(2);
    world.forward();
    world.forward();
    CHECK(world.to.got == names{"0+3", "3+2", "3+2", "5+2"});
    world.check_received();
}

TEST_CASE("audit delivery: a replay sends again from its position", "[tenancy]") {
    delivery_world world;
    world.add_records(4);
    world.forward();
    const auto replay = [&](const std::string& to, std::int64_t position) {
        const auto done = run_sync(world.delivery().replay(to, world.team(), position));
        return done ? std::string{} : done.error().code;
    };
    CHECK(replay("webhook", 1).empty());
    world.forward();
    CHECK(world.to.got == names{"0+4", "1+3"});
    CHECK(replay("webhook", 5) == "position_ahead");
    CHECK(replay("file", 0) == "no_such_destination");
    CHECK(replay("syslog", 0) == "no_such_destination");
    const auto unknown = run_sync(world.delivery().replay("webhook", "team_none", 0));
    CHECK(unknown.error().code == "no_such_log");
}

TEST_CASE("audit delivery: a replay does not wait for the pause after a failure", "[tenancy]") {
    delivery_world world;
    world.add_records(1);
    world.to.failure = delivery_unreachable;
    world.forward();
    world.forward();
    CHECK(world.to.got.size() == 1);
    CHECK(run_sync(world.delivery().replay("webhook", world.team(), 0)).has_value());
    world.forward();
    CHECK(world.to.got.size() == 2);
}

TEST_CASE("audit delivery: a record that is gone from the database is a failure, not skipped",
          "[tenancy]") {
    delivery_world world;
    world.add_records(3);
    world.sql("DELETE FROM audit_records WHERE position = 1");
    world.forward();
    CHECK(world.to.got.empty());
    CHECK(world.state().position == 0);
    CHECK(world.state().last_error == "the database lacks the record at position 1");
}

TEST_CASE("audit delivery: what retention removed is passed over, not called damage", "[tenancy]") {
    delivery_world world;
    world.add_records(300);
    const auto remove_oldest = [&world] {
        world.sql(
            "DELETE FROM audit_records WHERE position < 256; UPDATE audit_logs SET kept_from = "
            "256");
    };
    const auto forward_all = [&world] {
        while (world.forward()) {
        }
    };
    SECTION("a destination that is new") {
        remove_oldest();
        forward_all();
        CHECK(world.to.got == names{"256+44"});
    }
    SECTION("a replay from the beginning") {
        forward_all();
        remove_oldest();
        world.to.got.clear();
        CHECK(run_sync(world.delivery().replay("webhook", world.team(), 0)).has_value());
        forward_all();
        CHECK(world.to.got == names{"256+44"});
    }
    SECTION("a receiver that was away for longer than records are kept") {
        world.to.failure = delivery_unreachable;
        forward_all();
        remove_oldest();
        world.to.failure.clear();
        world.clock.advance(seconds{5});
        forward_all();
        CHECK(world.to.got == names{"0+256", "256+44"});
    }
    CHECK(world.state().position == 300);
    world.sql("DELETE FROM audit_records WHERE position = 280");
    CHECK(run_sync(world.delivery().replay("webhook", world.team(), 280)).has_value());
    forward_all();
    CHECK(world.state().last_error == "the database lacks the record at position 280");
}

TEST_CASE("audit delivery: a removal is no success of a receiver that is away", "[tenancy]") {
    delivery_world world;
    world.add_records(300);
    world.to.failure = delivery_unreachable;
    world.forward();
    world.sql(
        "DELETE FROM audit_records WHERE position < 256; UPDATE audit_logs SET kept_from = 256");
    world.clock.advance(seconds{5});
    while (world.forward()) {
    }
    CHECK(world.to.got == names{"0+256", "256+44"});
    CHECK(world.state().position == 256);
    CHECK_FALSE(world.state().delivered_at);
    world.clock.advance(seconds{1});
    CHECK_FALSE(world.forward());  // the pause after the second failure is two seconds
    CHECK(world.to.got.size() == 2);
}

TEST_CASE("audit delivery: a fault of the database does not change the batch that is sent again",
          "[tenancy]") {
    delivery_world world;
    world.add_records(3);
    world.to.failure = delivery_unreachable;
    world.forward();
    world.add_records(2);
    world.clock.advance(seconds{5});
    world.sql("UPDATE audit_records SET position = 1000 WHERE position = 0");
    world.forward();
    CHECK(world.state().last_error == "the database lacks the record at position 0");
    world.sql("UPDATE audit_records SET position = 0 WHERE position = 1000");
    world.clock.advance(seconds{5});
    world.to.failure.clear();
    world.forward();
    CHECK(world.to.got == names{"0+3", "0+3"});
}

TEST_CASE("audit delivery: the newest checkpoint is anchored once in a while, if it is new",
          "[tenancy]") {
    delivery_world world;
    world.add_records(2);
    world.anchor();
    REQUIRE(world.to.anchors.size() == 1);
    CHECK(world.to.anchors[0].size == 2);
    CHECK(world.to.anchors[0].note == world.head().checkpoint);
    CHECK(world.to.anchors[0].note.starts_with(world.to.anchors[0].origin + "\n"));
    world.clock.advance(std::chrono::minutes{59});
    world.add_records(1);
    world.anchor();
    CHECK(world.to.anchors.size() == 1);
    world.begin_again();
    world.clock.advance(std::chrono::minutes{1});
    world.anchor();
    REQUIRE(world.to.anchors.size() == 2);
    CHECK(world.to.anchors[1].size == 3);
    world.clock.advance(std::chrono::hours{2});
    world.anchor();
    CHECK(world.to.anchors.size() == 2);
    CHECK(world.state(delivery_kind::anchors).position == 3);
}

TEST_CASE("audit delivery: a failed anchor is tried again, as the newest checkpoint", "[tenancy]") {
    delivery_world world;
    world.add_records(2);
    world.to.failure = delivery_refused;
    world.anchor();
    world.clock.advance(seconds{11});
    world.add_records(1);
    world.to.failure.clear();
    world.anchor();
    REQUIRE(world.to.anchors.size() == 2);
    CHECK(world.to.anchors[1].size == 3);
    CHECK(world.state(delivery_kind::anchors).failures == 0);
}

TEST_CASE("audit delivery: what waits is measured", "[tenancy]") {
    delivery_world world;
    world.add_records(2);
    world.clock.advance(seconds{5});
    world.to.failure = delivery_unreachable;
    world.forward();
    CHECK(world.watch.records == 2);
    CHECK(world.watch.lag == milliseconds{5001});
}

}  // namespace audit_delivery_test
