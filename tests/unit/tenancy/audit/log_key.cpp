// The key of the audit logs: one for all teams, which each signer shares.
#include "tenancy/audit/log_key.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "storage/changes/settings.hpp"
#include "tenancy/secrets/places.hpp"
#include "tenancy/secrets/sealed_codec.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace audit_log_key_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using test::run_sync;

namespace {

environment key_environment(test::tenancy_fixture& world) {
    return {*world.store,
            world.clock,
            world.log,
            vault{key_ring::parse(test::master_key_text, "").value()},
            token_hasher{key_ring::parse(test::pepper_text, "").value()},
            world.tools,
            {}};
}

}  // namespace

TEST_CASE("audit log key: signers of several teams share the key and differ in their names",
          "[tenancy][audit_log]") {
    test::tenancy_fixture world;
    const auto env = key_environment(world);
    audit_log_key key{env};
    REQUIRE(run_sync(key.open()).has_value());
    const auto first = key.signer("team_1").value();
    const auto second = key.signer("team_2").value();
    CHECK(first.verifier().key == second.verifier().key);
    CHECK(first.verifier().name == key.origin("team_1"));
    CHECK(second.verifier().name == key.origin("team_2"));
    CHECK(key.signer("team 1").error().code == "malformed_key");
    audit_log_key again{env};
    REQUIRE(run_sync(again.open()).has_value());
    CHECK(again.verifier_text("team_1").value() == key.verifier_text("team_1").value());
}

TEST_CASE("audit log key: several threads sign with it, and a signer may outlive it",
          "[tenancy][audit_log]") {
    test::tenancy_fixture world;
    const auto env = key_environment(world);
    std::vector<audit_log::note_signer> signers;
    {
        audit_log_key key{env};
        REQUIRE(run_sync(key.open()).has_value());
        for (int i = 0; i < 4; ++i)
            signers.push_back(key.signer("team_" + std::to_string(i)).value());
    }
    std::atomic<int> verified = 0;
    std::vector<std::thread> threads;
    for (const auto& signer : signers)
        threads.emplace_back([&signer, &verified] {
            for (int i = 0; i < 50; ++i) {
                const auto note = signer.sign("note " + std::to_string(i) + "\n");
                if (note && audit_log::open_note(*note, signer.verifier())) ++verified;
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(verified == 200);
}

TEST_CASE("audit log key: what is stored and is not a key is told at the start",
          "[tenancy][audit_log]") {
    test::tenancy_fixture world;
    const auto env = key_environment(world);
    audit_log_key key{env};
    REQUIRE(run_sync(key.open()).has_value());
    const auto sealed = env.secrets.seal("too short", audit_key_place(key.installation()));
    std::vector<storage::change> changes{
        storage::put_setting{std::string{audit_key_setting}, encode_sealed(sealed)}};
    REQUIRE(run_sync(world.store->commit(std::move(changes))).has_value());
    audit_log_key damaged{env};
    const auto opened = run_sync(damaged.open());
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().code == "audit_key_damaged");
}

}  // namespace audit_log_key_test
