#include "base/clock.hpp"

#include <catch2/catch.hpp>

namespace clock_test {

using namespace tollgate::base;

TEST_CASE("clock: RFC 3339 with an offset is read and answered in UTC with milliseconds",
          "[base][clock]") {
    REQUIRE(format_timestamp(*parse_timestamp("2026-12-31T23:59:59Z")) ==
            "2026-12-31T23:59:59.000Z");
    REQUIRE(format_timestamp(*parse_timestamp("2026-12-31T23:59:59.1239+02:00")) ==
            "2026-12-31T21:59:59.123Z");
    REQUIRE(format_timestamp(*parse_timestamp("2024-02-29T00:00:00-05:30")) ==
            "2024-02-29T05:30:00.000Z");
}

TEST_CASE("clock: times without an offset and dates that do not exist are refused",
          "[base][clock]") {
    for (const auto* text :
         {"2026-12-31T23:59:59", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-12-31",
          "tomorrow", "", "2026-12-31T24:00:00Z", "2026-12-31T23:59:59.Z",
          "2026-12-31T23:59:59+0200", "2026-12-31T23:59:59Zjunk", "20261231T235959Z     "})
        CHECK_FALSE(parse_timestamp(text).has_value());
}

}  // namespace clock_test
