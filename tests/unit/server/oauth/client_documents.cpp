#include "server/oauth/client_documents.hpp"

#include <catch2/catch.hpp>

#include "base/public_network.hpp"
#include "base/url.hpp"
#include "server/log/redaction.hpp"
#include "server/oauth/attempts.hpp"
#include "server/oauth/consent_page.hpp"
#include "server/oauth/fair_places.hpp"
#include "server/oauth/form.hpp"
#include "server/pages/frame.hpp"
#include "server/pipeline/host_origin.hpp"

namespace oauth_test {

using namespace tollgate;
using namespace tollgate::oauth;
using namespace std::chrono_literals;

TEST_CASE("server form: each name once, unknown ones too", "[server][oauth]") {
    const auto in = decode_parameters("a=1&b=x%20y+z&empty=&c=%26%3D");
    REQUIRE(in.has_value());
    CHECK(value_of(*in, "a") == "1");
    CHECK(value_of(*in, "b") == "x y z");
    CHECK(value_of(*in, "c") == "&=");
    CHECK(value_of(*in, "empty").empty());
    CHECK(value_of(*in, "none").empty());
    for (const char* bad : {"a=1&a=2", "a=%", "a=%2", "a=%zz", "%=1"})
        CHECK_FALSE(decode_parameters(bad));
    std::string many;
    for (int i = 0; i < 51; ++i) many += "p" + std::to_string(i) + "=1&";
    CHECK_FALSE(decode_parameters(many));
    std::string uri = "https://a.example/cb";
    base::append_query(uri, "state", "a b&c=\xC3\xA4");
    base::append_query(uri, "iss", "https://x/");
    CHECK(uri == "https://a.example/cb?state=a%20b%26c%3D%C3%A4&iss=https%3A%2F%2Fx%2F");
}

TEST_CASE("server attempts: a limit a name and span", "[server][oauth]") {
    attempts counted{2, 10min};
    const base::timestamp start{};
    for (int i = 0; i < 2; ++i) {
        CHECK(counted.may("a", start));
        counted.count("a", start);
    }
    CHECK_FALSE(counted.may("a", start + 10min - 1ms));
    CHECK(counted.may("b", start));
    CHECK(counted.may("a", start + 10min));
}

TEST_CASE("server public_network: nothing that is not of the public internet", "[server][oauth]") {
    const auto open = [](const char* text) {
        return base::is_public(boost::asio::ip::make_address(text));
    };
    for (const char* good : {"1.1.1.1", "160.79.104.1", "172.15.255.255", "172.32.0.1",
                             "192.167.255.255", "100.63.0.1", "223.255.255.255", "2607:6bc0::1",
                             "2a00:1450:4001::1", "2001:4860:4860::8888"})
        CHECK(open(good));
    for (const char* bad : {"0.0.0.0",
                            "10.1.2.3",
                            "100.64.0.1",
                            "127.0.0.1",
                            "169.254.169.254",
                            "172.16.0.1",
                            "172.31.255.255",
                            "192.0.0.1",
                            "192.0.2.1",
                            "192.88.99.1",
                            "192.168.1.1",
                            "198.18.0.1",
                            "198.19.255.255",
                            "198.51.100.1",
                            "203.0.113.1",
                            "224.0.0.1",
                            "255.255.255.255",
                            "::",
                            "::1",
                            "::ffff:1.1.1.1",
                            "::ffff:127.0.0.1",
                            "64:ff9b::7f00:1",
                            "fc00::1",
                            "fd12::1",
                            "fe80::1",
                            "ff02::1",
                            "2001:db8::1",
                            "2001::1",
                            "2002:7f00:1::",
                            "3fff::1"})
        CHECK_FALSE(open(bad));
}

TEST_CASE("server fair_places: a share an address and a server, given back", "[server][oauth]") {
    fair_places places{{2, 3, 4}};
    std::vector<fair_places::place> taken;
    const auto take = [&](const char* address, const char* server) {
        auto place = places.take({address, server});
        if (place) taken.push_back(std::move(*place));
        return place.has_value();
    };
    CHECK(take("a", "mcp_1"));
    CHECK(take("a", "mcp_2"));
    CHECK_FALSE(take("a", "mcp_3"));  // of the address
    CHECK(take("b", "mcp_1"));
    CHECK(take("c", "mcp_1"));
    CHECK_FALSE(take("d", "mcp_2"));  // of all
    taken.pop_back();
    CHECK(take("c", "mcp_1"));
    CHECK_FALSE(take("c", "mcp_1"));
    taken.clear();
    for (const char* address : {"a", "b", "c"}) CHECK(take(address, "mcp_1"));
    CHECK_FALSE(take("d", "mcp_1"));  // of the server
    CHECK(take("d", "mcp_2"));
}

TEST_CASE("server client_documents: which addresses may be one", "[server][oauth]") {
    CHECK(parse_document_address("https://a.example/client.json", false));
    CHECK(parse_document_address("http://127.0.0.1:99/client.json", true));
    for (const char* bad : {"https://a.example", "https://a.example/", "https://a.example?x",
                            "http://127.0.0.1/client.json", "https://a.example:8443/c.json",
                            "https://u@a.example/c.json", "https://a.example/../c.json",
                            "https://a.example/c.json#x", "oac_x", ""})
        CHECK_FALSE(parse_document_address(bad, false));
    CHECK_FALSE(parse_document_address("http://a.example/client.json", true));
}

TEST_CASE("server consent_page: text stays text", "[server][oauth]") {
    CHECK(server::escaped("<a href=\"x\" b='y'>&") ==
          "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
    const auto page = refusal_page(400, "<script>");
    CHECK(page.body.find("<script>") == std::string::npos);
    CHECK(page.status == 400);
}

TEST_CASE("redaction: what OAuth hands out is masked", "[server][log]") {
    using server::redact;
    CHECK(redact("x tgr_0aB1c y") == "x tgr_*** y");
    CHECK(redact("tga_ab-c_d&x") == "tga_***&x");
    CHECK(redact("token=eyJhbGciOiJIUzI1NiJ9.eyJh-_.sig end") == "token=eyJ*** end");
    CHECK(redact("heyJude, JSON, J") == "heyJude, JSON, J");
}

TEST_CASE("host_origin: a page of the same origin, and mirrored headers", "[server][pipeline]") {
    server::config value;
    const server::host_rules rules{value};
    base::http_request request;
    request.method = "POST";
    request.headers = {{"Host", "192.168.1.5:8787"}, {"Origin", "http://192.168.1.5:8787"}};
    CHECK_FALSE(server::check_host_origin(rules, request).has_value());
    request.headers = {{"Host", "192.168.1.5:8787"}, {"Origin", "http://192.168.1.6:8787"}};
    CHECK(server::check_host_origin(rules, request)->status == 403);
    request.headers = {{"Host", "evil.example"}, {"Origin", "http://evil.example"}};
    CHECK(server::check_host_origin(rules, request)->status == 421);
    request.method = "OPTIONS";
    request.headers = {{"Host", "localhost"},
                       {"Origin", "http://localhost:1"},
                       {"Access-Control-Request-Headers", "Mcp-Param-A, x-other, mcp-param-b\n"}};
    const auto answer = server::check_host_origin(rules, request);
    REQUIRE(answer.has_value());
    const auto allowed =
        std::find_if(answer->headers.begin(), answer->headers.end(),
                     [](const auto& one) { return one.first == "Access-Control-Allow-Headers"; });
    CHECK(allowed->second.ends_with("x-auth-token, mcp-param-a"));
}

}  // namespace oauth_test
