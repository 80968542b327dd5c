// Writes whose answer was lost: how their outcome is found out, and when nothing may be sent.
#include "tenancy/work/receipt_resolver.hpp"

#include <catch2/catch.hpp>

#include <functional>

#include "storage/changes/receipts.hpp"
#include "tests/unit/tenancy/receipt_world.hpp"

namespace receipt_resolver_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using storage::receipt_state;
using test::receipt_world;
using test::run_sync;

namespace {

struct scripted_sender final : receipt_sender {
    base::awaitable<storage::receipt_outcome> send_again(const account_access& account,
                                                         const storage::receipt_row& receipt,
                                                         std::string request) override {
        credential = account.credential.reveal();
        if (while_sending) while_sending();
        sent.push_back(receipt.operation_key + " " + request);
        co_return outcome;
    }
    base::awaitable<storage::receipt_outcome> look_up(const account_access&,
                                                      const storage::receipt_row& receipt,
                                                      std::string request) override {
        read.push_back(receipt.id + " " + request);
        co_return outcome;
    }
    storage::receipt_outcome outcome = receipt_world::succeeded();
    std::string credential;
    std::vector<std::string> sent;
    std::vector<std::string> read;
    std::function<void()> while_sending{};
};

struct world_with_lost_write : receipt_world {
    world_with_lost_write() {
        registry->resolver().send_with(sender, timeout);
        finish(begin("rcp_1", "key", "5").value(), unknown());
    }
    // Another one, whose receipt is in the metadata of what it makes.
    void lose_named(const std::string& id) {
        auto named = intent(id, "key " + id, "5");
        named.in_metadata = true;
        finish(run_sync(registry->receipts().begin(std::move(named))).value(), unknown());
    }
    base::result<storage::receipt_row> reconcile(const std::string& id) {
        return run_sync(registry->resolver().reconcile(owner.team_id, id));
    }
    base::result<storage::receipt_row> reconcile() {
        return run_sync(registry->resolver().reconcile(owner.team_id, "rcp_1"));
    }
    receipt_state state() { return stored("rcp_1").outcome.state; }

    // Takes what is due for another instance, as its resolver does before it sends.
    void take_elsewhere() {
        auto taken = std::make_shared<std::vector<storage::receipt_row>>();
        const auto now = clock.now();
        std::vector<storage::change> changes{
            storage::claim_receipts{now, now + std::chrono::minutes{3}, 1, "inst_2", taken}};
        REQUIRE(run_sync(store->commit(std::move(changes))).has_value());
        REQUIRE(taken->size() == 1);
    }

    static constexpr std::chrono::seconds timeout{50};
    scripted_sender sender;
};

}  // namespace

TEST_CASE("receipt resolver: the same request is sent with the same key", "[tenancy]") {
    world_with_lost_write world;
    const auto resolved = world.reconcile().value();
    CHECK(resolved.outcome.state == receipt_state::succeeded);
    CHECK(world.sender.sent == std::vector<std::string>{"key amount=5"});
    CHECK(world.sender.credential == test::test_credential);
    CHECK(world.state() == receipt_state::succeeded);
    CHECK(world.stored("rcp_1").request.ciphertext.empty());
    CHECK(world.reconcile()->outcome.state == receipt_state::succeeded);
    CHECK(world.sender.sent.size() == 1);
}

TEST_CASE("receipt resolver: an attempt that Stripe did not execute proves nothing", "[tenancy]") {
    world_with_lost_write world;
    for (const std::int64_t status : {0, 401, 403, 409, 429}) {
        world.sender.outcome = receipt_world::failed(status);
        CHECK(world.reconcile()->outcome.state == receipt_state::unknown);
    }
    world.sender.outcome = receipt_world::failed(402);
    CHECK(world.reconcile()->outcome.state == receipt_state::failed);
}

TEST_CASE("receipt resolver: nothing is sent for what was ended, suspended or frozen since",
          "[tenancy]") {
    world_with_lost_write world;
    const auto& t = world;
    auto& accounts = world.registry->accounts();
    REQUIRE(run_sync(accounts.set_writes(t.owner, t.account.id, writes::off)).has_value());
    CHECK(world.reconcile()->outcome.error_code == "frozen");
    CHECK(world.stored("rcp_1").resolve_at);  // it may be thawed
    REQUIRE(run_sync(accounts.set_writes(t.owner, t.account.id, writes::on)).has_value());
    REQUIRE(run_sync(
        world.registry->servers().revoke(t.owner.team_id, t.account.id, t.server.server.id)));
    CHECK(world.reconcile()->outcome.error_code == "server_gone");
    CHECK_FALSE(world.stored("rcp_1").resolve_at);
    CHECK(world.state() == receipt_state::unknown);
    CHECK(world.sender.sent.empty());
}

