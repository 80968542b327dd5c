#include "base/ids.hpp"

#include <catch2/catch.hpp>

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

}  // namespace ids_test
