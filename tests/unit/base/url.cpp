#include "base/url.hpp"

#include <catch2/catch.hpp>

namespace url_test {

using namespace tollgate::base;

TEST_CASE("base url: every part of a URL is read once", "[base][url]") {
    const auto full = parse_url("HTTPS://API.Example.com:8443/a%2Fb/C?x=1&y=2").value();
    CHECK(full.scheme == "https");
    CHECK(full.is_https());
    CHECK(full.host == "api.example.com");
    CHECK(full.has_port);
    CHECK(full.port == 8443);
    CHECK(full.path == "/a%2Fb/C");
    CHECK(full.query == "x=1&y=2");
    CHECK(full.authority() == "api.example.com:8443");
    CHECK(full.target() == "/a%2Fb/C?x=1&y=2");

    const auto bare = parse_url("http://a.example").value();
    CHECK(bare.is_web());
    CHECK_FALSE(bare.is_https());
    CHECK_FALSE(bare.has_port);
    CHECK(bare.port == 80);
    CHECK(bare.path.empty());
    CHECK_FALSE(bare.has_query);
    CHECK(bare.target() == "/");
    CHECK(bare.authority() == "a.example");

    // No slash before the query.
    CHECK(parse_url("https://a.example?x=/y")->target() == "/?x=/y");
    CHECK(parse_url("https://a.example?x=/y")->host == "a.example");
    CHECK(parse_url("https://a.example/?")->target() == "/?");

    const auto six = parse_url("https://[2001:DB8::1]:99/x").value();
    CHECK(six.is_ipv6);
    CHECK(six.host == "2001:db8::1");
    CHECK(six.authority() == "[2001:db8::1]:99");

    const auto other = parse_url("cursor://anysphere.cursor-mcp/oauth/callback").value();
    CHECK(other.scheme == "cursor");
    CHECK(other.host == "anysphere.cursor-mcp");
    CHECK(other.port == 0);
    CHECK_FALSE(other.is_web());

    // A dot at the end belongs to the host, so that no comparison takes it for the name without it.
    CHECK(parse_url("https://a.example./")->host == "a.example.");
}

TEST_CASE("base url: user information is refused unless the caller allows it", "[base][url]") {
    for (const char* text : {"https://me@a.example/", "https://me:pw@a.example/", "https://@a/",
                             "https://a.example@127.0.0.1/"})
        CHECK_FALSE(parse_url(text));
    const auto read = parse_url("redis://ada:p%40ss@cache:7/3", url_userinfo::allowed).value();
    CHECK(read.userinfo == "ada:p%40ss");
    CHECK(read.host == "cache");
    CHECK(read.port == 7);
    CHECK(read.path == "/3");
    // Parsers disagree about which '@' ends the user information.
    CHECK_FALSE(parse_url("https://a.example@b.example@c.example/", url_userinfo::allowed));
}

TEST_CASE("base url: text that two parsers may read differently is refused", "[base][url]") {
    for (const std::string text :
         {"", "a.example", "//a.example/", "https:a.example", "https:/a.example", "https://",
          "https:///x", "https://:443/", "://a.example", "1https://a/",
          // Where the host ends.
          "https://a.example\\@b.example/", "https://a.example\\.b.example/",
          "https://a.example#@b.example/", "https://a.example/#x", "https://a.example/a\\b",
          // The host.
          "https://a%2fb.example/", "https://%61.example/", "https://a,b/", "https://a b/",
          "https://\xc3\xa4.example/", "https://a.example\xe3\x80\x82/", "https://a*b/",
          "https://[::1", "https://[::1]x/", "https://[fe80::1%25eth0]/", "https://[fe80::1%eth0]/",
          "https://[v1.x]/", "https://[127.0.0.1]/", "https://::1/", "https://[zz]/",
          // The port.
          "https://a:0/", "https://a:65536/", "https://a:/", "https://a:x/", "https://a:-1/",
          "https://a:+1/", "https://a: 1/", "https://a:1:2/", "https://a:99999999999999999999/",
          // Other characters.
          " https://a/", "https://a/ ", "https://a/b c", "https://a/\r\nX: y", "https://a/\t",
          "https://a/\x7f", "https://a/%", "https://a/%zz", "https://a/<b>", "https://a/{b}",
          "https://a/?\"x\"", "https://a/?y[]=2"}) {
        INFO(text);
        CHECK_FALSE(parse_url(text));
    }
    CHECK_FALSE(parse_url(std::string_view{"https://a.example/\0", 19}));
    CHECK_FALSE(parse_url(std::string_view{"https://a.example\0.b/", 21}));
    CHECK(parse_url("https://a/" + std::string(8182, 'b')));
    CHECK_FALSE(parse_url("https://a/" + std::string(8183, 'b')));
}

TEST_CASE("base url: a name and a value are added to a query", "[base][url]") {
    const auto with = [](std::string to) {
        append_query(to, "a", "b &/?=");
        append_query(to, "c", "");
        return to;
    };
    CHECK(with("/x") == "/x?a=b%20%26%2F%3F%3D&c=");
    CHECK(with("/x?") == "/x?a=b%20%26%2F%3F%3D&c=");
    CHECK(with("/x?y=z") == "/x?y=z&a=b%20%26%2F%3F%3D&c=");
}

TEST_CASE("base url: localhost and loopback addresses are this computer", "[base][url]") {
    for (const char* host : {"localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "::1"})
        CHECK(is_loopback_host(host));
    for (const char* host :
         {"", "localhost.", "localhost.example", "127.0.0.1.example", "127.1", "2130706433",
          "0x7f.0.0.1", "0.0.0.0", "::", "[::1]", "::1%lo", "::ffff:127.0.0.1", "10.0.0.1"})
        CHECK_FALSE(is_loopback_host(host));
    CHECK_FALSE(is_loopback_host(std::string(100, '1')));
}

TEST_CASE("base url: a URL is split at its scheme and authority", "[base][url]") {
    const auto parts = split_url("https://a.example:1/b?c").value();
    CHECK(parts.scheme == "https");
    CHECK(parts.authority == "a.example:1");
    CHECK(parts.rest == "/b?c");
    CHECK(split_url("https://a?b/c")->authority == "a");
    CHECK(split_url("https://a#b/c")->rest == "#b/c");
    CHECK(split_url("null://")->authority.empty());
    for (const char* text : {"", "a", "://a", "a b://c", "ht\ntp://a", "https:/a", "\xc3\xa4://a"})
        CHECK_FALSE(split_url(text));
}

TEST_CASE("base url: an authority is a host and a port", "[base][url]") {
    CHECK(split_authority("a:1")->host == "a");
    CHECK(split_authority("a:1")->port == "1");
    CHECK_FALSE(split_authority("a")->has_port);
    CHECK(split_authority("a:")->has_port);
    CHECK(split_authority("[::1]:80")->host == "::1");
    CHECK(split_authority("[::1]:80")->port == "80");
    CHECK(split_authority("[::1]")->bracketed);
    for (const char* text : {"", ":1", "[", "[]", "[::1", "[::1]x", "::1", "a:1:2", "[::1]:1:2"})
        CHECK_FALSE(split_authority(text));

    CHECK(parse_port("0") == 0);
    CHECK(parse_port("65535") == 65535);
    for (const char* text :
         {"", "65536", "-1", "+1", " 1", "1 ", "000001", "0x1", "99999999999999999999"})
        CHECK_FALSE(parse_port(text));

    for (const char* text : {"a", "a_b-c.example", "a:", "a:0", "a:65535", "127.0.0.1:80", "[::1]",
                             "[::1]:80", "[::ffff:1.2.3.4]"})
        CHECK(parse_authority(text));
    for (const char* text : {"", ":80", "a:65536", "a:x", "me@a", "a/b", "a?b", "a b", "[::1",
                             "[a]", "[127.0.0.1]", "[::1%eth0]", "::1", "a:1:2", "\xc3\xa4"})
        CHECK_FALSE(parse_authority(text));
}

}  // namespace url_test
