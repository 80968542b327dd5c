// Receipts as the tools use them: begun before a write is sent, repeated calls answered.
#include "tenancy/receipts/receipts.hpp"

#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include <optional>

#include "tenancy/receipts/receipt_text.hpp"
#include "tests/support/watched_store.hpp"
#include "tests/unit/tenancy/receipt_world.hpp"

namespace receipts_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using storage::receipt_state;
using test::receipt_world;
using test::run_sync;

TEST_CASE("receipts: an intent is durable before the write, its outcome after", "[tenancy]") {
    receipt_world world;
    const auto begun = world.begin("rcp_1", "rcp_1", "5").value();
    CHECK(begun.next == write_step::send);
    CHECK_FALSE(begun.uncertain);
    const auto intended = world.stored("rcp_1");
    CHECK(intended.outcome.state == receipt_state::intended);
    CHECK(intended.request.ciphertext.find("amount") == std::string::npos);  // sealed
    CHECK(world.registry->secrets().open(intended.request, receipt_place(intended))->reveal() ==
          "amount=5");
    world.finish(begun, receipt_world::succeeded());
    const auto done = world.stored("rcp_1");
    CHECK(done.outcome.state == receipt_state::succeeded);
    CHECK(done.outcome.object_id == "re_1");
    CHECK(done.request.ciphertext.empty());
    CHECK_FALSE(done.resolve_at);
}

TEST_CASE("receipts: the same key and the same request give the stored outcome", "[tenancy]") {
    receipt_world world;
    world.finish(world.begin("rcp_1", "key", "5").value(), receipt_world::succeeded());
    const auto again = world.begin("rcp_2", "key", "5").value();
    CHECK(again.next == write_step::replay);
    CHECK(again.receipt.id == "rcp_1");
    CHECK(again.receipt.outcome.object_id == "re_1");
}

TEST_CASE("receipts: the same key with another request names the argument that differs",
          "[tenancy]") {
    receipt_world world;
    world.finish(world.begin("rcp_1", "key", "5").value(), receipt_world::succeeded());
    const auto other = world.begin("rcp_2", "key", "6").error();
    CHECK(other.code == "operation_key_reused");
    CHECK(other.field == "amount");
    CHECK(other.message.find("These arguments differ: amount.") != std::string::npos);
    CHECK(other.message.find('5') == std::string::npos);  // no value is told
}

TEST_CASE("receipts: a failure that Stripe executed is replayed, any other may be tried again",
          "[tenancy]") {
    receipt_world world;
    world.finish(world.begin("rcp_1", "declined", "a").value(), receipt_world::failed(402));
    CHECK(world.begin("rcp_2", "declined", "a")->next == write_step::replay);
    for (const std::int64_t status : {0, 401, 403, 409, 429}) {
        const std::string key = "status " + std::to_string(status);
        world.finish(world.begin("rcp_" + key, key, "a").value(), receipt_world::failed(status));
        const auto again = world.begin("rcp_x", key, "a").value();
        CHECK(again.next == write_step::send);
        CHECK(again.receipt.attempts == 2);
        CHECK_FALSE(again.uncertain);
    }
}

TEST_CASE("receipts: a repeat of an unknown outcome is sent again with its key, for a day",
          "[tenancy]") {
    receipt_world world;
    world.finish(world.begin("rcp_1", "key", "a").value(), receipt_world::unknown());
    CHECK(world.stored("rcp_1").outcome.state == receipt_state::unknown);
    CHECK(world.stored("rcp_1").resolve_at);
    const auto again = world.begin("rcp_2", "key", "a").value();
    CHECK(again.next == write_step::send);
    CHECK(again.uncertain);
    CHECK(again.receipt.id == "rcp_1");
    // An attempt that was not executed says nothing about the one before.
    world.finish(again, receipt_world::failed(429));
    CHECK(world.stored("rcp_1").outcome.state == receipt_state::unknown);
    world.clock.advance(std::chrono::hours{23});
    const auto late = world.begin("rcp_3", "key", "a").value();
    CHECK(late.next == write_step::unknown);
    CHECK(late.receipt.id == "rcp_1");
}

TEST_CASE("receipts: a lost write of a service that was sent without a key is never sent again",
          "[tenancy]") {
    receipt_world world;
    auto account = std::make_shared<account_access>(*world.grant->account);
    account->service = parse_service("https://jobs.example.com", "bearer", "").value();
    auto of_service = std::make_shared<grant>(*world.grant);
    of_service->account = account;
    world.grant = of_service;
    auto keyless = world.intent("rcp_1", "key", "a");
    keyless.repeatable = false;
    world.finish(run_sync(world.registry->receipts().begin(std::move(keyless))).value(),
                 receipt_world::unknown());
    // The declarations say meanwhile that the service honours keys.
    CHECK(world.begin("rcp_2", "key", "a")->next == write_step::unknown);
}

TEST_CASE("receipts: while a write is being sent, an equal call waits for its outcome",
          "[tenancy]") {
    receipt_world world;
    auto first = world.begin("rcp_1", "key", "a").value();
    const auto meanwhile = world.begin("rcp_2", "key", "a", std::chrono::milliseconds{30}).value();
    CHECK(meanwhile.next == write_step::unknown);  // its deadline passed
    CHECK(meanwhile.receipt.outcome.state == receipt_state::intended);
    std::optional<base::result<begun_write>> waited;
    boost::asio::io_context& loop = test::new_loop();
    boost::asio::co_spawn(
        loop, world.registry->receipts().begin(world.intent("rcp_3", "key", "a")),
        [&](const std::exception_ptr&, base::result<begun_write> out) { waited = std::move(out); });
    loop.run_for(std::chrono::milliseconds{50});
    CHECK_FALSE(waited.has_value());
    world.finish(first, receipt_world::succeeded());
    loop.run_for(std::chrono::seconds{5});
    REQUIRE(waited.has_value());
    CHECK(waited->value().next == write_step::replay);
    CHECK(waited->value().receipt.id == "rcp_1");
}

