#include "stripe/content/notes.hpp"

#include <catch2/catch.hpp>

namespace notes_test {

using namespace tollgate::stripe;
namespace base = tollgate::base;
namespace tenancy = tollgate::tenancy;

namespace {

tenancy::grant grant_of(const std::string& server = "mcp_1", const std::string& team = "team_1") {
    auto account = std::make_shared<tenancy::account_access>();
    tenancy::grant out;
    out.server_id = server;
    out.team_id = team;
    out.account = account;
    return out;
}

}  // namespace

TEST_CASE("content notes: short, filled, and by account", "[stripe][content]") {
    auto grant = grant_of();
    REQUIRE_FALSE(notes().empty());
    for (const auto& one : notes()) {
        INFO(one.uri);
        CHECK(one.text.size() < 4000);
        CHECK(one.text.find("{{") == std::string::npos);
        CHECK(find_note(grant, one.uri) == &one);
    }
    auto live = std::make_shared<tenancy::account_access>();
    live->mode = tenancy::account_mode::live;
    grant.account = live;
    CHECK(find_note(grant, "stripe-notes://testing") == nullptr);
    CHECK(find_note(grant, "stripe-notes://money") != nullptr);
}

}  // namespace notes_test
