#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "tenancy/oauth/authorizations.hpp"
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

token_hasher hasher_of(const std::string& peppers) {
    key_source source;
    source.text = peppers;
    return token_hasher{load_key_ring(source, "pepper").value().ring};
}

}  // namespace

TEST_CASE("[tenancy] signer: only our header and our key open a token", "[tenancy][oauth]") {
    const token_signer signer{base::secret{std::string(32, 'k')}};
    const std::string token = signer.sign(R"({"a":1})");
    CHECK(signer.open(token) == R"({"a":1})");
    // As another program computes it (RFC 7515 §5.1).
    CHECK(token ==
          "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJhIjoxfQ."
          "7m5jzA_EXq-VxTUlN0fZ_yMP6qK4xcE_DuNwRXcU46s");
    const token_signer other{base::secret{std::string(32, 'x')}};
    CHECK_FALSE(other.open(token));
    const auto first = token.find('.');
    const auto second = token.rfind('.');
    const std::string body = token.substr(first, second - first);
    // {"alg":"none","typ":"at+jwt"}, {"alg":"RS256","typ":"at+jwt"}, and ours in another order.
    for (const std::string header :
         {"eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0", "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9",
          "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiJ9"}) {
        CHECK_FALSE(signer.open(header + body + token.substr(second)));
        CHECK_FALSE(signer.open(header + body + "."));
    }
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(signer.open(changed));
        CHECK_FALSE(signer.open(token.substr(0, i)));
    }
    // Every other spelling of the same signature: its last character holds two bits for nothing.
    for (const char last :
         std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"}) {
        auto spelled = token;
        spelled.back() = last;
        CHECK(signer.open(spelled).has_value() == (spelled == token));
    }
    CHECK_FALSE(signer.open(""));
    for (const char c : {'=', '+', '/', ' ', '\n'}) {
        std::string respelt = token;
        respelt.back() = c;
        CHECK_FALSE(signer.open(respelt));
    }
    CHECK_FALSE(signer.open(token + ".x"));
}