TEST_CASE("receipt resolver: after Stripe's replay window nothing is sent", "[tenancy]") {
    world_with_lost_write world;
    world.clock.advance(replay_window);
    CHECK(world.reconcile()->outcome.error_code == "replay_window_over");
    CHECK(world.sender.sent.empty());
    CHECK(world.state() == receipt_state::unknown);
    CHECK_FALSE(world.stored("rcp_1").resolve_at);
    CHECK(world.stored("rcp_1").request.ciphertext.empty());
    CHECK(world.sender.read.empty());
}

TEST_CASE("receipt resolver: after the replay window a named receipt is looked up by reading",
          "[tenancy]") {
    world_with_lost_write world;
    world.lose_named("rcp_2");
    world.clock.advance(replay_window);
    world.sender.outcome = receipt_world::unknown();
    CHECK(world.reconcile("rcp_2")->outcome.state == receipt_state::unknown);
    const auto kept = world.stored("rcp_2");
    CHECK(kept.resolve_at == world.clock.now() + reading_pause);
    CHECK_FALSE(kept.request.ciphertext.empty());
    world.sender.outcome = receipt_world::succeeded();
    CHECK(world.reconcile("rcp_2")->outcome.object_id == "re_1");
    CHECK(world.stored("rcp_2").request.ciphertext.empty());
    CHECK(world.sender.read == std::vector<std::string>(2, "rcp_2 amount=5"));
    CHECK(world.sender.sent.empty());
}

TEST_CASE("receipt resolver: it is read for a week, and then stays unknown", "[tenancy]") {
    world_with_lost_write world;
    world.lose_named("rcp_2");
    world.sender.outcome = receipt_world::unknown();
    world.clock.advance(reading_window - reading_pause);
    CHECK_FALSE(world.reconcile("rcp_2")->resolve_at);
    CHECK(world.stored("rcp_2").outcome.state == receipt_state::unknown);
    CHECK(world.stored("rcp_2").request.ciphertext.empty());
    CHECK(world.reconcile("rcp_2")->outcome.error_code == "replay_window_over");
    CHECK(world.sender.read.size() == 1);
}

TEST_CASE("receipt resolver: nothing is read for what was frozen or ended", "[tenancy]") {
    world_with_lost_write world;
    world.lose_named("rcp_2");
    world.clock.advance(replay_window);
    auto& accounts = world.registry->accounts();
    const auto& t = world;
    REQUIRE(run_sync(accounts.set_writes(t.owner, t.account.id, writes::off)).has_value());
    CHECK(world.reconcile("rcp_2")->outcome.error_code == "frozen");
    CHECK(world.stored("rcp_2").resolve_at == world.clock.now() + reading_pause);
    REQUIRE(run_sync(accounts.set_writes(t.owner, t.account.id, writes::on)).has_value());
    REQUIRE(run_sync(
        world.registry->servers().revoke(t.owner.team_id, t.account.id, t.server.server.id)));
    CHECK(world.reconcile("rcp_2")->outcome.error_code == "server_gone");
    CHECK(world.sender.read.empty());
}

TEST_CASE("receipt resolver: a write on its way is left alone", "[tenancy]") {
    world_with_lost_write world;
    REQUIRE(world.begin("rcp_2", "other", "5").has_value());
    const auto refused =
        run_sync(world.registry->resolver().reconcile(world.owner.team_id, "rcp_2"));
    CHECK(refused.error().code == "receipt_in_progress");
    CHECK(world.sender.sent.empty());
    const auto team = world.other_team();
    CHECK(run_sync(world.registry->resolver().reconcile(team.made.id, "rcp_1")).error().code ==
          "not_found");
}

TEST_CASE("receipt resolver: while an attempt runs, nobody begins another or states the outcome",
          "[tenancy]") {
    world_with_lost_write world;
    world.clock.advance(std::chrono::hours{1});
    world.take_elsewhere();
    CHECK(step_of_repeat(world.stored("rcp_1"), world.clock.now()) == repeat_step::wait);
    CHECK(world.reconcile().error().code == "receipt_in_progress");
    const auto repeated =
        world.begin("rcp_2", "key", "5", std::chrono::milliseconds{50}).value();  // its time ends
    CHECK(repeated.next == write_step::unknown);
    const auto stated = run_sync(
        world.registry->receipts().settle(world.owner, "rcp_1", {false, "not in the list", {}}));
    CHECK(stated.error().code == "receipt_in_progress");
    CHECK(world.stored("rcp_1").attempts == 2);
    CHECK(world.sender.sent.empty());
}

