#include "tenancy/registry.hpp"

#include <catch2/catch.hpp>

#include "base/ids.hpp"
#include "tenancy/secrets/token.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace registry_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using test::run_sync;
using test::tenancy_fixture;

TEST_CASE("tenancy start: the first start makes the owner, later ones do not",
          "[tenancy][registry]") {
    tenancy_fixture t;
    REQUIRE(t.booted.has_value());
    REQUIRE(t.booted->first_team);
    CHECK(base::is_id(t.booted->first_team->made.id, "team"));
    CHECK(base::is_id(t.owner.id, "key"));
    CHECK(t.owner.instance_owner);
    CHECK(t.owner.rank == role::admin);
    const auto secret = t.owner_secret;
    t.reopen();
    REQUIRE(t.booted.has_value());
    CHECK_FALSE(t.booted->first_team);
    const auto again = run_sync(t.registry->api_keys().authenticate(secret.reveal()));
    REQUIRE(again.has_value());
    CHECK((*again)->id == t.owner.id);
}

TEST_CASE("tenancy start: another master key or pepper is refused", "[tenancy][registry]") {
    tenancy_fixture t;
    auto options = test::test_options();
    std::swap(options.master_key.text, options.peppers.text);
    options.peppers.text = test::pepper_text;
    t.reopen(options);
    REQUIRE(t.booted.has_error());
    CHECK(t.booted.error().code == "wrong_master_key");
    options = test::test_options();
    options.peppers.text = test::master_key_text;
    t.reopen(options);
    REQUIRE(t.booted.has_error());
    CHECK(t.booted.error().code == "wrong_peppers");
    t.reopen();
    CHECK(t.booted.has_value());
}

TEST_CASE("tenancy start: rotated keys work and the old ones are still asked",
          "[tenancy][registry]") {
    tenancy_fixture t;
    const auto account = t.connect(t.owner);
    const auto server = t.mint(t.owner, account.id);
    auto options = test::test_options();
    options.master_key.text += "\n" + test::pepper_text;
    options.peppers.text += "\n" + test::master_key_text;
    const auto secret = t.owner_secret;
    t.reopen(options);
    REQUIRE(t.booted.has_value());
    CHECK(t.find(server.token).has_value());
    CHECK(run_sync(t.registry->api_keys().authenticate(secret.reveal())).has_value());
    // and a token of the new pepper needs it from now on
    t.mint(t.owner, account.id);
    t.reopen();
    CHECK(t.booted.error().code == "wrong_peppers");
}

TEST_CASE("tenancy start: without configured keys both files are made and named",
          "[tenancy][registry]") {
    const test::temp_dir dir;
    base::null_logger log;
    base::system_clock clock;
    test::small_directory tools;
    storage::sqlite_options sqlite;
    sqlite.file = dir.file("t.db");
    const auto store = storage::open_sqlite(sqlite, log).value();
    tenancy_options options;
    options.master_key.file = dir.file("master.key");
    options.peppers.file = dir.file("peppers.key");
    const auto made = make_registry(*store, clock, log, tools, nullptr, options);
    REQUIRE(made.has_value());
    CHECK((*made)->created_files() == std::vector{options.master_key.file, options.peppers.file});
    CHECK(run_sync((*made)->bootstrap()).has_value());
    const auto again = make_registry(*store, clock, log, tools, nullptr, options);
    CHECK((*again)->created_files().empty());
}

}  // namespace registry_test
