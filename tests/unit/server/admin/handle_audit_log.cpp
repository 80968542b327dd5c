// The audit log over HTTP: who may read which log, and the paths of its tiles.
#include <catch2/catch.hpp>

#include "server/admin/routes.hpp"
#include "storage/changes/audit.hpp"
#include "tenancy/audit_log/tlog_proof.hpp"
#include "tests/unit/server/admin/fixture.hpp"

namespace admin_audit_log_test {

using namespace tollgate;
using namespace tollgate::tenancy::audit_log;
using test::admin_fixture;
using test::run_sync;

namespace {

struct log_fixture : admin_fixture {
    std::string log(const std::string& rest) const { return "/audit/log/" + team + rest; }

    // Adds records of a team, and puts them into its log.
    void record(int count, const std::string& of_team, const std::string& receipt = {}) {
        std::vector<storage::audit_row> rows;
        for (int i = 0; i < count; ++i) {
            auto& row = rows.emplace_back();
            row.id = "aud_" + std::to_string(++recorded);
            row.team_id = of_team;
            row.recorded_at = clock.now();
            row.receipt_id = receipt;
            row.entry = "{\"record\":" + std::to_string(recorded) + "}";
            clock.advance(std::chrono::milliseconds{1});
        }
        std::vector<storage::change> changes{storage::add_audit{std::move(rows)}};
        run_sync(store->commit(std::move(changes))).value();
        run_sync(registry->audit_integrator().work_once());
    }

    std::string team = owner.team_id;
    int recorded = 0;
};

}  // namespace

TEST_CASE("admin audit log: checkpoint, key, tiles and entries fit together", "[admin]") {
    log_fixture t;
    CHECK(t.send("GET", t.log("/checkpoint")).code() == "no_checkpoint");
    t.record(300, t.team);
    const auto key = t.send("GET", t.log("/key"));
    CHECK(key.status == 200);
    CHECK(key.content_type == "text/plain; charset=utf-8");
    REQUIRE(key.text.ends_with("\n"));
    const auto known = parse_verifier_key(key.text.substr(0, key.text.size() - 1)).value();
    const auto note = t.send("GET", t.log("/checkpoint"));
    CHECK(note.content_type == "text/plain; charset=utf-8");
    const auto head = open_checkpoint(note.text, known, known.name).value();
    CHECK(head.size == 300);
    frontier tree;
    const auto tile = [&](const std::string& path) {
        const auto found = t.send("GET", t.log("/tile/" + path));
        CHECK(found.status == 200);
        CHECK(found.content_type == "application/octet-stream");
        return found.text;
    };
    const auto full = decode_bundle(tile("entries/000"), 256).value();
    for (const std::string& entry : full) tree.append(leaf_hash(entry));
    const auto rest = decode_bundle(tile("entries/001.p/44"), 44).value();
    for (const std::string& entry : rest) tree.append(leaf_hash(entry));
    CHECK(tree.root() == head.root);
    CHECK(tile("0/000").size() == 256 * 32);
    CHECK(tile("0/001.p/44").size() == 44 * 32);
    CHECK(tile("1/000.p/1").size() == 32);
    CHECK(t.send("GET", t.log("/tile/0/001.p/45")).code() == "no_such_tile");
    for (const std::string path : {"0/x001/067.p/5", "0/A00", "0/../0/000", "0/000/", "/0/000"})
        CHECK(t.send("GET", t.log("/tile/" + path)).code() == "no_such_tile");
}

TEST_CASE("admin audit log: other paths and methods are refused", "[admin]") {
    log_fixture t;
    for (const std::string rest :
         {"", "/tile", "/tile/", "/tile/0/000%2ep", "/other", "/key/more"}) {
        INFO(rest);
        CHECK(t.send("GET", t.log(rest)).code() == "unknown_path");
    }
    CHECK(t.send("GET", t.log("/tile/" + std::string(129, '0'))).code() == "unknown_path");
    CHECK(t.send("GET", t.log("/tile/" + std::string(128, '0'))).code() == "no_such_tile");
    CHECK(t.send("GET", "/audit/log/other/key").code() == "unknown_path");
    CHECK(t.send("POST", t.log("/checkpoint"), "{}").status == 405);
    CHECK(t.send("DELETE", t.log("/tile/0/000")).header("Allow") == "GET");
    CHECK(admin::match_route("GET", "/audit/log/team_1/tile/0/x001/067.p/5").ids[1] ==
          "0/x001/067.p/5");
    CHECK(admin::admin_api::owns("/audit/log/team_1/tile/0/x001/067.p/5"));
}

TEST_CASE("admin audit log: a viewer reads the own team's log, an instance owner every log",
          "[admin]") {
    log_fixture t;
    const auto made = t.send("POST", "/team", R"({"name":"Other"})");
    const auto other = made.body.at("id").get<std::string>();
    const auto foreign = made.body.at("api_key").at("key").get<std::string>();
    t.record(2, t.team);
    t.record(1, other);
    const auto viewer = t.key_with_role("viewer");
    for (const std::string rest : {"/checkpoint", "/key", "/tile/0/000.p/1"}) {
        INFO(rest);
        CHECK(t.send_as(viewer, "GET", t.log(rest)).status == 200);
        CHECK(t.send_as("", "GET", t.log(rest)).status == 401);
        CHECK(t.send_as(foreign, "GET", t.log(rest)).code() == "not_found");
        CHECK(t.send_as(viewer, "GET", "/audit/log/" + other + rest).code() == "not_found");
        const auto own = t.send_as(foreign, "GET", "/audit/log/" + other + rest);
        CHECK(own.status == 200);
        CHECK(t.send("GET", "/audit/log/" + other + rest).text == own.text);
        CHECK(t.send("GET", t.log(rest)).text != own.text);
    }
}

TEST_CASE("admin audit log: a receipt's record is proved to its own team", "[admin]") {
    log_fixture t;
    t.record(3, t.team);
    t.record(1, t.team, "rcp_1");
    const auto proof = t.send("GET", "/receipt/rcp_1/proof");
    REQUIRE(proof.status == 200);
    CHECK(proof.content_type == "text/plain; charset=utf-8");
    const auto key = t.send("GET", t.log("/key")).text;
    const auto known = parse_verifier_key(key.substr(0, key.size() - 1)).value();
    const auto parsed = parse_proof(proof.text).value();
    CHECK(verify_proof(R"({"record":4})", parsed, known, known.name)->size == 4);
    CHECK(t.send("GET", "/receipt/rcp_2/proof").status == 404);
    CHECK(t.send_as(t.foreign_key(), "GET", "/receipt/rcp_1/proof").status == 404);
    CHECK(t.send_as(t.key_with_role("viewer"), "GET", "/receipt/rcp_1/proof").status == 200);
}

}  // namespace admin_audit_log_test
