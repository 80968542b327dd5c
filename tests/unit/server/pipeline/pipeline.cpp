#include <catch2/catch.hpp>

#include "server/pipeline/base_url.hpp"
#include "server/pipeline/client.hpp"
#include "server/pipeline/host_origin.hpp"
#include "server/pipeline/routes.hpp"

namespace pipeline_test {

using namespace tollgate;
using namespace tollgate::server;

TEST_CASE("host_origin: names an attacker could rebind are refused, addresses are not",
          "[server][pipeline]") {
    config value;
    value.server.public_url = "https://pay.example.com";
    value.server.allowed_hosts = {"internal.lan"};
    const host_rules rules{value};
    for (const auto* host : {"localhost:8787", "127.0.0.1", "[::1]:80", "10.0.0.7:80",
                             "pay.example.com", "PAY.example.com:443", "internal.lan:1"})
        CHECK(rules.host_allowed(host));
    for (const auto* host : {"evil.example", "localhost.evil.example", "", "pay.example.com.evil",
                             "[::1", "127.0.0.1.nip.io", "127.0.0.1:1@evil.example", "[::1]x",
                             "127.0.0.1/x", "127.0.0.1:x", "0.0.0.0:80", "[::]:80"})
        CHECK_FALSE(rules.host_allowed(host));
    for (const auto* origin : {"https://claude.ai", "https://chatgpt.com", "http://localhost:6274",
                               "https://pay.example.com"})
        CHECK(rules.origin_allowed(origin));
    for (const auto* origin : {"https://evil.example", "null", "https://claude.ai.evil.example",
                               "http://claude.ai", "", "http://localhost@evil.example",
                               "http://localhost/x", "http://[::1]x", "http://localhost:x"})
        CHECK_FALSE(rules.origin_allowed(origin));
}

TEST_CASE("host_origin: refusals and preflights", "[server][pipeline]") {
    const host_rules rules{config{}};
    base::http_request request;
    request.method = "POST";
    request.headers = {{"Host", "evil.example"}};
    CHECK(check_host_origin(rules, request)->status == 421);
    request.headers = {{"Host", "localhost"}, {"Origin", "https://evil.example"}};
    CHECK(check_host_origin(rules, request)->status == 403);
    request.headers = {{"Host", "localhost"}, {"Origin", "null"}};
    CHECK(check_host_origin(rules, request)->status == 403);
    for (const auto* origin : {"localhost", "http://a@b", "http://a/b", "://a", "http://a:x"}) {
        INFO(origin);
        request.headers = {{"Host", "localhost"}, {"Origin", origin}};
        CHECK(check_host_origin(rules, request)->status == 400);
    }
    request.headers = {{"Host", "localhost"}};
    CHECK_FALSE(check_host_origin(rules, request).has_value());
    request.method = "OPTIONS";
    request.headers = {{"Host", "localhost"}, {"Origin", "https://claude.ai"}};
    const auto preflight = check_host_origin(rules, request);
    REQUIRE(preflight.has_value());
    CHECK(preflight->status == 204);
    CHECK(std::find(preflight->headers.begin(), preflight->headers.end(),
                    std::pair<std::string, std::string>{"Access-Control-Allow-Origin",
                                                        "https://claude.ai"}) !=
          preflight->headers.end());
}

TEST_CASE("client: only a trusted proxy's word counts", "[server][pipeline]") {
    const auto rules = proxy_rules::parse({"10.0.0.0/8", "::1"});
    REQUIRE(rules.has_value());
    base::http_request request;
    const auto identify = [&](std::string peer, std::string_view chain) {
        request.headers = {{"X-Forwarded-For", chain}, {"X-Forwarded-Proto", "https"}};
        connection_facts facts{std::move(peer), false};
        request_context context{facts, request};
        identify_client(*rules, context);
        return context.client_address + (context.secure ? " tls" : "");
    };
    CHECK(identify("203.0.113.9", "1.2.3.4") == "203.0.113.9");
    CHECK(identify("10.1.2.3", "1.2.3.4") == "1.2.3.4 tls");
    CHECK(identify("::1", "6.6.6.6, 1.2.3.4, 10.0.0.1") == "1.2.3.4 tls");
    CHECK(identify("10.1.2.3", "junk, 1.2.3.4") == "1.2.3.4 tls");
    CHECK(identify("10.1.2.3", "1.2.3.4, junk") == "10.1.2.3 tls");
    CHECK(identify("10.1.2.3", "1.2.3.4\t,\t10.0.0.1") == "1.2.3.4 tls");
    // A second line goes on where the first ends: the nearest proxy wrote it.
    const auto identify_lines = [&](std::string_view first, std::string_view second) {
        request.headers = {{"X-Forwarded-For", first},
                           {"X-Forwarded-Proto", "https"},
                           {"x-forwarded-for", second},
                           {"X-Forwarded-Proto", "http"}};
        connection_facts facts{"10.1.2.3", false};
        request_context context{facts, request};
        identify_client(*rules, context);
        return context.client_address + (context.secure ? " tls" : "");
    };
    CHECK(identify_lines("6.6.6.6", "1.2.3.4") == "1.2.3.4");
    CHECK(identify_lines("6.6.6.6, 1.2.3.4", "10.0.0.1") == "1.2.3.4");
    CHECK(identify_lines("6.6.6.6", "junk") == "10.1.2.3");
    CHECK_FALSE(proxy_rules::parse({"10.0.0.0/99"}).has_value());
    CHECK_FALSE(proxy_rules::parse({"proxy.example"}).has_value());
}

TEST_CASE("routes: known paths, and nothing else", "[server][pipeline]") {
    const auto route_of = [](std::string_view path, surface served = {}) {
        base::http_request request;
        request.path = path;
        connection_facts facts;
        request_context context{facts, request};
        select_route(served, context);
        return std::string(route_name(context.to)) + ":" + std::string(context.path_token);
    };
    CHECK(route_of("/mcp/tgm_x") == "mcp:tgm_x");
    CHECK(route_of("/mcp") == "mcp:");
    CHECK(route_of("/mcp/tgm_x/.well-known/openid-configuration") == "oauth:");
    CHECK(route_of("/.well-known/oauth-protected-resource/mcp/tgm_x") == "oauth:");
    CHECK(route_of("/.well-known/oauth-authorization-server") == "oauth:");
    CHECK(route_of("/oauth/mcp_x/token") == "oauth:");
    CHECK(route_of("/oauth/mcp_x/token", {.mcp = false, .admin = true}) == "none:");
    CHECK(route_of("/mcp/tgm_x/") == "none:");
    CHECK(route_of("/mcp/tgm_x/sse/") == "none:");
    CHECK(route_of("/mcp/tgm_x/y/sse") == "none:");
    CHECK(route_of("/integrated-account/ia_1/mcp") == "admin:");
    CHECK(route_of("/integrated-accounts") == "none:");
    CHECK(route_of("/healthz") == "health:");
    CHECK(route_of("/metrics", {.mcp = true, .admin = false}) == "none:");
    CHECK(route_of("/team", {.mcp = true, .admin = false}) == "none:");
    CHECK(route_of("/mcp/tgm_x", {.mcp = false, .admin = true}) == "none:");
    CHECK(route_of("/readyz", {.mcp = false, .admin = true}) == "ready:");
}

TEST_CASE("routes: a search over MCP servers is the admin API's, other requests to /mcp are not",
          "[server][pipeline]") {
    const auto route_of = [](std::string_view method, std::string_view path, std::string_view query,
                             surface served = {}) {
        base::http_request request;
        request.method = method;
        request.path = path;
        request.query = query;
        connection_facts facts;
        request_context context{facts, request};
        select_route(served, context);
        return std::string(route_name(context.to));
    };
    const surface mcp_only{.mcp = true, .admin = false};
    const surface admin_only{.mcp = false, .admin = true};
    CHECK(route_of("GET", "/mcp", "prefix=tgm_3k") == "admin");
    CHECK(route_of("GET", "/mcp", "x=1&limit=5") == "admin");
    CHECK(route_of("GET", "/mcp", "") == "mcp");
    CHECK(route_of("GET", "/mcp", "x=1&prefixes") == "mcp");
    CHECK(route_of("POST", "/mcp", "name=x") == "mcp");
    CHECK(route_of("GET", "/mcp", "name=x", mcp_only) == "mcp");
    CHECK(route_of("GET", "/mcp", "", admin_only) == "admin");
    CHECK(route_of("POST", "/mcp/find", "") == "admin");
    CHECK(route_of("POST", "/mcp/find", "", mcp_only) == "none");
    CHECK(route_of("POST", "/revoke", "") == "admin");
    CHECK(route_of("POST", "/revoke", "", mcp_only) == "none");
}

TEST_CASE("routes: both ends of HTTP+SSE, with the token in the path or in a header",
          "[server][pipeline]") {
    const auto door_of = [](std::string_view path) {
        base::http_request request;
        request.path = path;
        connection_facts facts;
        request_context context{facts, request};
        select_route({}, context);
        CHECK(context.to == route::mcp);
        return std::pair{context.door, std::string(context.path_token)};
    };
    CHECK(door_of("/mcp/tgm_x/sse") == std::pair{mcp_transport::sse, std::string("tgm_x")});
    CHECK(door_of("/mcp/tgm_x/messages") ==
          std::pair{mcp_transport::messages, std::string("tgm_x")});
    CHECK(door_of("/mcp/sse") == std::pair{mcp_transport::sse, std::string()});
    CHECK(door_of("/mcp/messages") == std::pair{mcp_transport::messages, std::string()});
    CHECK(door_of("/mcp/tgm_x") == std::pair{mcp_transport::streamable, std::string("tgm_x")});
}

TEST_CASE("pipeline: the network of an address leaves its last part out", "[pipeline]") {
    CHECK(network_of("203.0.113.9") == "203.0.113.0/24");
    CHECK(network_of("::ffff:203.0.113.9") == "203.0.113.0/24");
    CHECK(network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1::/48");
    CHECK(network_of("fe80::1%eth0") == "fe80::/48");
    CHECK(network_of("unix") == "");
    CHECK(network_of("") == "");
}

TEST_CASE("client: attempts are counted for an IPv4 address and for an IPv6 network",
          "[server][pipeline]") {
    CHECK(counted_address("203.0.113.9") == "203.0.113.9");
    CHECK(counted_address("::ffff:203.0.113.9") == "203.0.113.9");
    CHECK(counted_address("2001:db8:1:2:3:4:5:6") == counted_address("2001:db8:1:2:ffff::1"));
    CHECK(counted_address("2001:db8:1:2::1") != counted_address("2001:db8:1:3::1"));
    CHECK(counted_address("") == "");
}

TEST_CASE("base_url: of a gateway that listens on every address, the name a request came by",
          "[server][pipeline]") {
    base::http_request request;
    connection_facts facts{"127.0.0.1", false};
    request_context context{facts, request};
    base_urls everywhere{""};
    CHECK(everywhere.of(context).empty());
    request.headers = {{"Host", "10.0.0.7:8787"}};
    CHECK(everywhere.of(context) == "http://10.0.0.7:8787");
    base_urls one{""};
    one.set_listening("http://127.0.0.1:8787");
    CHECK(one.of(context) == "http://127.0.0.1:8787");
    base_urls named{"https://pay.example.com"};
    named.set_listening("http://127.0.0.1:8787");
    CHECK(named.of(context) == "https://pay.example.com");
}

}  // namespace pipeline_test