TEST_CASE("receipt resolver: what is due is resolved by itself, at the start at once",
          "[tenancy]") {
    world_with_lost_write world;
    REQUIRE(world.begin("rcp_2", "other", "7").has_value());  // and the process is killed
    world.reopen();
    world.registry->resolver().send_with(world.sender, world.timeout);
    boost::asio::io_context& loop = test::new_loop();
    boost::asio::co_spawn(loop, world.registry->resolver().run(), test::rethrow);
    for (int i = 0; i < 100 && world.sender.sent.size() < 2; ++i)
        loop.run_for(std::chrono::milliseconds{20});
    world.registry->resolver().stop();
    loop.run();
    CHECK(world.sender.sent.size() == 2);
    CHECK(world.state() == receipt_state::succeeded);
    CHECK(world.stored("rcp_2").outcome.state == receipt_state::succeeded);
}

TEST_CASE("receipt resolver: it takes one receipt at a time, for as long as an attempt may take",
          "[tenancy]") {
    world_with_lost_write world;
    world.finish(world.begin("rcp_2", "other", "7").value(), receipt_world::unknown());
    world.clock.advance(std::chrono::hours{1});
    world.sender.while_sending = [&] {
        std::size_t taken = 0;
        for (const auto* id : {"rcp_1", "rcp_2"}) {
            const auto row = world.stored(id);
            if (row.finished_at) continue;
            ++taken;
            CHECK(*row.resolve_at >= world.clock.now() + world.timeout + std::chrono::minutes{1});
        }
        CHECK(taken == 1);
    };
    boost::asio::io_context& loop = test::new_loop();
    boost::asio::co_spawn(loop, world.registry->resolver().run(), test::rethrow);
    for (int i = 0; i < 100 && world.sender.sent.size() < 2; ++i)
        loop.run_for(std::chrono::milliseconds{20});
    world.registry->resolver().stop();
    loop.run();
    CHECK(world.sender.sent.size() == 2);
}

TEST_CASE("receipt resolver: an instance claims nothing before the others know of it",
          "[tenancy]") {
    world_with_lost_write world;
    auto options = test::test_options();
    options.feed = {.log = true, .shared = true};
    world.reopen(options);
    world.clock.advance(std::chrono::hours{1});
    world.registry->resolver().send_with(world.sender, world.timeout);
    boost::asio::io_context& loop = test::new_loop();
    boost::asio::co_spawn(loop, world.registry->resolver().run(), test::rethrow);
    loop.run_for(std::chrono::milliseconds{50});
    CHECK(world.stored("rcp_1").attempts == 1);
    boost::asio::co_spawn(loop, world.registry->changes().run(), test::rethrow);
    for (int i = 0; i < 200 && world.sender.sent.empty(); ++i)
        loop.run_for(std::chrono::milliseconds{20});
    world.registry->resolver().stop();
    world.registry->changes().stop();
    loop.run();
    CHECK(world.sender.sent.size() == 1);
    CHECK(world.state() == receipt_state::succeeded);
}

TEST_CASE("receipt resolver: the longer an outcome stays unknown, the rarer it is looked for",
          "[tenancy]") {
    const auto now = *base::parse_timestamp("2026-11-20T12:00:00Z");
    const auto after = [&](std::int64_t attempts) {
        storage::receipt_row row;
        row.outcome = receipt_world::unknown();
        row.attempts = attempts;
        row.sent_at = now;
        return row;
    };
    const auto pause = [&](std::int64_t attempts) {
        return (*next_attempt(after(attempts), now) - now).count() / 1000;
    };
    CHECK(pause(1) == 5);
    CHECK(pause(2) == 10);
    CHECK(pause(50) == 3600);
    auto known = after(1);
    known.outcome = receipt_world::succeeded();
    CHECK_FALSE(next_attempt(known, now));
    CHECK_FALSE(next_attempt(after(1), now + replay_window));
    // By reading: as soon as the window is over, then rarely, and not for ever.
    auto named = after(30);
    named.in_metadata = true;
    const auto over = now + replay_window;
    CHECK(next_attempt(named, over - std::chrono::minutes{5}) == over);
    CHECK(next_attempt(named, over) == over + reading_pause);
    CHECK_FALSE(next_attempt(named, now + reading_window - reading_pause));
}

TEST_CASE("resolver: what waits for a person at Stripe is never sent again",
          "[tenancy][receipts]") {
    world_with_lost_write world;
    auto waits = receipt_world::unknown();
    waits.error_code = waits_at_stripe;
    world.finish(world.begin("rcp_2", "other", "6").value(), waits);
    const auto stored = world.stored("rcp_2");
    CHECK_FALSE(stored.resolve_at);
    CHECK(step_of_repeat(stored, stored.sent_at) == repeat_step::give_up);
    const auto looked = world.reconcile("rcp_2");
    REQUIRE(looked.has_value());
    CHECK(looked->outcome.state == receipt_state::unknown);
    CHECK(looked->outcome.error_code == waits_at_stripe);
    CHECK(world.sender.sent.empty());
    CHECK(world.sender.read.empty());
}

}  // namespace receipt_resolver_test
