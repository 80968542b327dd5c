#include "server/process/heap_trimmer.hpp"

#include <catch2/catch.hpp>

namespace heap_trimmer_test {

using namespace tollgate::server;

namespace {
constexpr std::int64_t mib = 1024 * 1024;
}

TEST_CASE("heap_trimmer: what a rush left is given back once, when the process rests",
          "[server][memory]") {
    heap_trimmer_rule rule;
    CHECK_FALSE(rule.look({28 * mib, 10 * mib}));
    CHECK_FALSE(rule.look({28 * mib, 10 * mib}));
    // In use: nothing to give back.
    CHECK_FALSE(rule.look({128 * mib, 110 * mib}));
    CHECK_FALSE(rule.look({128 * mib, 110 * mib}));
    // Freed, and held by the allocator.
    CHECK(rule.look({128 * mib, 10 * mib}));
    rule.after({30 * mib, 10 * mib});
    CHECK_FALSE(rule.look({30 * mib, 10 * mib}));
    CHECK_FALSE(rule.look({30 * mib, 10 * mib}));
    // Between what is in use, some stays: it is not tried again for that.
    CHECK_FALSE(rule.look({90 * mib, 20 * mib}));
    CHECK(rule.look({90 * mib, 20 * mib}));
    rule.after({85 * mib, 20 * mib});
    CHECK_FALSE(rule.look({85 * mib, 20 * mib}));
    CHECK_FALSE(rule.look({85 * mib, 20 * mib}));
}

}  // namespace heap_trimmer_test
