// Grants' records in Redis, against a real server: what is used, and what is not whatever Redis
// brings back.
#include "tenancy/grants/redis_entries.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include <thread>

#include "tests/support/drained_loop.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/tenancy_fixture.hpp"
#include "tests/support/watched_store.hpp"

namespace entries_test {

using namespace std::chrono_literals;
using namespace tollgate;
using namespace tollgate::tenancy;

namespace {

const std::array<const storage::redis_script*, 2> scripts{&keep_entry_script, &drop_entries_script};

struct counting final : entry_watch {
    void entry_looked_up(entry_lookup outcome) noexcept override {
        ++seen[static_cast<std::size_t>(outcome)];
    }
    int of(entry_lookup outcome) const { return seen[static_cast<std::size_t>(outcome)]; }
    std::array<int, entry_lookups> seen{};
};

storage::redis_options options_of(const std::string& url) {
    auto out = *storage::parse_redis_url(url);
    out.command_timeout = 300ms;
    return out;
}

// An instance on one loop, which the test runs: its registry, its links, its entries.
class instance {
public:
    instance(test::tenancy_fixture& t, const std::string& url)
        : links(options_of(url), scripts, t.log) {
        auto options = test::test_options();
        options.feed.log = true;
        options.feed.beat = 10ms;
        registry = make_registry(store.emplace(*t.store), t.clock, t.log, t.tools, nullptr, options)
                       .value();
        link = &links.add(io.get_executor(), deadlines);
        spawn(link->run());
        spawn(registry->changes().run());
        entries.emplace(links, registry->changes(), t.clock,
                        registry->secrets().derive("token entry"), &counts);
        registry->grants().use(*entries);
        registry->changes().own_with([this](const storage::logged_change& entry) {
            tasks.spawn("drop", entries->drop(entry.subjects));
        });
        const auto last = run(t.store->read_log(0, 1)).value().last;
        until([&] {
            const auto place = registry->changes().here();
            return link->up() && place && place->seq == last;
        });
    }
    ~instance() {
        registry->changes().stop();
        link->stop();
        until([&] { return running == 0 && tasks.size() == 0; });
    }
    instance(const instance&) = delete;
    instance& operator=(const instance&) = delete;

    void spawn(base::awaitable<> task) {
        ++running;
        boost::asio::co_spawn(io, std::move(task), [this](std::exception_ptr error) {
            --running;
            test::rethrow(error);
        });
    }
    template <typename Done>
    bool until(const Done& done) {
        const auto end = std::chrono::steady_clock::now() + 10s;
        io.restart();
        while (!done() && std::chrono::steady_clock::now() < end) io.run_one_for(20ms);
        return done();
    }
    template <typename T>
    T run(base::awaitable<T> task) {
        std::optional<T> out;
        boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error, T value) {
            test::rethrow(error);
            out = std::move(value);
        });
        REQUIRE(until([&] { return out.has_value(); }));
        return std::move(*out);
    }
    // Accepted, and how often the store was asked for it.
    std::pair<bool, int> use(const base::secret& token) {
        const int before = store->grant_lookups;
        const bool good = run(registry->grants().find(token.reveal())).has_value();
        return {good, store->grant_lookups - before};
    }
    std::string ask(std::initializer_list<std::string_view> words) {
        std::string command;
        storage::append_command(command, words);
        auto reply = run(link->ask(command)).value();
        if (reply.kind == storage::redis_reply::type::integer) return std::to_string(reply.number);
        if (!reply.members.empty()) return reply.members.front().text;
        return reply.text;
    }

    test::drained_loop io;
    base::null_logger log;
    base::deadline_set deadlines{io.get_executor()};
    storage::redis_links links;
    base::task_group tasks{io.get_executor(), log};
    counting counts;
    std::optional<test::watched_store> store;
    std::unique_ptr<class registry> registry;
    std::optional<redis_entries> entries;
    storage::redis_link* link = nullptr;
    int running = 0;
};

const std::pair<bool, int> accepted_by_store{true, 1};
const std::pair<bool, int> accepted_by_entry{true, 0};

