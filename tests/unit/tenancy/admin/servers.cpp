#include "tenancy/admin/servers.hpp"

#include <catch2/catch.hpp>

#include "base/ids.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace servers_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using test::run_sync;
using test::tenancy_fixture;

namespace {

struct fixture : tenancy_fixture {
    base::result<new_mcp_server> create(std::optional<std::string> expires_at,
                                        server_config config = {}, std::string name = "Server") {
        server_input input{std::move(name), std::move(config), std::move(expires_at)};
        return run_sync(servers().create(owner, account.id, std::move(input), {}));
    }
    base::result<mcp_server> get(const std::string& id) {
        return run_sync(servers().get(owner.team_id, account.id, id));
    }
    base::result<mcp_server> patch(const std::string& id, server_patch change) {
        return run_sync(servers().patch(owner.team_id, account.id, id, std::move(change)));
    }
    base::result<new_mcp_server> rotate(const std::string& id, std::int64_t overlap_seconds) {
        return run_sync(servers().rotate(owner.team_id, account.id, id, overlap_seconds, {}));
    }
    class servers& servers() { return registry->servers(); }

    integrated_account account = connect(owner);
};

}  // namespace

TEST_CASE("tenancy servers: expires_at is read with an offset and lies a minute ahead",
          "[tenancy][servers]") {
    fixture t;  // it is 2026-11-20T12:00:00Z
    const auto made = t.create("2026-12-31T23:59:59Z").value();
    CHECK(base::format_timestamp(*made.server.expires_at) == "2026-12-31T23:59:59.000Z");
    CHECK(t.create("2026-11-20T12:01:00Z").has_value());
    CHECK(t.create("2026-11-20T14:01:00+02:00").has_value());
    CHECK(t.create("2026-11-20T12:00:59.999Z").error().code == "expires_too_soon");
    CHECK(t.create("2026-11-20T14:00:00+02:00").error().code == "expires_too_soon");
    CHECK(t.create("2020-01-01T00:00:00Z").error().code == "expires_too_soon");
    for (const auto* text : {"", "tomorrow", "2026-12-31", "2026-12-31T23:59:59", "1798761599"})
        CHECK(t.create(text).error().code == "invalid_expires_at");
    CHECK_FALSE(t.create({}).value().server.expires_at);
}

TEST_CASE("tenancy servers: a new server is shown as it was made", "[tenancy][servers]") {
    fixture t;
    server_config config;
    config.methods = words{"read"};
    const auto made = t.create({}, config, "Claude Billing Analyst").value();
    CHECK(base::is_id(made.server.id, "mcp"));
    CHECK(made.server.token_prefix == made.token.reveal().substr(0, 8));
    const auto read = t.get(made.server.id).value();
    CHECK(read.name == "Claude Billing Analyst");
    CHECK(read.config == config);
    CHECK(read.created_by == t.owner.id);
    CHECK(read.status == server_status::active);
    CHECK(read.use_count == 0);
    CHECK_FALSE(read.last_used_at);
    CHECK(t.create({}, {}, "").error().code == "invalid_name");
    config.tags = words{"none such"};
    CHECK(t.create({}, config).error().code == "unknown_tag");
}

TEST_CASE("tenancy servers: account, team and id must fit together", "[tenancy][servers]") {
    fixture t;
    const auto made = t.create({}).value();
    const auto second = t.connect(t.owner, "Second");
    const auto other = t.other_team();
    auto& servers = t.servers();
    const auto& id = made.server.id;
    const auto kind = base::errc::not_found;
    CHECK(run_sync(servers.get(t.owner.team_id, second.id, id)).error().kind == kind);
    CHECK(run_sync(servers.get(other.made.id, t.account.id, id)).error().kind == kind);
    CHECK(run_sync(servers.patch(other.made.id, t.account.id, id, {})).error().kind == kind);
    CHECK(run_sync(servers.rotate(other.made.id, t.account.id, id, 0, {})).error().kind == kind);
    CHECK(run_sync(servers.revoke(other.made.id, t.account.id, id)).error().kind == kind);
    CHECK(run_sync(servers.revoke(t.owner.team_id, second.id, id)).error().kind == kind);
    CHECK(run_sync(servers.list(other.made.id, t.account.id, {})).error().kind == kind);
    CHECK(run_sync(servers.create(other.first_key.key, t.account.id, server_input{"x", {}, {}}, {}))
              .error()
              .kind == kind);
    CHECK(t.find(made.token).has_value());
    CHECK(run_sync(servers.list(t.owner.team_id, second.id, {})).value().empty());
    CHECK(run_sync(servers.list(t.owner.team_id, t.account.id, {})).value().size() == 1);
}

