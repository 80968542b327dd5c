// What is served of a log: tiles that the checkpoint covers, entries, and proofs of receipts.
#include "tenancy/audit/log_reader.hpp"

#include <catch2/catch.hpp>

#include "tenancy/audit_log/tlog_proof.hpp"
#include "tests/unit/tenancy/audit_world.hpp"

namespace audit_log_reader_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using namespace tollgate::tenancy::audit_log;
using test::audit_world;
using test::run_sync;

namespace {

struct served_world : audit_world {
    // The code of the failure, or "".
    std::string refusal(const std::string& path) {
        const auto found = run_sync(reader().tile(team(), path));
        return found ? "" : found.error().code;
    }
    std::string tile(const std::string& path) {
        return run_sync(reader().tile(team(), path)).value();
    }
    base::result<std::string> prove(const std::string& receipt) {
        return run_sync(reader().proof_of_receipt(team(), receipt));
    }
    // The proof verifies with what is served, and is of that entry.
    tlog_proof verified(const std::string& text, const std::string& entry) {
        const auto proof = parse_proof(text).value();
        const auto known = parse_verifier_key(reader().verifier_key(team()).value()).value();
        REQUIRE(verify_proof(entry, proof, known, known.name).has_value());
        CHECK(verify_proof(entry + " ", proof, known, known.name).has_error());
        return proof;
    }
};

}  // namespace

TEST_CASE("audit log reader: only what the newest checkpoint covers is served", "[tenancy]") {
    served_world world;
    CHECK(world.refusal("tile/0/000.p/1") == "no_such_tile");
    CHECK(run_sync(world.reader().checkpoint(world.team())).error().code == "no_checkpoint");
    world.record(260);
    world.work();
    world.record(10);
    world.work();  // in the log, but not signed
    CHECK(world.head().size == 270);
    CHECK(world.checkpoint().size == 260);
    CHECK(world.tile("tile/0/001.p/4").size() == 4 * 32);
    CHECK(world.tile("tile/0/001.p/3") == world.tile("tile/0/001.p/4").substr(0, 3 * 32));
    CHECK(world.tile("tile/0/000").size() == 256 * 32);
    CHECK(world.tile("tile/1/000.p/1").size() == 32);
    for (const char* path : {"tile/0/001.p/5", "tile/0/001", "tile/0/002.p/1", "tile/1/000",
                             "tile/2/000.p/1", "tile/entries/001.p/5", "tile/entries/001"})
        CHECK(world.refusal(path) == "no_such_tile");
    for (const char* path : {"", "tile", "tile/", "tile/0/0", "tile/0/000.p/0", "tile/00/000",
                             "checkpoint", "tile/entries/000/", "tile/0/../0/000", "/tile/0/000"})
        CHECK(world.refusal(path) == "no_such_tile");
}

TEST_CASE("audit log reader: bundles have the entries in the order of the log", "[tenancy]") {
    served_world world;
    world.record(260);
    world.work();
    const auto stored = world.entries();
    const auto full = decode_bundle(world.tile("tile/entries/000"), 256).value();
    const auto rest = decode_bundle(world.tile("tile/entries/001.p/4"), 4).value();
    for (std::size_t i = 0; i < 256; ++i) CHECK(full[i] == stored[i].entry);
    for (std::size_t i = 0; i < 4; ++i) CHECK(rest[i] == stored[256 + i].entry);
    CHECK(decode_bundle(world.tile("tile/entries/001.p/2"), 2).value()[1] == stored[257].entry);
    world.sql("DELETE FROM audit_records WHERE position = 7");
    CHECK(world.refusal("tile/entries/000") == "audit_log_damaged");
    world.sql("DELETE FROM audit_tiles WHERE level = 1");
    CHECK(world.refusal("tile/1/000.p/1") == "audit_log_damaged");
}

TEST_CASE("audit log reader: a receipt's newest record in the log is proved", "[tenancy]") {
    served_world world;
    CHECK(world.prove("rcp_1").error().kind == base::errc::not_found);
    world.record(1, "rcp_1");
    CHECK(world.prove("rcp_1").error().code == "not_integrated_yet");
    world.record(300);
    world.work();
    auto proof = world.verified(world.prove("rcp_1").value(), world.entries().at(0).entry);
    CHECK(proof.index == 0);
    CHECK(proof.extra.empty());
    world.record(1, "rcp_1");
    world.record(1);
    CHECK(world.verified(world.prove("rcp_1").value(), world.entries().at(0).entry).index == 0);
    world.work();  // within ten seconds of the last checkpoint
    CHECK(world.checkpoint().size == 301);
    proof = world.verified(world.prove("rcp_1").value(), world.entries().at(301).entry);
    CHECK(proof.index == 301);
    CHECK(world.checkpoint().size == 303);  // one was made to cover it
    CHECK(run_sync(world.reader().proof_of_receipt("team_other", "rcp_1")).error().kind ==
          base::errc::not_found);
}

TEST_CASE("audit log reader: every entry of logs of many sizes is proved", "[tenancy]") {
    served_world world;
    for (int size = 1; size <= 20; ++size) {
        world.record(1, "rcp_" + std::to_string(size));
        world.work();
        (void)run_sync(world.integrator().checkpoint_now(world.team())).value();
        for (int i = 1; i <= size; ++i)
            world.verified(world.prove("rcp_" + std::to_string(i)).value(),
                           world.entries().at(static_cast<std::size_t>(i) - 1).entry);
    }
}

TEST_CASE("audit log reader: nothing is proved that would not verify", "[tenancy]") {
    served_world world;
    world.record(1, "rcp_1");
    world.record(5);
    world.work();
    world.sql("UPDATE audit_records SET entry = 'other' WHERE position = 0");
    CHECK(world.prove("rcp_1").error().code == "audit_log_damaged");
    world.record(1, "rcp_2");
    world.work();
    CHECK(world.integrator().broken());
    CHECK(world.prove("rcp_2").error().code == "not_integrated_yet");
    world.sql("UPDATE audit_logs SET checkpoint = 'x'");
    CHECK(world.prove("rcp_1").error().code == "audit_log_damaged");
}

}  // namespace audit_log_reader_test