TEST_CASE("receipts: an equal write under another key is sent, and the first one is named",
          "[tenancy]") {
    receipt_world world;
    world.finish(world.begin("rcp_1", "rcp_1", "a").value(), receipt_world::succeeded());
    const auto second = world.begin("rcp_2", "rcp_2", "a").value();
    CHECK(second.next == write_step::send);
    REQUIRE(second.equal);
    CHECK(second.equal->id == "rcp_1");
    world.clock.advance(equal_write_window + std::chrono::minutes{1});
    CHECK_FALSE(world.begin("rcp_3", "rcp_3", "a")->equal);
}

TEST_CASE("receipts: what cannot be recorded is not sent", "[tenancy]") {
    receipt_world world;
    test::watched_store store{*world.store};
    auto registry =
        make_registry(store, world.clock, world.log, world.tools, nullptr, test::test_options())
            .value();
    store.fail_commits = true;
    const auto refused = run_sync(registry->receipts().begin(world.intent("rcp_1", "key", "5")));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == base::errc::unavailable);
    CHECK(refused.error().code == "audit_unavailable");
}

TEST_CASE("receipts: an outcome that the store does not take leaves the write to be resolved",
          "[tenancy]") {
    receipt_world world;
    test::watched_store store{*world.store};
    auto registry =
        make_registry(store, world.clock, world.log, world.tools, nullptr, test::test_options())
            .value();
    auto begun = run_sync(registry->receipts().begin(world.intent("rcp_1", "key", "5"))).value();
    store.fail_commits = true;
    const auto kept =
        run_sync(registry->receipts().finish(std::move(begun), receipt_world::succeeded()));
    CHECK(kept.outcome.state == receipt_state::succeeded);
    CHECK(world.stored("rcp_1").outcome.state == receipt_state::intended);
    CHECK(world.stored("rcp_1").resolve_at);
}

namespace {

class record_times final : public trail_watch {
public:
    void audit_stored(std::size_t, std::chrono::milliseconds) noexcept override {}
    void audit_delayed(std::size_t) noexcept override {}
    void write_recorded(write_record which, std::chrono::microseconds) noexcept override {
        ++(which == write_record::intent ? intents : outcomes);
    }
    int intents = 0;
    int outcomes = 0;
};

}  // namespace

TEST_CASE(
    "receipts: how long a record took is measured too when the store gave up, not when it "
    "refused",
    "[tenancy]") {
    receipt_world world;
    test::watched_store store{*world.store};
    auto registry =
        make_registry(store, world.clock, world.log, world.tools, nullptr, test::test_options())
            .value();
    record_times times;
    registry->audit().observe(times);
    auto& receipts = registry->receipts();
    store.fail_commits = true;
    REQUIRE_FALSE(run_sync(receipts.begin(world.intent("rcp_1", "one", "5"))).has_value());
    CHECK(times.intents == 1);
    store.fail_commits = false;
    auto begun = run_sync(receipts.begin(world.intent("rcp_2", "two", "5"))).value();
    CHECK(times.intents == 2);
    store.fail_commits = true;
    run_sync(receipts.finish(std::move(begun), receipt_world::succeeded()));
    CHECK(times.outcomes == 1);
    // What the store refuses at once, it has not written.
    store.fail_with = base::fail(base::errc::conflict, "cap_reached", "The cap is reached.");
    REQUIRE_FALSE(run_sync(receipts.begin(world.intent("rcp_3", "three", "5"))).has_value());
    CHECK(times.intents == 2);
}

TEST_CASE("receipts: a freeze that was acknowledged stops a call that had passed the check",
          "[tenancy]") {
    receipt_world world;
    auto late = world.intent("rcp_1", "key", "5");
    REQUIRE(
        run_sync(world.registry->accounts().set_writes(world.owner, world.account.id, writes::off))
            .has_value());
    const auto refused = run_sync(world.registry->receipts().begin(std::move(late)));
    CHECK(refused.error().kind == base::errc::forbidden);
    CHECK(refused.error().code == "writes_stopped");
}

TEST_CASE("receipts: a receipt shows ids, state and amount, and nothing of the request",
          "[tenancy]") {
    receipt_world world;
    world.finish(world.begin("rcp_1", "key", "4242").value(), receipt_world::succeeded());
    const auto full = receipt_json(world.stored("rcp_1"), receipt_view::full);
    CHECK(full.find(R"("state":"succeeded")") != std::string::npos);
    CHECK(full.find(R"("amount":500,"currency":"usd")") != std::string::npos);
    CHECK(full.find(R"("error_code":null)") != std::string::npos);
    CHECK(full.find("4242") == std::string::npos);
    CHECK(full.find(world.account.id) != std::string::npos);
    const auto brief = receipt_json(world.stored("rcp_1"), receipt_view::brief);
    CHECK(brief.find("null") == std::string::npos);
    CHECK(brief.find(world.account.id) == std::string::npos);
}

}  // namespace receipts_test
