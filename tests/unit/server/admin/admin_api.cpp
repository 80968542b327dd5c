// What holds for every call: paths, verbs, authorization, bodies, Idempotency-Key.

#include <catch2/catch.hpp>

#include <fstream>
#include <random>
#include <sstream>

#include "server/admin/routes.hpp"
#include "tenancy/secrets/token.hpp"
#include "tests/support/watched_store.hpp"
#include "tests/unit/server/admin/fixture.hpp"

namespace exchange_test {

using namespace tollgate;
using test::admin_fixture;
using test::run_sync;

TEST_CASE("admin exchange: owns its roots and nothing that only begins like them",
          "[admin][exchange]") {
    using admin::admin_api;
    for (const auto* path : {"/team", "/team/x", "/api-key", "/integrated-account",
                             "/integrated-account/ia_1/mcp", "/openapi.yaml"})
        CHECK(admin_api::owns(path));
    for (const auto* path : {"/", "", "/teams", "/mcp/tgm_x", "/healthz", "/api-keys", "team"})
        CHECK_FALSE(admin_api::owns(path));
}

TEST_CASE("admin exchange: unknown paths are 404 and wrong verbs 405 with Allow",
          "[admin][exchange]") {
    admin_fixture t;
    for (const auto* path :
         {"/team/", "/team/x_1", "/integrated-account/", "/integrated-account/a/b",
          "/integrated-account/../team", "/integrated-account/a%2Fb", "/integrated-account//mcp",
          "/integrated-account/a/mcp/b/rotate/c", "/integrated-account/a/mcp/b/turn", "//team"}) {
        INFO(path);
        const auto answer = t.send("GET", path);
        CHECK(answer.status == 404);
        CHECK(answer.code() == "unknown_path");
    }
    const std::string long_id = "/integrated-account/" + std::string(65, 'a');
    CHECK(t.send("GET", long_id).code() == "unknown_path");
    const auto wrong = t.send("PUT", "/integrated-account/ia_1/mcp/mcp_1");
    CHECK(wrong.status == 405);
    CHECK(wrong.header("Allow") == "GET, PATCH, DELETE");
    CHECK(t.send("DELETE", "/team").header("Allow") == "POST, GET, PATCH");
    CHECK(t.send("get", "/team").status == 405);
    CHECK(t.send("", "/team").status == 405);
}

TEST_CASE("admin exchange: every call but the document needs a key", "[admin][exchange]") {
    admin_fixture t;
    for (const auto& route : admin::routes()) {
        if (!route.role_min) continue;
        std::string path{route.pattern};
        for (auto brace = path.find('{'); brace != std::string::npos; brace = path.find('{')) {
            const std::string name = path.substr(brace, path.find('}') - brace + 1);
            const bool person = name == "{person_id}";
            const bool session = name == "{session_id}";
            path.replace(brace, name.size(), person ? "per_1" : session ? "ses_1" : "team_1");
        }
        const auto missing = t.send_as("", route.verb, path, "{}");
        CHECK(missing.status == 401);
        CHECK(missing.code() == "missing_api_key");
        CHECK(missing.header("WWW-Authenticate") == "Bearer realm=\"tollgate\"");
    }
    const std::string unknown{tenancy::make_token(tenancy::api_key_prefix).reveal()};
    const std::string mcp{tenancy::make_token(tenancy::mcp_token_prefix).reveal()};
    for (const std::string& wrong : {unknown, mcp, t.key + "x", t.key.substr(1)}) {
        const auto refused = t.send_as(wrong, "GET", "/team");
        CHECK(refused.status == 401);
        CHECK(refused.code() == "invalid_api_key");
        CHECK(refused.header("WWW-Authenticate").find("invalid_token") != std::string::npos);
        CHECK(refused.text.find(wrong.substr(8)) == std::string::npos);
    }
    // other schemes, and the scheme's letter case
    CHECK(t.send_as("", "GET", "/team", "", {{"Authorization", "Basic " + t.key}}).status == 401);
    CHECK(t.send_as("", "GET", "/team", "", {{"Authorization", t.key}}).status == 401);
    CHECK(t.send_as("", "GET", "/team", "", {{"authorization", "bearer " + t.key}}).status == 200);
}

TEST_CASE("admin exchange: bodies are bounded in size and depth and must be JSON",
          "[admin][exchange]") {
    admin_fixture t;
    const auto send = [&t](std::string body) { return t.send("POST", "/team", std::move(body)); };
    const std::string big = R"({"name":")" + std::string(64 * 1024, 'x') + R"("})";
    CHECK(send(big).status == 413);
    CHECK(send(big).code() == "body_too_large");
    const auto nested = [](std::size_t depth) {
        return R"({"name":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    CHECK(send(nested(33)).code() == "json_too_deep");
    CHECK(send(nested(32)).code() == "wrong_type");
    CHECK(send(std::string(60'000, '[')).code() == "json_too_deep");
    CHECK(send(R"({"name":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"[[["})").status == 201);
    for (const auto* body : {"{", "nonsense", "\"text\"", "null", "[]", "1", "{\"name\":\"\xff\"}",
                             "{\"name\":\"x\"}{}", "{\"name\":\"x\",}", "{'name':'x'}"})
        CHECK(send(body).code() == "malformed_json");
    CHECK(send("{\"name\":\"a\\u0000b\"}").code() == "invalid_name");
    const test::header_list form{{"Content-Type", "application/x-www-form-urlencoded"}};
    CHECK(t.send("POST", "/team", R"({"name":"x"})", form).status == 415);
    const test::header_list charset{{"Content-Type", "application/json; charset=utf-8"}};
    CHECK(t.send("POST", "/team", R"({"name":"x"})", charset).status == 201);
}

TEST_CASE("admin exchange: a store that cannot write is 503, and works again when it can",
          "[admin][exchange]") {
    admin_fixture t;
    test::watched_store watched{*t.store};
    t.registry =
        tenancy::make_registry(watched, t.clock, t.log, t.tools, nullptr, test::test_options())
            .value();
    watched.fail_commits = true;
    const auto failed = t.send("POST", "/team", R"({"name":"x"})");
    CHECK(failed.status == 503);
    CHECK(failed.code() == "audit_unavailable");
    CHECK(failed.header("Retry-After") == "1");
    CHECK(t.send("GET", "/team").body.at("result").size() == 1);
    watched.fail_commits = false;
    CHECK(t.send("POST", "/team", R"({"name":"x"})").status == 201);
    t.registry.reset();
}

// Bytes that are almost right: the shapes above, cut, doubled and with bytes exchanged.
TEST_CASE("admin exchange: no body makes it throw, and no refused body changes anything",
          "[admin][exchange]") {
    admin_fixture t;
    const std::string account = "/integrated-account/" + t.connect_account();
    const std::string whole = R"({"name":"x","config":{"methods":["read"],"tags":["payments"],)"
                              R"("tools":{"allow":[]}},"expires_at":null})";
    std::minstd_rand random{7};
    for (int i = 0; i < 600; ++i) {
        std::string body = whole;
        for (unsigned change = 0; change <= random() % 3; ++change) {
            const std::size_t at = random() % body.size();
            if (random() % 3 == 0)
                body.erase(at, random() % 8);
            else if (random() % 2 == 0)
                body.insert(at, body.substr(random() % body.size(), 6));
            else
                body[at] = static_cast<char>(random() % 256);
            if (body.empty()) body = "{";
        }
        const auto answer = t.send("POST", account + "/mcp", body);
        INFO(body);
        CHECK(answer.status == 400);  // the empty allow list alone is a 400
    }
    CHECK(t.send("GET", account + "/mcp").body.at("result").empty());
}

namespace {

base::awaitable<> answer_into(admin::admin_api& api, const base::http_request& request,
                              base::http_response& out) {
    const admin::request_facts facts{"req_1", "https://gateway.example", "192.0.2.1"};
    out = co_await api.handle(request, facts);
}

}  // namespace

// All pass the look-up before the first one commits; the transaction lets one through.
TEST_CASE("admin idempotency: equal requests at once are done once", "[admin][idempotency]") {
    admin_fixture t;
    const std::string authorization = "Bearer " + t.key;
    base::http_request request;
    request.method = "POST";
    request.target = request.path = "/team";
    request.headers = {{"Authorization", authorization}, {"Idempotency-Key", "k"}};
    request.body = R"({"name":"x"})";
    admin::admin_api api{admin::services{*t.registry}, t.log};
    std::array<base::http_response, 8> answers;
    boost::asio::io_context& loop = test::new_loop();
    for (auto& answer : answers)
        boost::asio::co_spawn(loop, answer_into(api, request, answer), test::rethrow);
    loop.run();
    for (const auto& answer : answers) {
        CHECK(answer.status == 201);
        CHECK(answer.body == answers[0].body);
    }
    CHECK(t.send("GET", "/team").body.at("result").size() == 2);
}

TEST_CASE("admin idempotency: the same request is answered again and done once",
          "[admin][idempotency]") {
    admin_fixture t;
    const std::string servers = "/integrated-account/" + t.connect_account() + "/mcp";
    const test::header_list key{{"Idempotency-Key", "mint-1"}};
    const std::string body = R"({"name":"x"})";
    const auto first = t.send("POST", servers, body, key);
    REQUIRE(first.status == 201);
    CHECK(first.header("Idempotent-Replayed").empty());
    const auto again = t.send("POST", servers, body, key);
    CHECK(again.status == 201);
    CHECK(again.text == first.text);
    CHECK(again.header("Idempotent-Replayed") == "true");
    CHECK(again.header("Cache-Control") == "no-store");
    CHECK(t.send("GET", servers).body.at("result").size() == 1);

    const auto other = t.send("POST", servers, R"({"name":"y"})", key);
    CHECK(other.status == 422);
    CHECK(other.code() == "idempotency_key_reused");
    // another path or team is another request
    CHECK(t.send("POST", "/team", body, key).header("Idempotent-Replayed").empty());
    CHECK(t.send_as(t.foreign_key(), "POST", "/api-key", R"({"name":"x","role":"admin"})", key)
              .header("Idempotent-Replayed")
              .empty());
    // a day later the key is free
    t.clock.advance(std::chrono::hours{24});
    CHECK(t.send("POST", servers, body, key).body.at("id") != first.id());
}

TEST_CASE("admin idempotency: a rotation is replayed, not done twice", "[admin][idempotency]") {
    admin_fixture t;
    const std::string servers = "/integrated-account/" + t.connect_account() + "/mcp";
    const auto made = t.send("POST", servers, R"({"name":"x"})");
    const std::string path = servers + "/" + made.id() + "/rotate";
    const test::header_list key{{"Idempotency-Key", "rotate-1"}};
    const auto first = t.send("POST", path, "", key);
    const auto again = t.send("POST", path, "", key);
    CHECK(again.status == 200);
    CHECK(again.text == first.text);
    const std::string url = first.body.at("url");
    CHECK(run_sync(t.registry->grants().find(url.substr(url.rfind('/') + 1))).has_value());
}

TEST_CASE("admin idempotency: a refused request is not stored", "[admin][idempotency]") {
    admin_fixture t;
    const test::header_list key{{"Idempotency-Key", "k"}};
    CHECK(t.send("POST", "/team", R"({"nam":"x"})", key).status == 400);
    CHECK(t.send("POST", "/team", R"({"name":"x"})", key).status == 201);
    for (const std::string& wrong :
         {std::string{}, std::string(256, 'k'), std::string{"a b"}, std::string{"\xc3\xa9"}})
        CHECK(t.send("POST", "/team", R"({"name":"x"})", {{"Idempotency-Key", wrong}}).code() ==
              "invalid_idempotency_key");
    // only POSTs look at it
    CHECK(t.send("GET", "/team", "", {{"Idempotency-Key", "a b"}}).status == 200);
}

TEST_CASE("admin idempotency: stored answers hold no secret in plain text",
          "[admin][idempotency]") {
    admin_fixture t;
    const auto made =
        t.send("POST", "/api-key", R"({"name":"x","role":"viewer"})", {{"Idempotency-Key", "k"}});
    const std::string secret = made.body.at("key");
    std::ostringstream bytes;
    for (const char* name : {"t.db", "t.db-wal"})
        bytes << std::ifstream{t.dir.file(name), std::ios::binary}.rdbuf();
    REQUIRE(bytes.str().find(made.id()) != std::string::npos);
    CHECK(bytes.str().find(secret.substr(8)) == std::string::npos);
}

}  // namespace exchange_test
