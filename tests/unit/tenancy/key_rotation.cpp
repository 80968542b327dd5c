// Values of every kind, sealed again: each is opened with the new key alone.
#include "tenancy/key_rotation.hpp"

#include <catch2/catch.hpp>

#include "storage/changes/approvals.hpp"
#include "storage/changes/people.hpp"
#include "storage/changes/receipts.hpp"
#include "storage/changes/settings.hpp"
#include "storage/changes/webhooks.hpp"
#include "tenancy/secrets/places.hpp"
#include "tenancy/secrets/vault.hpp"
#include "tests/unit/storage/backends.hpp"

namespace key_rotation_test {

using namespace tollgate;
using namespace tollgate::storage;
using namespace tollgate::tenancy;

namespace {

const std::string old_line = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";
const std::string new_line = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221101\n";

vault vault_of(const std::string& lines) {
    return vault{key_ring::parse(lines, "master key").value()};
}

// One value of each kind, whose text is the name of the kind.
void fill_sealed(record_store& store, const vault& secrets) {
    REQUIRE(test::put(store, {add_team{test::team("team_a")}}));
    auto account = test::account("team_a", "ia_a");
    account.credential = secrets.seal("accounts", account_place("team_a", "ia_a"));
    REQUIRE(test::put(store, {add_account{account, 10}}));
    REQUIRE(test::put(store, {add_server{test::server("team_a", "ia_a", "mcp_a"), 10}}));
    receipt_row receipt;
    receipt.id = "rcp_a";
    receipt.team_id = "team_a";
    receipt.account_id = "ia_a";
    receipt.server_id = "mcp_a";
    receipt.operation_key = "a";
    receipt.request_digest = std::string(32, 'd');
    receipt.resolve_at = test::at(40);
    receipt.request = secrets.seal("receipts", receipt_place("team_a", "rcp_a"));
    REQUIRE(
        test::put(store, {begin_receipt{receipt, test::at(0), std::make_shared<receipt_begun>()}}));
    approval_row approval;
    approval.id = "apr_a";
    approval.team_id = "team_a";
    approval.account_id = "ia_a";
    approval.server_id = "mcp_a";
    approval.request_digest = std::string(32, 'd');
    approval.receipt_id = "rcp_b";
    approval.operation_key = "b";
    approval.needed = 1;
    approval.expires_at = test::at(1'000);
    approval.content = secrets.seal("approvals", approval_place("team_a", "apr_a"));
    REQUIRE(test::put(
        store, {add_approval{approval, 10, std::make_shared<std::optional<approval_row>>(), {}}}));
    person_row person;
    person.id = "per_a";
    person.team_id = "team_a";
    person.email = "ada@example.com";
    person.role = "viewer";
    person.totp = secrets.seal("people", totp_place("team_a", "per_a"));
    REQUIRE(test::put(store, {add_person{person, 10}}));
    webhook_row webhook;
    webhook.id = "whk_a";
    webhook.team_id = "team_a";
    webhook.format = "standard";
    webhook.content = secrets.seal("webhooks", webhook_place("team_a", "whk_a"));
    REQUIRE(test::put(store, {add_webhook{webhook, 10}}));
    replay_row replay;
    replay.team_id = "team_a";
    replay.route = "POST /a";
    replay.key = "1";
    replay.body = secrets.seal("replays", "team_a|POST /a|1");
    REQUIRE(test::put(store, {add_replay{replay}}));
}

std::vector<std::string> opened_all(record_store& store, const vault& secrets) {
    using test::run_sync;
    std::vector<std::string> out;
    const auto open = [&](const sealed_blob& sealed, const std::string& place) {
        const auto plain = secrets.open(sealed, place);
        out.push_back(plain ? std::string{plain->reveal()} : plain.error().message);
    };
    open(run_sync(store.find_account("team_a", "ia_a")).value()->credential,
         account_place("team_a", "ia_a"));
    open(run_sync(store.find_receipt("team_a", "rcp_a")).value()->request,
         receipt_place("team_a", "rcp_a"));
    open(run_sync(store.find_approval("team_a", "apr_a")).value()->content,
         approval_place("team_a", "apr_a"));
    open(run_sync(store.find_person("team_a", "per_a")).value()->totp,
         totp_place("team_a", "per_a"));
    open(run_sync(store.find_webhook("team_a", "whk_a")).value()->content,
         webhook_place("team_a", "whk_a"));
    open(run_sync(store.find_replay("team_a", "POST /a", "1")).value()->body, "team_a|POST /a|1");
    return out;
}

}  // namespace

TEST_CASE("key rotation: a value of every kind opens with the new key alone", "[tenancy][vault]") {
    test::on_sqlite at;
    const database_place place{database_place::type::sqlite, at.dir.file("t.db")};
    rotation_options options;
    options.master_key.text = old_line + new_line;
    options.peppers.text = old_line;
    {
        const auto store = at.open();
        fill_sealed(*store, vault_of(old_line));
        const auto refused = rotate_keys(place, options);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == "instances_behind");
    }
    const auto done = rotate_keys(place, options);
    REQUIRE(done.has_value());
    CHECK(done->sealed_again == 6);
    CHECK(done->unopened_count == 0);
    CHECK(done->unused_master.size() == 1);
    {
        const auto store = at.open();
        CHECK(opened_all(*store, vault_of(new_line)) ==
              std::vector<std::string>{"accounts", "receipts", "approvals", "people", "webhooks",
                                       "replays"});
    }
}

TEST_CASE("key rotation: all values that cannot be opened are counted, and 100 are named",
          "[tenancy][vault]") {
    test::on_sqlite at;
    {
        const auto store = at.open();
        REQUIRE(test::put(*store, {add_team{test::team("team_a")}}));
        for (int i = 0; i < 130; ++i)
            REQUIRE(test::put(
                *store, {add_account{test::account("team_a", "ia_" + std::to_string(i)), 200}}));
    }
    rotation_options options;
    options.master_key.text = old_line;
    options.peppers.text = old_line;
    const auto done = rotate_keys({database_place::type::sqlite, at.dir.file("t.db")}, options);
    REQUIRE(done.has_value());
    CHECK(done->unopened.size() == 100);
    CHECK(done->unopened_count == 130);
}

}  // namespace key_rotation_test
