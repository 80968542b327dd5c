#include "storage/redis/options.hpp"

#include <catch2/catch.hpp>

namespace options_test {

using namespace tollgate;
using storage::parse_redis_url;

TEST_CASE("redis options: every part of an address is read", "[redis]") {
    const auto plain = parse_redis_url("redis://cache.internal");
    REQUIRE(plain.has_value());
    CHECK(plain->addresses.at(0).host == "cache.internal");
    CHECK(plain->addresses.at(0).port == "6379");
    CHECK_FALSE(plain->tls);
    CHECK(plain->database == 0);

    const auto full = parse_redis_url("rediss://ada:p%40ss%3A1@[::1]:7000/3");
    REQUIRE(full.has_value());
    CHECK(full->tls);
    CHECK(full->username == "ada");
    CHECK(full->password.reveal() == "p@ss:1");
    CHECK(full->addresses.at(0).host == "::1");
    CHECK(full->addresses.at(0).port == "7000");
    CHECK(full->database == 3);

    const auto sentinels = parse_redis_url("redis+sentinel://:pw@a,b:26380/main/2");
    REQUIRE(sentinels.has_value());
    CHECK(sentinels->sentinel_master == "main");
    REQUIRE(sentinels->addresses.size() == 2);
    CHECK(sentinels->addresses[0].port == "26379");
    CHECK(sentinels->addresses[1].port == "26380");
    CHECK(sentinels->username.empty());
    CHECK(sentinels->database == 2);
}

TEST_CASE("redis options: a wrong address is refused in a sentence without its password",
          "[redis]") {
    for (const std::string url : {"",
                                  "cache:6379",
                                  "http://cache",
                                  "redis://",
                                  "redis://:6379",
                                  "redis://a:0",
                                  "redis://a:99999",
                                  "redis://a:x",
                                  "redis://a:",
                                  "redis://a/x",
                                  "redis://a/-1",
                                  "redis://a,b",
                                  "redis://secretword@a",
                                  "redis://:@a",
                                  "redis://u:%zz@a",
                                  "redis://[::1",
                                  "redis://[::1]x",
                                  "redis://a?db=1",
                                  "redis+sentinel://a",
                                  "redis+sentinel://a/"}) {
        const auto read = parse_redis_url(url);
        INFO(url);
        REQUIRE(read.has_error());
        CHECK(read.error().code == "bad_redis_url");
        CHECK(read.error().message.find("secretword") == std::string::npos);
    }
}

}  // namespace options_test