// By Redis's clock, which ends the entries.
struct world : test::tenancy_fixture {
    world() {
        const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(
            std::chrono::system_clock::now());
        clock.advance(now - clock.now());
    }
    test::redis_server redis;
    integrated_account account = connect(owner);
};

}  // namespace

TEST_CASE("redis entries: another instance finds a token's record without asking the store",
          "[redis]") {
    world w;
    const auto server = w.mint(w.owner, w.account.id);
    instance first{w, w.redis.url()};
    CHECK(first.use(server.token) == accepted_by_store);
    instance second{w, w.redis.url()};
    CHECK(second.use(server.token) == accepted_by_entry);
    CHECK(second.counts.of(entry_lookup::found) == 1);
    const auto a = first.run(first.registry->grants().find(server.token.reveal())).value();
    const auto b = second.run(second.registry->grants().find(server.token.reveal())).value();
    CHECK(a->account->credential.reveal() == b->account->credential.reveal());
    CHECK(a->listing_key == b->listing_key);
    CHECK(a->token_digest == b->token_digest);
}

TEST_CASE("redis entries: a revoke removes them", "[redis]") {
    world w;
    const auto server = w.mint(w.owner, w.account.id);
    instance first{w, w.redis.url()};
    CHECK(first.use(server.token) == accepted_by_store);
    CHECK(first.ask({"DBSIZE"}) == "2");
    REQUIRE(first.run(
        first.registry->servers().revoke(w.owner.team_id, w.account.id, server.server.id)));
    CHECK(first.until([&] { return first.ask({"DBSIZE"}) == "0"; }));
}

// What a failover, a restored file or a mistaken hand may do.
TEST_CASE("redis entries: one that comes back after a revoke is not used", "[redis]") {
    world w;
    const auto server = w.mint(w.owner, w.account.id);
    instance first{w, w.redis.url()};
    CHECK(first.use(server.token) == accepted_by_store);
    const std::string key = first.ask({"KEYS", "*tok:*"});
    const std::string kept = first.ask({"GET", key});
    REQUIRE(first.run(
        first.registry->servers().revoke(w.owner.team_id, w.account.id, server.server.id)));
    REQUIRE(first.until([&] { return first.ask({"DBSIZE"}) == "0"; }));
    CHECK(first.ask({"SET", key, kept}) == "OK");
    CHECK_FALSE(first.use(server.token).first);
    instance second{w, w.redis.url()};  // reads what changed lately when it starts
    CHECK_FALSE(second.use(server.token).first);
    CHECK(second.counts.of(entry_lookup::outdated) == 1);
}

TEST_CASE("redis entries: a freeze of the account or the team outdates them", "[redis]") {
    world w;
    const auto server = w.mint(w.owner, w.account.id);
    instance first{w, w.redis.url()};
    CHECK(first.use(server.token) == accepted_by_store);
    REQUIRE(first.run(first.registry->accounts().set_writes(w.owner, w.account.id, writes::off))
                .has_value());
    {
        instance second{w, w.redis.url()};
        CHECK(second.use(server.token) == accepted_by_store);
        CHECK(second.run(second.registry->grants().find(server.token.reveal())).value()->frozen);
    }
    REQUIRE(first.run(first.registry->teams().set_writes(w.owner, w.owner.team_id, writes::off))
                .has_value());
    instance third{w, w.redis.url()};
    CHECK(third.use(server.token) == accepted_by_store);
    CHECK(third.counts.of(entry_lookup::outdated) == 1);
}

TEST_CASE("redis entries: a suspension outdates them, and so does its end", "[redis]") {
    world w;
    const auto server = w.mint(w.owner, w.account.id);
    instance first{w, w.redis.url()};
    CHECK(first.use(server.token) == accepted_by_store);
    for (const suspension_target& target :
         {suspension_target{w.owner.team_id, w.account.id, server.server.id},
          suspension_target{w.owner.team_id, w.account.id}, suspension_target{w.owner.team_id}}) {
        REQUIRE(
            first.run(first.registry->suspension().suspend(w.owner, target, "test")).has_value());
        {
            instance second{w, w.redis.url()};
            CHECK_FALSE(second.use(server.token).first);
        }
        REQUIRE(first.run(first.registry->suspension().resume(w.owner, target)).has_value());
        instance third{w, w.redis.url()};
        CHECK(third.use(server.token).first);
    }
}

