// Instances on one store: what one changes, the others go by, and the change is not acknowledged
// before.
#include <boost/asio/post.hpp>

#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <future>
#include <thread>

#include "storage/changes/log.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/tenancy_fixture.hpp"
#include "tests/support/watched_store.hpp"

namespace change_feed_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using std::chrono::milliseconds;
using test::run_sync;

namespace {

constexpr milliseconds lease{400};
constexpr milliseconds settle{500};

feed_rules quick() {
    feed_rules rules;
    rules.log = true;
    rules.shared = true;
    rules.beat = milliseconds{20};
    rules.beat_while_awaited = milliseconds{5};
    rules.lease = lease;
    rules.settle = settle;
    rules.row_every = milliseconds{60};
    rules.row_lifetime = milliseconds{700};
    rules.remove_after = milliseconds{1'000};
    return rules;
}

class counting_watch final : public feed_watch {
public:
    void change_settled(milliseconds took, bool answered) noexcept override {
        (answered ? answered_ : waited_out_)++;
        last_ = took.count();
    }
    void instances_seen(std::size_t count) noexcept override { instances_ = count; }

    std::atomic<int> answered_{0};
    std::atomic<int> waited_out_{0};
    std::atomic<std::int64_t> last_{0};
    std::atomic<std::size_t> instances_{0};
};

// A registry on a store that others use too, its feed on a thread of its own.
class instance {
public:
    instance(test::tenancy_fixture& t, storage::record_store& store)
        : instance(t, store, quick()) {}
    instance(test::tenancy_fixture& t, storage::record_store& store, const feed_rules& rules)
        : loop_(test::new_loop()) {
        auto options = test::test_options();
        options.feed = rules;
        registry = make_registry(store, t.clock, t.log, t.tools, nullptr, options).value();
        registry->changes().observe(watch);
        registry->grants().subscribe([this](const server_event& event) {
            const std::lock_guard lock{mutex_};
            told_.emplace_back(event.server_id, event.kind);
        });
        boost::asio::co_spawn(loop_, registry->changes().run(), test::rethrow);
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~instance() {
        resume();
        boost::asio::post(loop_, [this] { registry->changes().stop(); });
        thread_.join();
    }
    instance(const instance&) = delete;
    instance& operator=(const instance&) = delete;

    // Its loop does nothing until resume(), as when the process is stopped.
    void pause() {
        auto held = std::make_shared<std::promise<void>>();
        released_ = std::make_shared<std::promise<void>>();
        auto until = released_->get_future().share();
        boost::asio::post(loop_, [held, until] {
            held->set_value();
            until.wait();
        });
        held->get_future().wait();
    }
    void resume() {
        if (auto paused = std::exchange(released_, nullptr)) paused->set_value();
    }

    bool accepts(const base::secret& token) {
        return run_sync(registry->grants().find(token.reveal())).has_value();
    }
    bool remembers(const base::secret& token) {
        return registry->grants().cached(token.reveal()) != nullptr;
    }
    // Waits until it trusts its cache, and fills it.
    void learn(const base::secret& token) {
        REQUIRE(test::eventually([&] {
            if (remembers(token)) return true;
            REQUIRE(accepts(token));
            return remembers(token);
        }));
    }
    bool was_told(const std::string& id, server_change kind) {
        const std::lock_guard lock{mutex_};
        return std::ranges::find(told_, std::pair{id, kind}) != told_.end();
    }

    counting_watch watch;
    std::unique_ptr<class registry> registry;

private:
    boost::asio::io_context& loop_;
    std::thread thread_;
    std::shared_ptr<std::promise<void>> released_;
    std::mutex mutex_;
    std::vector<std::pair<std::string, server_change>> told_;
};

struct two_instances : test::tenancy_fixture {
    integrated_account account = connect(owner);
    instance a{*this, *store};
    instance b{*this, *store};

    base::result<> revoke(instance& on, const new_mcp_server& server) {
        return run_sync(on.registry->servers().revoke(owner.team_id, account.id, server.server.id));
    }
};

// One shared copy, right for as long as the feed says so.
class one_copy final : public grant_entries {
public:
    explicit one_copy(const change_feed& changes) : changes_(changes) {}

    int found = 0;

    std::optional<log_place> here() const override { return changes_.here(); }
    base::awaitable<std::optional<storage::grant_row>> find(
        std::vector<storage::token_hash>) override {
        if (!row_ || !changes_.current(place_, {row_->server.id})) co_return std::nullopt;
        ++found;
        co_return row_;
    }
    base::awaitable<> keep(storage::grant_row row, log_place place) override {
        row_ = std::move(row);
        place_ = std::move(place);
        co_return;
    }
    base::awaitable<> drop(std::vector<std::string>) override { co_return; }

private:
    const change_feed& changes_;
    std::optional<storage::grant_row> row_;
    log_place place_;
};

bool put(storage::record_store& store, storage::change change) {
    std::vector<storage::change> changes{std::move(change)};
    return run_sync(store.commit(std::move(changes))).has_value();
}

void wait_until(const std::function<bool()>& happened) {
    REQUIRE(test::eventually(happened));
}

}  // namespace

TEST_CASE("tenancy change_feed: a revoke is everywhere when it is acknowledged", "[tenancy]") {
    two_instances t;
    const auto server = t.mint(t.owner, t.account.id);
    t.a.learn(server.token);
    t.b.learn(server.token);
    REQUIRE(t.revoke(t.a, server).has_value());
    CHECK_FALSE(t.b.remembers(server.token));
    CHECK_FALSE(t.b.accepts(server.token));
    CHECK_FALSE(t.a.accepts(server.token));
    CHECK(t.b.was_told(server.server.id, server_change::revoked));
    CHECK(t.a.watch.answered_ == 1);
    CHECK(t.a.watch.last_ < lease.count());
}

// Everything that is cached, by everyone who can change it.
TEST_CASE("tenancy change_feed: each kind of change reaches the other instance", "[tenancy]") {
    two_instances t;
    auto server = t.mint(t.owner, t.account.id);
    const std::string id = server.server.id;
    const auto forgotten_after = [&](auto change) {
        t.b.learn(server.token);
        change();
        return !t.b.remembers(server.token);
    };
    auto& on = *t.a.registry;
    CHECK(forgotten_after([&] {
        server_patch patch;
        patch.name = "Other";
        REQUIRE(run_sync(on.servers().patch(t.owner.team_id, t.account.id, id, patch)).has_value());
    }));
    CHECK(forgotten_after([&] {
        account_patch patch;
        patch.name = "Other";
        REQUIRE(run_sync(on.accounts().patch(t.owner.team_id, t.account.id, std::move(patch)))
                    .has_value());
    }));
    CHECK(forgotten_after([&] {
        REQUIRE(run_sync(on.accounts().set_writes(t.owner, t.account.id, writes::off)).has_value());
    }));
    CHECK(forgotten_after([&] {
        REQUIRE(run_sync(on.teams().set_writes(t.owner, t.owner.team_id, writes::off)).has_value());
    }));
    CHECK(t.b.accepts(server.token));
    CHECK(run_sync(t.b.registry->grants().find(server.token.reveal())).value()->frozen);
    for (const suspension_target& target :
         {suspension_target{t.owner.team_id, t.account.id, id},
          suspension_target{t.owner.team_id, t.account.id}, suspension_target{t.owner.team_id}}) {
        INFO(target.account_id << " " << target.server_id);
        CHECK(forgotten_after([&] {
            REQUIRE(run_sync(on.suspension().suspend(t.owner, target, "test")).value() == 1);
        }));
        CHECK_FALSE(t.b.accepts(server.token));
        CHECK(t.b.was_told(id, server_change::suspended));
        REQUIRE(run_sync(on.suspension().resume(t.owner, target)).has_value());
        CHECK(t.b.accepts(server.token));
        t.b.learn(server.token);
    }
    std::optional<new_mcp_server> next;
    CHECK(forgotten_after([&] {
        next = run_sync(on.servers().rotate(t.owner.team_id, t.account.id, id, 0, {})).value();
    }));
    CHECK_FALSE(t.b.accepts(server.token));
    CHECK(t.b.was_told(id, server_change::tokens_replaced));
    server.token = next->token;
    CHECK(forgotten_after([&] {
        REQUIRE(run_sync(on.accounts().remove(t.owner, t.account.id, 1, "test")).has_value());
    }));
    CHECK_FALSE(t.b.accepts(server.token));
    CHECK(t.b.was_told(id, server_change::revoked));
}

TEST_CASE("tenancy change_feed: a removed API key is refused by the other instance", "[tenancy]") {
    two_instances t;
    auto& on = *t.a.registry;
    const auto key = run_sync(on.api_keys().create(t.owner, {"Second", "admin"}, {})).value();
    const auto known = [&](instance& at) {
        return run_sync(at.registry->api_keys().authenticate(key.secret.reveal())).has_value();
    };
    REQUIRE(known(t.b));
    REQUIRE(run_sync(on.api_keys().remove(t.owner.team_id, key.key.id)).has_value());
    CHECK_FALSE(known(t.b));
}

// It cannot say that it knows, so its lease is waited out.
TEST_CASE("tenancy change_feed: a paused instance is waited for, and accepts nothing afterwards",
          "[tenancy]") {
    two_instances t;
    const auto server = t.mint(t.owner, t.account.id);
    t.b.learn(server.token);
    t.b.pause();
    const auto began = cache_lease::now_ms();
    REQUIRE(t.revoke(t.a, server).has_value());
    const auto took = cache_lease::now_ms() - began;
    CHECK(took >= settle.count() / 2);
    CHECK(t.a.watch.waited_out_ == 1);
    CHECK_FALSE(t.b.remembers(server.token));
    CHECK_FALSE(t.b.accepts(server.token));
    t.b.resume();
    wait_until([&] { return t.b.was_told(server.server.id, server_change::revoked); });
    CHECK_FALSE(t.b.accepts(server.token));
}

TEST_CASE("tenancy change_feed: an instance that is gone is not waited for for long", "[tenancy]") {
    two_instances t;
    const auto first = t.mint(t.owner, t.account.id);
    const auto second = t.mint(t.owner, t.account.id);
    wait_until([&] { return t.a.watch.instances_ == 2; });
    t.b.pause();
    wait_until([&] { return t.a.watch.instances_ == 1; });
    REQUIRE(t.revoke(t.a, first).has_value());
    CHECK(t.a.watch.answered_ == 1);
    // It comes back, and is one of those that are waited for again.
    t.b.resume();
    t.b.learn(second.token);
    REQUIRE(t.revoke(t.a, second).has_value());
    CHECK_FALSE(t.b.accepts(second.token));
}

TEST_CASE("tenancy change_feed: one that stops is not waited for", "[tenancy]") {
    test::tenancy_fixture t;
    const auto account = t.connect(t.owner);
    const auto server = t.mint(t.owner, account.id);
    instance a{t, *t.store};
    {
        instance b{t, *t.store};
        wait_until([&] { return a.watch.instances_ == 2; });
    }
    const auto rows = run_sync(t.store->list_instances()).value();
    CHECK(rows.size() == 1);
}

// Without the record store nothing is known of others, so nothing cached is used.
TEST_CASE("tenancy change_feed: caches are not trusted while the store is away", "[tenancy]") {
    test::tenancy_fixture t;
    const auto account = t.connect(t.owner);
    const auto server = t.mint(t.owner, account.id);
    test::watched_store between{*t.store};
    instance a{t, between};
    a.learn(server.token);
    between.fail_commits = true;  // it cannot say that it is there
    wait_until([&] { return !a.remembers(server.token); });
    CHECK(a.accepts(server.token));  // the store is asked
    between.fail_commits = false;
    a.learn(server.token);
}

// Entries are kept for some minutes; who slept for longer forgets all and cuts everything.
TEST_CASE("tenancy change_feed: what was missed may have been anything", "[tenancy]") {
    two_instances t;
    const auto server = t.mint(t.owner, t.account.id);
    t.b.learn(server.token);
    t.b.pause();
    REQUIRE(t.revoke(t.a, server).has_value());
    const auto later = t.clock.now() + std::chrono::hours{1};
    REQUIRE(put(*t.store, storage::trim_log{later}));
    t.b.resume();
    wait_until([&] { return t.b.was_told("", server_change::unknown); });
    CHECK_FALSE(t.b.accepts(server.token));
}

TEST_CASE("tenancy change_feed: another log makes everything forgotten", "[tenancy]") {
    two_instances t;
    const auto server = t.mint(t.owner, t.account.id);
    t.b.learn(server.token);
    const auto page = run_sync(t.store->read_log(0, 1)).value();
    const auto before = t.b.registry->changes().here();
    REQUIRE(before.has_value());
    REQUIRE(put(*t.store, storage::renew_log{page.epoch, "log_other"}));
    wait_until([&] { return t.b.was_told("", server_change::unknown); });
    t.b.learn(server.token);
    CHECK_FALSE(t.b.registry->changes().current(*before, {server.server.id}));
}

// Between the commit of a change and the moment when its own entry is read, an instance may cache a
// shared copy of before; that is forgotten before the change is acknowledged.
TEST_CASE("tenancy change_feed: a shared copy cannot bring back what this instance revoked",
          "[tenancy]") {
    test::tenancy_fixture t;
    const auto account = t.connect(t.owner);
    const auto server = t.mint(t.owner, account.id);
    auto rules = quick();
    rules.lease = milliseconds{20'000};
    rules.settle = rules.row_lifetime = milliseconds{21'000};
    instance a{t, *t.store, rules};
    one_copy copy{a.registry->changes()};
    a.registry->grants().use(copy);
    a.learn(server.token);

    a.pause();  // its feed does not see the entry
    auto revoked = std::async(std::launch::async, [&] {
        return run_sync(
            a.registry->servers().revoke(t.owner.team_id, account.id, server.server.id));
    });
    wait_until([&] { return !a.remembers(server.token); });
    const int before = copy.found;
    CHECK(a.accepts(server.token));
    CHECK(copy.found == before + 1);
    CHECK(a.remembers(server.token));
    a.resume();
    REQUIRE(revoked.get().has_value());
    CHECK_FALSE(a.remembers(server.token));
    CHECK_FALSE(a.accepts(server.token));
}

// An embedded installation has nobody to tell.
TEST_CASE("tenancy change_feed: alone, nothing is logged", "[tenancy]") {
    test::tenancy_fixture t;
    const auto account = t.connect(t.owner);
    const auto server = t.mint(t.owner, account.id);
    CHECK(run_sync(t.registry->servers().revoke(t.owner.team_id, account.id, server.server.id))
              .has_value());
    CHECK(run_sync(t.store->read_log(0, 10)).value().last == 0);
    CHECK(t.registry->lease().holds());
}

}  // namespace change_feed_test
