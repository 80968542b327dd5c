#include "tenancy/oauth/authorizations.hpp"

#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "tenancy/oauth/clients.hpp"
#include "tenancy/oauth/redirect_uri.hpp"
#include "tenancy/oauth/refresh_token.hpp"
#include "tenancy/oauth/sealed_text.hpp"
#include "tenancy/rules/scope.hpp"
#include "tests/support/tenancy_fixture.hpp"

namespace oauth_test {

using namespace tollgate;
using namespace tollgate::tenancy;
using namespace tollgate::tenancy::oauth;
using namespace std::chrono_literals;
using test::run_sync;

namespace {

const std::string proof(43, 'v');
const std::string redirect = "https://client.example/callback";

struct fixture : test::tenancy_fixture {
    fixture() {
        server_config config;
        config.auth = "both";
        made.emplace(mint(owner, account.id, config));
    }
    oauth::authorizations& oauth() { return registry->authorizations(); }
    std::string issuer() const { return "https://gateway.example/mcp/" + made->server.id; }
    presenter who(const std::string& client = "oac_1") const {
        return {made->server.id, client, issuer()};
    }
    std::string code(std::string_view scope = full_scope) {
        consent_request request;
        request.server_id = made->server.id;
        request.client_id = "oac_1";
        request.redirect_uri = redirect;
        request.challenge = challenge_of(proof);
        request.scope = scope;
        const auto at = run_sync(oauth().server(made->server.id)).value();
        return oauth().code_for(at, std::move(request), owner);
    }
    base::result<issued_tokens> exchange(const std::string& what) {
        return run_sync(oauth().exchange(who(), what, redirect, proof));
    }
    issued_tokens connect(std::string_view scope = full_scope) {
        return exchange(code(scope)).value();
    }
    base::result<issued_tokens> refresh(const issued_tokens& tokens) {
        return run_sync(oauth().refresh(who(), std::string{tokens.refresh.reveal()}));
    }
    // What a request with the access token is granted; null when it is refused.
    std::shared_ptr<const grant> granted(const issued_tokens& tokens) {
        const auto id = oauth().verify(tokens.access.reveal(), issuer());
        if (!id) return nullptr;
        auto found = run_sync(registry->grants().find_authorization(*id));
        return found ? *found : nullptr;
    }

