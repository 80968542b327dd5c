#include "storage/redis/link.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include "tests/support/drained_loop.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run_sync.hpp"

namespace link_test {

using namespace std::chrono_literals;
using namespace tollgate;
using storage::redis_answer;
using storage::redis_link;
using test::redis_server;
using type = storage::redis_reply::type;

namespace {

const storage::redis_script twice{"twice", "return {KEYS[1], ARGV[1] * 2}"};
const std::array<const storage::redis_script*, 1> scripts{&twice};

// A loop with a link that runs from construction to destruction.
struct running {
    explicit running(const std::string& url, std::chrono::milliseconds timeout = 300ms,
                     bool run = true)
        : ended(!run), options(*storage::parse_redis_url(url)) {
        options.command_timeout = timeout;
        options.connect_timeout = 1s;
        link.emplace(io.get_executor(), deadlines, log, options, scripts, nullptr);
        if (run)
            boost::asio::co_spawn(io, link->run(), [this](std::exception_ptr error) {
                ended = true;
                test::rethrow(error);
            });
    }
    ~running() {
        link->stop();
        until([&] { return ended; });
    }

    // Runs the loop until `done`, for ten seconds at most.
    template <typename Done>
    bool until(const Done& done) {
        const auto end = std::chrono::steady_clock::now() + 10s;
        io.restart();
        while (!done() && std::chrono::steady_clock::now() < end) io.run_one_for(20ms);
        return done();
    }
    bool comes_up() {
        return until([&] { return link->up(); });
    }
    bool goes_down() {
        return until([&] { return !link->up(); });
    }
    redis_answer await(base::awaitable<redis_answer> task) {
        std::optional<redis_answer> out;
        boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error, redis_answer got) {
            test::rethrow(error);
            out = std::move(got);
        });
        until([&] { return out.has_value(); });
        REQUIRE(out.has_value());
        return std::move(*out);
    }
    redis_answer ask(std::initializer_list<std::string_view> words) {
        std::string command;
        storage::append_command(command, words);
        return await(link->ask(std::move(command)));
    }

    test::drained_loop io;
    bool ended;
    base::null_logger log;
    storage::redis_options options;
    base::deadline_set deadlines{io.get_executor(), 20ms};
    std::optional<redis_link> link;
};

}  // namespace

TEST_CASE("redis link: commands in flight are answered in their order", "[redis]") {
    redis_server server;
    running here{server.url()};
    REQUIRE(here.comes_up());
    const auto set = here.ask({"SET", "k", std::string(100'000, 'x')});
    REQUIRE(set.has_value());
    CHECK(set->text == "OK");
    std::vector<std::int64_t> got;
    for (int i = 0; i < 500; ++i) {
        std::string command;
        storage::append_command(command, {"INCR", "n"});
        boost::asio::co_spawn(here.io, here.link->ask(std::move(command)),
                              [&](std::exception_ptr, const redis_answer& reply) {
                                  REQUIRE(reply.has_value());
                                  got.push_back(reply->number);
                              });
    }
    REQUIRE(here.until([&] { return got.size() == 500; }));
    for (std::size_t i = 0; i < got.size(); ++i)
        if (got[i] != static_cast<std::int64_t>(i) + 1) FAIL("out of order at " << i);
    const auto whole = here.ask({"GET", "k"});
    REQUIRE(whole.has_value());
    CHECK(whole->text.size() == 100'000);
    const auto wrong = here.ask({"INCR", "k"});
    REQUIRE(wrong.has_value());
    CHECK(wrong->is_error());
}

TEST_CASE("redis link: a script is sent by its hash, and whole when Redis forgot it", "[redis]") {
    redis_server server;
    running here{server.url()};
    REQUIRE(here.comes_up());
    for (int round = 0; round < 2; ++round) {
        const auto reply = here.await(here.link->run_script(twice, {here.link->key("k")}, {"21"}));
        REQUIRE(reply.has_value());
        REQUIRE(reply->members.size() == 2);
        CHECK(reply->members[0].text == "{tollgate}:k");
        CHECK(reply->members[1].number == 42);
        REQUIRE(here.ask({"SCRIPT", "FLUSH"}).has_value());
    }
}

TEST_CASE("redis link: a killed Redis fails what waits and is found again", "[redis]") {
    redis_server server;
    running here{server.url()};
    REQUIRE(here.comes_up());
    server.kill();
    REQUIRE(here.goes_down());
    const auto away = here.ask({"PING"});
    REQUIRE(away.has_error());
    CHECK(away.error().code == "redis_away");
    server.start();
    REQUIRE(here.comes_up());
    CHECK(here.ask({"PING"}).has_value());
}

TEST_CASE("redis link: a paused Redis is given up on after the command's time", "[redis]") {
    redis_server server;
    running here{server.url(), 200ms};
    REQUIRE(here.comes_up());
    server.pause();
    const auto began = std::chrono::steady_clock::now();
    const auto lost = here.ask({"PING"});
    const auto took = std::chrono::steady_clock::now() - began;
    REQUIRE(lost.has_error());
    CHECK(lost.error().code == "redis_lost");
    CHECK(took >= 200ms);
    CHECK(took < 2s);
    CHECK_FALSE(here.link->up());
    server.resume();
    REQUIRE(here.comes_up());
    CHECK(here.ask({"PING"}).has_value());
}

TEST_CASE("redis link: a bound on what waits", "[redis]") {
    redis_server server;
    running here{server.url()};
    REQUIRE(here.comes_up());
    here.options.commands_waiting_max = 3;
    int busy = 0;
    int answered = 0;
    for (int i = 0; i < 10; ++i) {
        std::string command;
        storage::append_command(command, {"PING"});
        boost::asio::co_spawn(
            here.io, here.link->ask(std::move(command)),
            [&](std::exception_ptr, const redis_answer& reply) { ++(reply ? answered : busy); });
    }
    REQUIRE(here.until([&] { return busy + answered == 10; }));
    CHECK(answered == 3);
    CHECK(busy == 7);
}

TEST_CASE("redis link: passwords, databases and what cannot be used", "[redis]") {
    redis_server server{{"--requirepass", "s3cret", "--databases", "4"}};
    const auto probe = [](const std::string& url) {
        running here{url, 300ms, false};
        std::optional<base::result<>> out;
        boost::asio::co_spawn(here.io, here.link->probe(),
                              [&](std::exception_ptr, base::result<> got) { out = got; });
        here.until([&] { return out.has_value(); });
        REQUIRE(out.has_value());
        return *out;
    };
    const std::string at = "127.0.0.1:" + server.port();
    CHECK(probe("redis://:s3cret@" + at + "/3").has_value());
    CHECK(probe("redis://default:s3cret@" + at).has_value());
    for (const auto& url :
         {"redis://" + at, "redis://:wrong@" + at, "redis://:s3cret@" + at + "/9"}) {
        const auto refused = probe(url);
        INFO(url);
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == "redis_refused");
        CHECK(refused.error().message.find("s3cret") == std::string::npos);
    }
    redis_server cluster{
        {"--cluster-enabled", "yes", "--cluster-port", std::to_string(test::free_port())}};
    const auto clustered = probe(cluster.url());
    REQUIRE(clustered.has_error());
    CHECK(clustered.error().message.find("Redis Cluster") != std::string::npos);
    cluster.kill();
    const auto away = probe(cluster.url());
    REQUIRE(away.has_error());
    CHECK(away.error().code == "redis_away");
}

}  // namespace link_test