TEST_CASE("redis entries: a flushed, restarted or absent Redis only means asking the store",
          "[redis]") {
    world w;
    const auto server = w.mint(w.owner, w.account.id);
    instance first{w, w.redis.url()};
    CHECK(first.use(server.token) == accepted_by_store);
    CHECK(first.ask({"FLUSHALL"}) == "OK");
    instance second{w, w.redis.url()};
    CHECK(second.use(server.token) == accepted_by_store);
    w.redis.kill();
    REQUIRE(second.until([&] { return !second.link->up(); }));
    const auto other = w.mint(w.owner, w.account.id);
    CHECK(second.use(other.token) == accepted_by_store);
    CHECK(second.counts.of(entry_lookup::away) == 1);
}

// Who can write to Redis can grant nothing: not by changing an entry, nor by moving one.
TEST_CASE("redis entries: one that was touched is not used", "[redis]") {
    world w;
    const auto server = w.mint(w.owner, w.account.id);
    const auto other = w.mint(w.owner, w.account.id);
    instance first{w, w.redis.url()};
    CHECK(first.use(server.token) == accepted_by_store);
    const std::string key = first.ask({"KEYS", "*tok:*"});
    const std::string kept = first.ask({"GET", key});
    for (std::size_t at = 0; at < kept.size(); at += 7) {
        std::string changed = kept;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        first.ask({"SET", key, changed});
        instance second{w, w.redis.url()};
        REQUIRE(second.use(server.token) == accepted_by_store);
        REQUIRE(second.counts.of(entry_lookup::outdated) == 1);
        first.ask({"DEL", key});
    }
    CHECK(first.use(other.token) == accepted_by_store);
    const std::string another = first.ask({"KEYS", "*tok:*"});
    first.ask({"SET", another, kept});
    instance second{w, w.redis.url()};
    CHECK(second.use(other.token) == accepted_by_store);
}

TEST_CASE("redis entries: they end with their token, ten minutes at most", "[redis]") {
    world w;
    const auto now = w.clock.now();
    const auto server = w.mint(w.owner, w.account.id, {}, base::format_timestamp(now + 2min));
    const auto endless = w.mint(w.owner, w.account.id);
    instance first{w, w.redis.url()};
    first.use(server.token);
    const std::string key = first.ask({"KEYS", "*tok:*"});
    const auto left = std::stoll(first.ask({"PTTL", key}));
    CHECK(left > 100'000);
    CHECK(left <= 120'000);
    first.ask({"FLUSHALL"});
    first.use(endless.token);
    CHECK(std::stoll(first.ask({"PTTL", first.ask({"KEYS", "*tok:*"})})) <= 600'000);
}

// Two that read at the same time: the one that knew more wins, whoever writes last.
TEST_CASE("redis entries: an older record does not replace a newer one", "[redis]") {
    world w;
    const auto server = w.mint(w.owner, w.account.id);
    instance first{w, w.redis.url()};
    const auto early = first.registry->changes().here();
    REQUIRE(early.has_value());
    auto row = first
                   .run(w.store->find_grant(
                       {token_hasher{key_ring::parse(test::pepper_text, "").value()}.hash(
                           server.token.reveal())}))
                   .value()
                   .value();
    server_patch patch;
    patch.name = "Other";
    REQUIRE(first
                .run(first.registry->servers().patch(w.owner.team_id, w.account.id,
                                                     server.server.id, patch))
                .has_value());
    CHECK(first.use(server.token) == accepted_by_store);
    boost::asio::co_spawn(first.io, first.entries->keep(row, *early), test::rethrow);
    for (int i = 0; i < 5; ++i) first.ask({"PING"});
    instance second{w, w.redis.url()};
    CHECK(second.use(server.token) == accepted_by_entry);
    CHECK(second.run(second.registry->grants().find(server.token.reveal())).value()->server_name ==
          "Other");
}

}  // namespace entries_test
