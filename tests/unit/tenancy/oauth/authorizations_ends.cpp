// Authorizations end with the API key that allowed them, and registrations cost nothing.
#include <catch2/catch.hpp>

#include "tenancy/oauth/authorizations.hpp"
#include "tenancy/oauth/client_id.hpp"
#include "tenancy/oauth/clients.hpp"
#include "tenancy/oauth/sealed_text.hpp"
#include "tenancy/rules/scope.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace oauth_ends_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using namespace tollgate::tenancy::oauth;
using namespace std::chrono_literals;
using test::run_sync;

namespace {

const std::string pkce_proof(43, 'v');
const std::string callback = "https://client.example/callback";
const std::string seal_key(32, 'k');

struct people : test::tenancy_fixture {
    people() {
        account.emplace(tenancy_fixture::connect(owner));
        server_config config;
        config.auth = "both";
        made.emplace(mint(owner, account->id, config));
    }
    std::string issuer() const { return "https://gateway.example/mcp/" + made->server.id; }
    open_server at() {
        return run_sync(registry->authorizations().server(made->server.id)).value();
    }
    api_key person() {
        api_key_input input{"Leaver", "operator"};
        return run_sync(registry->api_keys().create(owner, std::move(input), {})).value().key;
    }
    std::string code(const api_key& by, const std::string& client_id) {
        consent_request request;
        request.server_id = made->server.id;
        request.client_id = client_id;
        request.redirect_uri = callback;
        request.challenge = challenge_of(pkce_proof);
        request.scope = full_scope;
        return registry->authorizations().code_for(at(), std::move(request), by);
    }
    base::result<issued_tokens> exchange(const std::string& what, const std::string& client_id) {
        presenter who{made->server.id, client_id, issuer()};
        return run_sync(registry->authorizations().exchange(who, what, callback, pkce_proof));
    }
    bool lets_in(const issued_tokens& tokens) {
        const auto id = registry->authorizations().verify(tokens.access.reveal(), issuer());
        return id && run_sync(registry->grants().find_authorization(*id)).has_value();
    }

    std::optional<integrated_account> account;
    std::optional<new_mcp_server> made;
};

}  // namespace

TEST_CASE("tenancy authorizations: they end with the API key that allowed them",
          "[tenancy][oauth]") {
    people t;
    std::vector<std::string> told;
    t.registry->grants().subscribe([&](const server_event& event) {
        CHECK(event.kind == server_change::token_ended);
        told.emplace_back(event.server_id);
    });
    const auto leaver = t.person();
    const auto gone = t.exchange(t.code(leaver, "oac_1"), "oac_1").value();
    const auto stays = t.exchange(t.code(t.owner, "oac_2"), "oac_2").value();
    const std::string unused = t.code(leaver, "oac_3");
    CHECK(t.lets_in(gone));
    REQUIRE(run_sync(t.registry->api_keys().remove(t.owner.team_id, leaver.id)));
    CHECK(told == std::vector<std::string>{t.made->server.id});
    CHECK_FALSE(t.lets_in(gone));
    CHECK(t.lets_in(stays));
    const auto late = t.exchange(unused, "oac_3");
    REQUIRE(late.has_error());
    CHECK(late.error().code == "invalid_grant");
    CHECK(late.error().message ==
          "the person or API key that allowed this is gone, or may not any more: connect again");
    presenter who{t.made->server.id, "oac_1", t.issuer()};
    CHECK(run_sync(t.registry->authorizations().refresh(who, std::string{gone.refresh.reveal()}))
              .error()
              .code == "invalid_grant");
    // A key that may not be deleted takes nothing with it.
    CHECK(run_sync(t.registry->api_keys().remove(t.owner.team_id, t.owner.id)).has_error());
    CHECK(t.lets_in(stays));
    CHECK(told.size() == 1);
}

TEST_CASE("tenancy client_id: it holds the client, of one server, unchanged", "[tenancy][oauth]") {
    registered_client client;
    client.metadata.name = "Müller \"x\"";
    client.metadata.redirect_uris = {callback, "http://127.0.0.1/cb"};
    client.created_at = *base::parse_timestamp("2026-11-20T12:00:00Z");
    const std::string id = make_client_id(seal_key, "mcp_a", client);
    CHECK(id.starts_with("oac_"));
    CHECK(id.size() < 255);
    const auto opened = open_client_id(seal_key, "mcp_a", id);
    REQUIRE(opened.has_value());
    CHECK(opened->metadata.name == client.metadata.name);
    CHECK(opened->metadata.redirect_uris == client.metadata.redirect_uris);
    CHECK(opened->created_at == client.created_at);
    CHECK_FALSE(open_client_id(seal_key, "mcp_b", id));
    CHECK_FALSE(open_client_id(std::string(32, 'x'), "mcp_a", id));
    CHECK_FALSE(open_client_id(seal_key, "mcp_a", id.substr(4)));
    for (std::size_t i = 4; i < id.size(); i += 7) {
        std::string changed = id;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(open_client_id(seal_key, "mcp_a", changed));
    }
    CHECK(make_client_id(seal_key, "mcp_a", client) != id);
}

TEST_CASE("tenancy clients: no number of registrations is in another one's way",
          "[tenancy][oauth]") {
    people t;
    auto& clients = t.registry->oauth_clients();
    const auto at = t.at();
    const auto first = clients.add(at, {{}, "First", {callback}}).value();
    for (int i = 0; i < 3000; ++i) REQUIRE(clients.add(at, {{}, "Flood", {callback}}).has_value());
    CHECK(run_sync(clients.find(at, first.id)).value()->name == "First");
    // Whoever was allowed something is known for longer than a day, also after a restart.
    REQUIRE(t.exchange(t.code(t.owner, first.id), first.id).has_value());
    t.clock.advance(25h);
    t.reopen();
    CHECK(run_sync(t.registry->oauth_clients().find(at, first.id)).value()->name == "First");
    const auto long_one = t.registry->oauth_clients().add(
        at, {{}, "Long", {callback + std::string(999, 'x'), callback + std::string(999, 'y')}});
    REQUIRE(long_one.has_error());
    CHECK(long_one.error().code == "invalid_client_metadata");
}

}  // namespace oauth_ends_test