    integrated_account account = connect_account();
    std::optional<new_mcp_server> made;

private:
    integrated_account connect_account() { return tenancy_fixture::connect(owner); }
};

}  // namespace

TEST_CASE("tenancy clients: one that nobody used is forgotten after a day", "[tenancy][oauth]") {
    fixture t;
    const auto at = run_sync(t.oauth().server(t.made->server.id)).value();
    client_metadata said{{}, "X", {redirect}};
    const auto made = t.registry->oauth_clients().add(at, said).value();
    const auto find = [&] {
        return run_sync(t.registry->oauth_clients().find(at, made.id)).value();
    };
    CHECK(find()->redirect_uris == std::vector<std::string>{redirect});
    t.clock.advance(24h - 1ms);
    CHECK(find().has_value());
    t.clock.advance(1ms);
    CHECK_FALSE(find().has_value());
}

TEST_CASE("tenancy authorizations: only servers that take OAuth clients are open",
          "[tenancy][oauth]") {
    fixture t;
    const auto open = [&](const std::string& id) {
        return run_sync(t.oauth().server(id)).has_value();
    };
    CHECK(open(t.made->server.id));
    CHECK_FALSE(open(t.mint(t.owner, t.account.id).server.id));
    CHECK_FALSE(open("mcp_4fTq0zPbX1c9LmYd8RkWvA2e"));
    CHECK_FALSE(open("nonsense"));
    server_config config;
    config.auth = "oauth";
    const auto brief = t.mint(t.owner, t.account.id, config, "2026-11-20T12:02:00Z");
    CHECK(brief.token.empty());
    CHECK(brief.server.token_prefix.empty());
    CHECK(open(brief.server.id));
    t.clock.advance(2min);
    CHECK_FALSE(open(brief.server.id));
    REQUIRE(
        run_sync(t.registry->servers().revoke(t.owner.team_id, t.account.id, t.made->server.id)));
    CHECK_FALSE(open(t.made->server.id));
}

TEST_CASE("tenancy authorizations: a page is good for ten minutes", "[tenancy][oauth]") {
    fixture t;
    consent_request request;
    request.server_id = t.made->server.id;
    request.state = "s";
    const auto sealed = t.oauth().seal(request);
    t.clock.advance(10min - 1ms);
    REQUIRE(t.oauth().open(sealed).has_value());
    CHECK(t.oauth().open(sealed)->state == "s");
    CHECK_FALSE(t.oauth().open(sealed.substr(1)));
    t.clock.advance(1ms);
    CHECK_FALSE(t.oauth().open(sealed));
}

TEST_CASE("tenancy authorizations: a code is good once and for a minute", "[tenancy][oauth]") {
    fixture t;
    const auto old = t.code();
    t.clock.advance(60s);
    CHECK(t.exchange(old).error().code == "invalid_grant");
    const auto code = t.code();
    t.clock.advance(60s - 1ms);
    const auto tokens = t.exchange(code);
    REQUIRE(tokens.has_value());
    REQUIRE(t.granted(*tokens) != nullptr);
    CHECK(t.granted(*tokens)->server_id == t.made->server.id);
    // Also when its minute is over: somebody else has it.
    t.clock.advance(1h);
    CHECK(t.exchange(code).error().code == "invalid_grant");
    CHECK(t.refresh(*tokens).error().code == "invalid_grant");
}

TEST_CASE("tenancy authorizations: an access token lasts ten minutes, at its server only",
          "[tenancy][oauth]") {
    fixture t;
    const auto tokens = t.connect();
    CHECK(tokens.expires_in == 600s);
    CHECK(t.oauth().verify(tokens.access.reveal(), t.issuer()).has_value());
    CHECK_FALSE(t.oauth().verify(tokens.access.reveal(), t.issuer() + "x").has_value());
    CHECK_FALSE(t.oauth().verify(tokens.refresh.reveal(), t.issuer()).has_value());
    t.clock.advance(600s - 1ms);
    CHECK(t.granted(tokens) != nullptr);
    t.clock.advance(1ms);
    CHECK(t.granted(tokens) == nullptr);
    CHECK(t.granted(t.refresh(tokens).value()) != nullptr);
}

TEST_CASE("tenancy authorizations: reading only leaves the tools that read", "[tenancy][oauth]") {
    fixture t;
    const auto reader = t.granted(t.connect(read_scope));
    REQUIRE(reader != nullptr);
    CHECK(reader->filter.methods == read_methods);
    const auto all = t.granted(t.connect());
    CHECK(all->filter.methods == all_methods);
    CHECK(reader->listing_key != all->listing_key);
}

TEST_CASE("tenancy authorizations: a lost answer is given again for ten seconds",
          "[tenancy][oauth]") {
    fixture t;
    const auto first = t.connect();
    const auto second = t.refresh(first).value();
    t.clock.advance(10s - 1ms);
    CHECK(t.refresh(first).value().refresh.reveal() == second.refresh.reveal());
    t.clock.advance(1ms);
    CHECK(t.refresh(first).error().code == "invalid_grant");
    CHECK(t.granted(second) == nullptr);
    CHECK(t.refresh(second).error().code == "invalid_grant");
}

TEST_CASE("tenancy authorizations: they end at their time, or with their server",
          "[tenancy][oauth]") {
    fixture t;
    auto tokens = t.connect();
    t.clock.advance(std::chrono::days{90} - 5min);
    tokens = t.refresh(tokens).value();
    CHECK(tokens.expires_in == 300s);
    t.clock.advance(5min);
    CHECK(t.granted(tokens) == nullptr);
    CHECK(t.refresh(tokens).error().code == "invalid_grant");

    server_config config;
    config.auth = "oauth";
    t.made.emplace(
        t.mint(t.owner, t.account.id, config, base::format_timestamp(t.clock.now() + 2min)));
    const auto brief = t.connect();
    CHECK(brief.expires_in == 120s);
    t.clock.advance(2min);
    CHECK(t.granted(brief) == nullptr);
}

TEST_CASE("tenancy authorizations: rotation leaves them, every revoke ends them",
          "[tenancy][oauth]") {
    fixture t;
    const auto tokens = t.connect();
    REQUIRE(run_sync(t.registry->servers().rotate(t.owner.team_id, t.account.id, t.made->server.id,
                                                  0, {}))
                .has_value());
    CHECK(t.granted(tokens) != nullptr);
    const auto listed = run_sync(t.oauth().list(t.owner.team_id, t.made->server.id, {})).value();
    REQUIRE(listed.size() == 1);
    CHECK(listed.front().allowed_by == t.owner.id);
    CHECK(listed.front().allowed_by_name == t.owner.name);
    REQUIRE(run_sync(t.oauth().revoke(t.owner.team_id, t.made->server.id, listed.front().id))
                .has_value());
    CHECK(t.granted(tokens) == nullptr);
    const auto more = t.connect();
    CHECK(t.granted(more) != nullptr);
    CHECK(run_sync(t.registry->mass_revoke().revoke(t.owner, {t.owner.team_id, {}, 1, "test"}))
              .value() == 1);
    CHECK(t.granted(more) == nullptr);
    CHECK(t.refresh(more).error().code == "invalid_grant");
}

TEST_CASE("tenancy authorizations: listeners are told which token ended", "[tenancy][oauth]") {
    fixture t;
    std::vector<std::pair<server_change, std::string>> told;
    t.registry->grants().subscribe([&](const server_event& event) {
        told.emplace_back(event.kind, std::string{event.token_digest});
    });
    const auto tokens = t.connect();
    const std::string digest = t.granted(tokens)->token_digest;
    REQUIRE(
        run_sync(t.oauth().revoke_token(t.who(), std::string{tokens.access.reveal()})).has_value());
    REQUIRE(told.size() == 1);
    CHECK(told.front() == std::pair{server_change::token_ended, digest});
}

TEST_CASE("tenancy authorizations: a freeze holds for them, and a restart keeps them",
          "[tenancy][oauth]") {
    fixture t;
    const auto tokens = t.connect();
    REQUIRE(run_sync(t.registry->accounts().set_writes(t.owner, t.account.id, writes::off))
                .has_value());
    CHECK(t.granted(tokens)->frozen);
    t.reopen();
    REQUIRE(t.granted(tokens) != nullptr);
    CHECK(t.granted(tokens)->frozen);
    CHECK(t.granted(t.refresh(tokens).value()) != nullptr);
}

TEST_CASE("tenancy authorizations: an id alone lets nobody in", "[tenancy][oauth]") {
    fixture t;
    const auto tokens = t.connect();
    const auto id = t.oauth().verify(tokens.access.reveal(), t.issuer());
    REQUIRE(id.has_value());
    // An id is no token, whatever it is called.
    for (const std::string& guess : {*id, authorization_name(*id)}) {
        CHECK(t.registry->grants().cached(guess) == nullptr);
        CHECK(run_sync(t.registry->grants().find(guess)).error().code == "unknown_token");
    }
    CHECK(run_sync(t.registry->grants().find_authorization(t.made->token.reveal())).has_error());
}

}  // namespace oauth_test