TEST_CASE("tenancy servers: status follows the clock to the millisecond", "[tenancy][servers]") {
    fixture t;
    const auto made = t.create("2026-11-20T13:00:00Z").value();
    t.clock.advance(std::chrono::minutes{59} + std::chrono::milliseconds{59'999});
    CHECK(t.get(made.server.id).value().status == server_status::active);
    CHECK(t.find(made.token).has_value());
    t.clock.advance(std::chrono::milliseconds{1});
    CHECK(t.get(made.server.id).value().status == server_status::expired);
    CHECK(t.find(made.token).error().kind == base::errc::not_found);
    const auto cached = t.registry->grants().cached(made.token.reveal());
    REQUIRE(cached);  // the rule at use is the caller's
    CHECK_FALSE(grant_valid_at(*cached, t.clock.now()));
}

TEST_CASE("tenancy servers: a patch takes effect at once and null clears the expiry",
          "[tenancy][servers]") {
    fixture t;
    const auto made = t.create("2026-11-20T13:00:00Z").value();
    CHECK((*t.find(made.token))->filter.methods == all_methods);
    server_patch change;
    change.config.emplace();
    change.config->methods = words{"read"};
    change.config->require_api_token_auth = true;
    change.name = "Renamed";
    REQUIRE(t.patch(made.server.id, change).has_value());
    const auto narrowed = t.find(made.token).value();
    CHECK(narrowed->filter.methods == read_methods);
    CHECK(narrowed->require_api_token_auth);
    CHECK(narrowed->server_name == "Renamed");
    CHECK(narrowed->expires_at == made.server.expires_at);

    change = {};
    change.expires_at.emplace();
    CHECK_FALSE(t.patch(made.server.id, change).value().expires_at);
    t.clock.advance(std::chrono::hours{2});
    CHECK(t.find(made.token).has_value());
    CHECK(t.get(made.server.id).value().config.methods == words{"read"});

    change.expires_at = "2026-11-20T14:00:30Z";  // it is 14:00:00
    CHECK(t.patch(made.server.id, change).error().code == "expires_too_soon");
    change = {};
    change.config.emplace();
    change.config->methods = words{"everything"};
    CHECK(t.patch(made.server.id, change).error().code == "unknown_method");
}

TEST_CASE("tenancy servers: an expired server lives again with a new token", "[tenancy][servers]") {
    fixture t;
    const auto made = t.create("2026-11-20T12:05:00Z").value();
    t.clock.advance(std::chrono::hours{1});
    CHECK(t.find(made.token).has_error());
    CHECK(t.rotate(made.server.id, 0).error().code == "server_expired");
    server_patch change;
    change.expires_at = "2026-11-21T00:00:00Z";
    CHECK(t.patch(made.server.id, change).value().status == server_status::active);
    CHECK(t.find(made.token).has_error());
    CHECK(t.find(t.rotate(made.server.id, 0).value().token).has_value());
}

TEST_CASE("tenancy servers: a rotation without overlap ends the old token at once",
          "[tenancy][servers]") {
    fixture t;
    const auto made = t.create({}).value();
    REQUIRE(t.find(made.token).has_value());
    const auto rotated = t.rotate(made.server.id, 0).value();
    CHECK(rotated.server.id == made.server.id);
    CHECK(rotated.token.reveal() != made.token.reveal());
    CHECK_FALSE(rotated.server.old_token_expires_at);
    CHECK(t.get(made.server.id).value().token_prefix == rotated.token.reveal().substr(0, 8));
    CHECK_FALSE(t.registry->grants().cached(made.token.reveal()));
    CHECK(t.find(made.token).error().kind == base::errc::not_found);
    CHECK(t.find(rotated.token).has_value());
}

TEST_CASE("tenancy servers: an overlap keeps the old token until its last millisecond",
          "[tenancy][servers]") {
    fixture t;
    const auto made = t.create({}).value();
    REQUIRE(t.find(made.token).has_value());
    const auto rotated = t.rotate(made.server.id, 120).value();
    CHECK(rotated.server.old_token_expires_at == t.clock.now() + std::chrono::seconds{120});
    CHECK(t.find(made.token).value()->expires_at == rotated.server.old_token_expires_at);
    CHECK_FALSE(t.find(rotated.token).value()->expires_at);
    // a second rotation does not lengthen the first one's overlap
    t.clock.advance(std::chrono::seconds{60});
    const auto third = t.rotate(made.server.id, 3600).value();
    t.clock.advance(std::chrono::milliseconds{59'999});
    CHECK(t.find(made.token).has_value());
    t.clock.advance(std::chrono::milliseconds{1});
    CHECK(t.find(made.token).has_error());
    CHECK(t.find(rotated.token).has_value());
    CHECK(t.find(third.token).has_value());
    for (const std::int64_t wrong : {-1LL, 30 * 86'400LL + 1})
        CHECK(t.rotate(made.server.id, wrong).error().code == "invalid_overlap");
    CHECK(t.rotate(made.server.id, 30 * 86'400).has_value());
}

TEST_CASE("tenancy servers: a revoke ends every token, is announced, and cannot be undone",
          "[tenancy][servers]") {
    fixture t;
    std::vector<std::pair<std::string, server_change>> told;
    t.registry->grants().subscribe(
        [&told](const server_event& event) { told.emplace_back(event.server_id, event.kind); });
    const auto made = t.create({}).value();
    const auto rotated = t.rotate(made.server.id, 3600).value();
    REQUIRE(t.find(made.token).has_value());
    REQUIRE(t.find(rotated.token).has_value());
    told.clear();
    const auto& id = made.server.id;
    REQUIRE(run_sync(t.servers().revoke(t.owner.team_id, t.account.id, id)).has_value());
    CHECK(told == std::vector{std::pair{id, server_change::revoked}});
    for (const auto* token : {&made.token, &rotated.token}) {
        CHECK_FALSE(t.registry->grants().cached(token->reveal()));
        CHECK(t.find(*token).error().kind == base::errc::not_found);
    }
    const auto read = t.get(id).value();
    CHECK(read.status == server_status::revoked);
    CHECK(read.revoked_at == t.clock.now());
    CHECK(run_sync(t.servers().revoke(t.owner.team_id, t.account.id, id)).has_value());
    CHECK(t.rotate(id, 0).error().code == "server_revoked");
    server_patch change;
    change.name = "Back";
    CHECK(t.patch(id, change).error().code == "server_revoked");
    t.reopen();
    CHECK(t.find(made.token).has_error());
}

TEST_CASE("tenancy servers: listeners hear of every kind of change", "[tenancy][servers]") {
    fixture t;
    std::vector<server_change> told;
    t.registry->grants().subscribe([&told](const server_event& e) { told.push_back(e.kind); });
    const auto made = t.create({}).value();
    server_patch change;
    change.name = "x";
    REQUIRE(t.patch(made.server.id, change).has_value());
    REQUIRE(t.rotate(made.server.id, 60).has_value());
    REQUIRE(t.rotate(made.server.id, 0).has_value());
    CHECK(told == std::vector{server_change::changed, server_change::changed,
                              server_change::tokens_replaced});
}

TEST_CASE("tenancy servers: the account's new key and end reach its tokens at once",
          "[tenancy][servers]") {
    fixture t;
    std::vector<server_change> told;
    t.registry->grants().subscribe([&told](const server_event& e) { told.push_back(e.kind); });
    const auto made = t.create({}).value();
    CHECK(t.find(made.token).value()->account->credential.reveal() == test::test_credential);
    account_patch change;
    change.credential = base::secret{"sk_test_51newnewnewLAST"};
    REQUIRE(
        run_sync(t.registry->accounts().patch(t.owner.team_id, t.account.id, change)).has_value());
    CHECK(t.find(made.token).value()->account->credential.reveal() == "sk_test_51newnewnewLAST");
    REQUIRE(run_sync(t.registry->accounts().remove(t.owner, t.account.id, 1, "test")).has_value());
    CHECK_FALSE(t.registry->grants().cached(made.token.reveal()));
    CHECK(t.find(made.token).error().kind == base::errc::not_found);
    CHECK(t.get(made.server.id).error().kind == base::errc::not_found);
    CHECK(told == std::vector{server_change::changed, server_change::revoked});
}

}  // namespace servers_test