TEST_CASE("[tenancy] sealed_text: one purpose, nothing changed", "[tenancy][oauth]") {
    const std::string key(32, 'k');
    const std::string sealed = seal_text(key, "text", "one");
    CHECK(open_text(key, sealed, "one") == "text");
    CHECK_FALSE(open_text(key, sealed, "two"));
    CHECK_FALSE(open_text(std::string(32, 'x'), sealed, "one"));
    CHECK_FALSE(open_text(key, sealed.substr(1), "one"));
    CHECK_FALSE(open_text(key, "", "one"));
    CHECK(sealed.find_first_of("+/=") == std::string::npos);
    // RFC 7636, appendix B.
    CHECK(challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") ==
          "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    CHECK(is_verifier(proof));
    CHECK_FALSE(is_verifier(std::string(42, 'v')));
    CHECK_FALSE(is_verifier(std::string(129, 'v')));
    CHECK_FALSE(is_verifier(std::string(43, ' ')));
    CHECK(is_challenge(challenge_of(proof)));
    CHECK_FALSE(is_challenge(std::string(44, 'a')));
}

TEST_CASE("[tenancy] refresh_token: each follows from the one before, also under an older pepper",
          "[tenancy][oauth]") {
    const std::string old_pepper = test::pepper_text;
    const std::string new_pepper = test::master_key_text;
    const auto before = hasher_of(old_pepper);
    const std::string id = "oaz_4fTq0zPbX1c9LmYd8RkWvA2e";
    const std::string first{first_refresh_token(before, id).reveal()};
    CHECK(first.size() == 72);
    CHECK(authorization_of(before, first) == id);
    CHECK(first_refresh_token(before, id).reveal() != first);
    const std::string second{next_refresh_token(before, first).reveal()};
    CHECK(second != first);
    CHECK(next_refresh_token(before, first).reveal() == second);
    CHECK(authorization_of(before, second) == id);
    for (std::size_t i = 0; i < first.size(); ++i) {
        std::string changed = first;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(authorization_of(before, changed));
    }
    CHECK_FALSE(authorization_of(before, ""));
    CHECK_FALSE(authorization_of(hasher_of(new_pepper), first));
    const auto both = hasher_of(old_pepper + "\n" + new_pepper);
    CHECK(authorization_of(both, first) == id);
    CHECK(stored_as(both, first, before.hash(first)));
    CHECK_FALSE(stored_as(both, second, before.hash(first)));
    CHECK(authorization_of(both, next_refresh_token(both, first).reveal()) == id);
}

TEST_CASE("[tenancy] redirect_uri: https, or this computer on any port", "[tenancy][oauth]") {
    for (const char* good :
         {"https://a.example/cb", "https://a.example", "https://a.example:8443/cb?x=1",
          "http://localhost/cb", "http://127.0.0.1:1/cb", "http://[::1]:99/cb",
          "http://127.0.0.1:65535/cb"})
        CHECK(check_redirect_uri(good).has_value());
    for (const char* bad : {"",
                            "https://",
                            "https:///cb",
                            "http://a.example/cb",
                            "http://localhost.evil.example/",
                            "http://127.0.0.1.evil.example/",
                            "https://a@b.example/",
                            "https://a.example/#x",
                            "https://a.example/ x",
                            "https://a.example/\n",
                            "https://a.example:x/",
                            "https://a.example:123456/",
                            "https://a.example:65536/",
                            "http://127.0.0.1:99999/cb",
                            "https://a.example:000001/",
                            "javascript:alert(1)",
                            "cursor://x",
                            "https://a.ex\\ample/",
                            "HTTPS://a.example/",
                            "https://[::2]/",
                            "https://\xC3\xA4.example/",
                            "//a.example/"})
        CHECK(check_redirect_uri(bad).has_error());
    CHECK(check_redirect_uri("https://a.example/" + std::string(2000, 'x')).has_error());
    const std::vector<std::string> known{"https://a.example/cb", "http://127.0.0.1/cb",
                                         "http://localhost:5000/cb?x=1"};
    CHECK(redirect_allowed(known, "https://a.example/cb"));
    CHECK(redirect_allowed(known, "http://127.0.0.1:49152/cb"));
    CHECK(redirect_allowed(known, "http://localhost/cb?x=1"));
    for (const char* other :
         {"https://a.example/cb/", "https://a.example/cb?x", "https://a.example",
          "https://a.example:443/cb", "http://127.0.0.1:1/cb?x=1", "http://localhost:1/cb",
          "http://[::1]/cb", "http://127.0.0.2/cb"})
        CHECK_FALSE(redirect_allowed(known, other));
    CHECK(origin_of_uri("https://a.example:8443/cb?x") == "https://a.example:8443");
    CHECK(host_of_uri("http://[::1]:99/cb") == "[::1]:99");
    CHECK(on_this_computer("http://[::1]:99/cb"));
    CHECK_FALSE(on_this_computer(redirect));
}

TEST_CASE("[tenancy] redirect_uri: applications' own schemes are those of the list, whole",
          "[tenancy][oauth]") {
    const std::vector<std::string> prefixes{"cursor://anysphere.cursor-mcp/oauth/callback",
                                            "vscode://dynamicauthprovider/"};
    for (const char* good :
         {"cursor://anysphere.cursor-mcp/oauth/callback",
          "vscode://dynamicauthprovider/as.example/redirect?nonce=1", "https://a.example/cb"})
        CHECK(check_redirect_uri(good, prefixes).has_value());
    for (const char* bad :
         {"cursor://anysphere.cursor-mcp/oauth/callback/",
          "cursor://anysphere.cursor-mcp/oauth/callback?x", "cursor://anysphere.cursor-mcp/",
          "cursor://evil/oauth/callback", "CURSOR://anysphere.cursor-mcp/oauth/callback",
          "vscode://dynamicauthprovider", "vscode://dynamicauthprovider.evil/",
          "vscode://dynamicauthprovider/../x", "vscode://dynamicauthprovider/%2e%2e/x",
          "vscode://dynamicauthprovider/#x", "javascript://dynamicauthprovider/"}) {
        INFO(bad);
        CHECK(check_redirect_uri(bad, prefixes).has_error());
        CHECK(check_redirect_uri(bad).has_error());
    }
    for (const auto& prefix : prefixes) CHECK(check_app_prefix(prefix).has_value());
    for (const char* bad :
         {"", "cursor", "cursor://", "cursor://a", "https://a/", "javascript://a/", "data://a/",
          "Cursor://a/", "cursor://a/../b", "cursor://a@b/", "*://a/"})
        CHECK(check_app_prefix(bad).has_error());
    CHECK(origin_of_uri(prefixes[0]) == "cursor:");
    CHECK(host_of_uri(prefixes[0]) == "cursor://anysphere.cursor-mcp");
    CHECK(on_this_computer(prefixes[0]));
}

TEST_CASE("[tenancy] clients: what a client may say of itself", "[tenancy][oauth]") {
    const auto read = [](std::string_view text) { return decode_client(text); };
    const auto good = read(R"({"client_name":"X","redirect_uris":["https://a.example/"],"new":1})");
    REQUIRE(good.has_value());
    CHECK(check_client(*good).has_value());
    for (const char* text : {"[]", "{", "", R"({"redirect_uris":"x"})", R"({"redirect_uris":[1]})",
                             R"({"client_name":1,"redirect_uris":[]})"})
        CHECK_FALSE(read(text));
    for (const char* text :
         {"{}", R"({"redirect_uris":[]})",
          R"({"redirect_uris":["https://a.example/"],"grant_types":["client_credentials"]})",
          R"({"redirect_uris":["https://a.example/"],"response_types":["token"]})",
          R"({"redirect_uris":["http://a.example/"]})"}) {
        const auto client = read(text);
        REQUIRE(client.has_value());
        const auto refused = check_client(*client);
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == "invalid_redirect_uri");
    }
    auto named = *good;
    named.name = "a\nb";
    CHECK(check_client(named).error().code == "invalid_client_metadata");
    named.name = std::string(201, 'a');
    CHECK(check_client(named).error().code == "invalid_client_metadata");
    named.name.clear();
    named.redirect_uris.assign(11, "https://a.example/");
    CHECK(check_client(named).error().code == "invalid_redirect_uri");
}

TEST_CASE("[tenancy] clients: one that nobody used is forgotten after a day", "[tenancy][oauth]") {
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

TEST_CASE("[tenancy] authorizations: only servers that take OAuth clients are open",
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

TEST_CASE("[tenancy] authorizations: a page is good for ten minutes", "[tenancy][oauth]") {
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

TEST_CASE("[tenancy] authorizations: a code is good once and for a minute", "[tenancy][oauth]") {
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

TEST_CASE("[tenancy] authorizations: an access token lasts ten minutes, at its server only",
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

TEST_CASE("[tenancy] authorizations: reading only leaves the tools that read", "[tenancy][oauth]") {
    fixture t;
    const auto reader = t.granted(t.connect(read_scope));
    REQUIRE(reader != nullptr);
    CHECK(reader->filter.methods == read_methods);
    const auto all = t.granted(t.connect());
    CHECK(all->filter.methods == all_methods);
    CHECK(reader->listing_key != all->listing_key);
}

TEST_CASE("[tenancy] authorizations: a lost answer is given again for ten seconds",
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

TEST_CASE("[tenancy] authorizations: they end at their time, or with their server",
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

TEST_CASE("[tenancy] authorizations: rotation leaves them, every revoke ends them",
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

TEST_CASE("[tenancy] authorizations: listeners are told which token ended", "[tenancy][oauth]") {
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

TEST_CASE("[tenancy] authorizations: a freeze holds for them, and a restart keeps them",
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

TEST_CASE("[tenancy] authorizations: an id alone lets nobody in", "[tenancy][oauth]") {
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
