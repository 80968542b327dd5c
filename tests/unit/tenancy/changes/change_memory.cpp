#include "tenancy/changes/change_memory.hpp"

#include <catch2/catch.hpp>

namespace change_memory_test {

using namespace tollgate::tenancy;

// A copy is right while nothing it stands for has changed since it was made.
TEST_CASE("tenancy change_memory: a copy is outdated by a later change of its subjects only",
          "[tenancy]") {
    change_memory memory{100};
    CHECK_FALSE(memory.current({"", 0}, {"mcp_a"}));
    memory.begin("log_1", 10);
    CHECK(memory.current({"log_1", 10}, {"mcp_a", "ia_a"}));
    memory.note(11, {"mcp_b"});
    memory.note(12, {"ia_a", "mcp_c"});
    CHECK(memory.here().seq == 12);
    CHECK(memory.current({"log_1", 10}, {"mcp_a"}));
    CHECK_FALSE(memory.current({"log_1", 11}, {"mcp_a", "ia_a"}));
    CHECK(memory.current({"log_1", 12}, {"mcp_a", "ia_a"}));
    CHECK_FALSE(memory.current({"log_1", 10}, {"mcp_b"}));
    CHECK(memory.current({"log_1", 11}, {"mcp_b"}));
}

// A token's end is its server's change.
TEST_CASE("tenancy change_memory: a subject ends at its colon", "[tenancy]") {
    change_memory memory{100};
    memory.begin("log_1", 0);
    memory.note(1, {"mcp_a:00ff"});
    CHECK_FALSE(memory.current({"log_1", 0}, {"mcp_a"}));
}

// Below the floor nothing is known, above the end nothing can be, and another log is another world.
TEST_CASE("tenancy change_memory: what is not of this log is not believed", "[tenancy]") {
    change_memory memory{100};
    memory.begin("log_1", 10);
    memory.note(11, {"mcp_b"});
    CHECK_FALSE(memory.current({"log_1", 9}, {"mcp_a"}));
    CHECK_FALSE(memory.current({"log_1", 12}, {"mcp_a"}));
    CHECK_FALSE(memory.current({"log_2", 11}, {"mcp_a"}));
    memory.note(12, {});  // everybody
    CHECK_FALSE(memory.current({"log_1", 11}, {"mcp_a"}));
    CHECK(memory.current({"log_1", 12}, {"mcp_a"}));
}

TEST_CASE("tenancy change_memory: one that is full forgets, and believes nothing older",
          "[tenancy]") {
    change_memory memory{2};
    memory.begin("log_1", 0);
    memory.note(1, {"mcp_a", "mcp_b"});
    memory.note(2, {"mcp_c"});
    CHECK_FALSE(memory.current({"log_1", 1}, {"mcp_d"}));
    CHECK(memory.current({"log_1", 2}, {"mcp_a"}));
}

}  // namespace change_memory_test
