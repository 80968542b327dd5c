// How settings are read as text, and shown again.
#include "server/config/setting_values.hpp"

#include <catch2/catch.hpp>

namespace setting_values_test {

using namespace tollgate::server;

TEST_CASE("setting_values: an interval has a unit, and is shown in its largest one", "[config]") {
    interval value;
    for (const auto& [text, shown] : {std::pair<std::string, std::string>{"1d", "1d"},
                                      {"24h", "1d"},
                                      {"90m", "90m"},
                                      {"120m", "2h"},
                                      {"10s", "10s"},
                                      {"31d", "31d"},
                                      {"0", "0"}}) {
        CAPTURE(text);
        REQUIRE(read(value, text).has_value());
        CHECK(show(value) == shown);
    }
    for (const std::string text : {"", "1", "d", "0d", "1w", "-1d", "1.5h", "1d2h", "32d", "1 d",
                                   "99999999999999999999s", "9223372036854775807d"}) {
        CAPTURE(text);
        CHECK(read(value, text).error().code == "not_an_interval");
    }
}

}  // namespace setting_values_test
