#include "stripe/tools/recent_writes.hpp"

#include <catch2/catch.hpp>

namespace recent_writes_test {

using namespace tollgate;
using namespace std::chrono_literals;

TEST_CASE("recent_writes: a write is remembered for a minute, by account and object", "[stripe]") {
    stripe::recent_writes writes;
    const auto start = base::from_unix_ms(1'800'000'000'000);
    writes.note("ia_1|", "customer", start);
    CHECK(writes.seconds_since("ia_1|", "customer", start) == 0);
    CHECK(writes.seconds_since("ia_1|", "customer", start + 59s) == 59);
    CHECK_FALSE(writes.seconds_since("ia_1|", "customer", start + 60s).has_value());
    CHECK_FALSE(writes.seconds_since("ia_1|", "charge", start).has_value());
    CHECK_FALSE(writes.seconds_since("ia_2|", "customer", start).has_value());
    writes.note("ia_1|", "customer", start + 50s);
    CHECK(writes.seconds_since("ia_1|", "customer", start + 60s) == 10);
}

TEST_CASE("recent_writes: the memory is bounded", "[stripe]") {
    stripe::recent_writes writes;
    const auto start = base::from_unix_ms(1'800'000'000'000);
    for (std::size_t i = 0; i <= stripe::recent_writes::kinds_max; ++i)
        writes.note("ia_" + std::to_string(i), "customer", start);
    CHECK_FALSE(writes.seconds_since("ia_0", "customer", start).has_value());
    const auto last = "ia_" + std::to_string(stripe::recent_writes::kinds_max);
    CHECK(writes.seconds_since(last, "customer", start) == 0);
}

}  // namespace recent_writes_test
