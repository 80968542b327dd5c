#include "base/ids.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <set>

namespace ids_test {

using namespace tollgate::base;

TEST_CASE("ids: carry their kind and nothing else passes for one", "[base][ids]") {
    const std::string id = make_id("mcp");
    REQUIRE(is_id(id, "mcp"));
    REQUIRE_FALSE(is_id(id, "key"));
    REQUIRE_FALSE(is_id(id + "x", "mcp"));
    REQUIRE_FALSE(is_id("mcp_../../../../etc/passwd000", "mcp"));
    REQUIRE(make_id("mcp") != make_id("mcp"));
}

TEST_CASE("ids: by time are sorted by it, and differ within a millisecond", "[base][ids]") {
    const auto at = from_unix_ms(1'795'000'000'000);
    std::set<std::string> at_once;
    for (int i = 0; i < 1'000; ++i) at_once.insert(make_id_by_time("rcp", at));
    REQUIRE(at_once.size() == 1'000);
    REQUIRE(is_id(*at_once.begin(), "rcp"));
    const std::string later = make_id_by_time("rcp", at + std::chrono::milliseconds{1});
    REQUIRE(*at_once.rbegin() < later);
    const std::string much_later = make_id_by_time("rcp", at + std::chrono::years{50});
    REQUIRE(later < much_later);
    REQUIRE(is_id(much_later, "rcp"));
}

}  // namespace ids_test
