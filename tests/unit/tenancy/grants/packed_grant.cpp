#include "tenancy/grants/packed_grant.hpp"

#include <catch2/catch.hpp>

namespace packed_grant_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using storage::account_mode;

namespace {

storage::grant_row granted(account_mode mode) {
    storage::grant_row row;
    row.server.id = "mcp_1";
    row.account.id = "ia_1";
    row.account.mode = mode;
    row.account_rules = "[]";
    return row;
}

// Where the two records differ: the byte of the mode.
std::size_t place_of_mode() {
    const auto test = pack_grant(granted(account_mode::test));
    const auto live = pack_grant(granted(account_mode::live));
    REQUIRE(test.size() == live.size());
    std::size_t place = 0;
    while (place < test.size() && test[place] == live[place]) ++place;
    return place;
}

}  // namespace

TEST_CASE("packed_grant: a live account stays live, and a test account test") {
    for (const auto mode : {account_mode::live, account_mode::test}) {
        const auto row = unpack_grant(pack_grant(granted(mode)));
        REQUIRE(row.has_value());
        CHECK(row->account.mode == mode);
        CHECK(row->account.id == "ia_1");
        CHECK(row->account_rules == "[]");
    }
}

TEST_CASE("packed_grant: a mode that is neither, another version or other bytes are no record") {
    const auto good = pack_grant(granted(account_mode::live));
    REQUIRE(good.at(place_of_mode()) == 1);
    auto bad = good;
    bad[place_of_mode()] = 2;
    CHECK_FALSE(unpack_grant(bad).has_value());
    bad = good;
    --bad[0];
    CHECK_FALSE(unpack_grant(bad).has_value());
    CHECK_FALSE(unpack_grant(good + '\0').has_value());
    CHECK_FALSE(unpack_grant(good.substr(0, good.size() - 1)).has_value());
}

}  // namespace packed_grant_test
