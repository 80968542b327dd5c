// Services: their addresses, their credentials, and the hosts that an operator allows.
#include "tenancy/rules/service.hpp"

#include <catch2/catch.hpp>

#include "tenancy/rules/service_hosts.hpp"

namespace service_test {

using namespace tollgate::tenancy;

namespace {

std::string url_of(const std::string& text) {
    const auto read = parse_service_url(text);
    return read ? read->base_url() : read.error().code;
}

service_access service_at(const std::string& url) {
    return parse_service(url, "bearer", "").value();
}

service_hosts hosts_of(const std::vector<std::string>& entries) {
    return service_hosts::parse(entries).value();
}

std::string credential_code(const std::string& text, service_auth how = service_auth::bearer) {
    const auto good = check_service_credential(text, how);
    return good ? "" : good.error().code;
}

}  // namespace

TEST_CASE("tenancy services: an address is a scheme, a host, a port and a path",
          "[tenancy][services]") {
    CHECK(url_of("https://API.example.com/v2/") == "https://api.example.com/v2");
    CHECK(url_of("https://api.example.com:443") == "https://api.example.com");
    CHECK(url_of("https://api.example.com:8443/a/b.c~d") == "https://api.example.com:8443/a/b.c~d");
    CHECK(url_of("http://[::1]:9000") == "http://[::1]:9000");
    for (const std::string text : {"",
                                   "api.example.com",
                                   "ftp://a.b",
                                   "https://",
                                   "https://:443",
                                   "https://a b",
                                   "https://a@b",
                                   "https://a:b@c",
                                   "https://a:0",
                                   "https://a:65536",
                                   "https://a:1x",
                                   "https://a?b",
                                   "https://a#b",
                                   "https://a/..",
                                   "https://a/.",
                                   "https://a//b",
                                   "https://a/%2e%2e",
                                   "https://a/b?c",
                                   "https://a/b\\c",
                                   "https://[::1",
                                   "https://[zz]",
                                   "https://a..b",
                                   "https://-a",
                                   "https://a\r\nb",
                                   "https://ä.de"})
        CHECK(url_of(text) == "invalid_base_url");
    CHECK(url_of("https://" + std::string(400, 'a')) == "invalid_base_url");
}

TEST_CASE("tenancy services: a header takes the credential only if it is the service's own",
          "[tenancy][services]") {
    const auto code = [](const std::string& auth, const std::string& header) {
        const auto read = parse_service("https://a.example", auth, header);
        return read ? std::string(to_string(read->auth)) : read.error().code;
    };
    CHECK(code("bearer", "") == "bearer");
    CHECK(code("basic", "") == "basic");
    CHECK(code("header", "X-Api-Key") == "header");
    CHECK(code("digest", "") == "invalid_service_auth");
    CHECK(code("bearer", "X-Api-Key") == "invalid_service_header");
    for (const std::string header :
         {"", "Host", "content-length", "Authorization", "a b", "a:b", "a\r\nb"})
        CHECK(code("header", header) == "invalid_service_header");
}

TEST_CASE("tenancy services: keys of Stripe and of the gateway reach no service",
          "[tenancy][services]") {
    CHECK(credential_code("0123456789").empty());
    CHECK(credential_code("user:pass", service_auth::basic).empty());
    CHECK(credential_code("user-pass", service_auth::basic) == "credential_shape");
    CHECK(credential_code(":password", service_auth::basic) == "credential_shape");
    CHECK(credential_code(std::string{"rk_"} + "live_0123456789") == "stripe_key");
    CHECK(credential_code("sk_test_0123456789") == "stripe_key");
    CHECK(credential_code("tgk_0123456789") == "gateway_key");
    for (const std::string text : {"", "short", " 0123456789", "0123456789 ", "01234\n6789",
                                   "01234\x80"
                                   "6789"})
        CHECK(credential_code(text) == "credential_shape");
}

TEST_CASE("tenancy services: only a host, port and scheme that the operator named is reached",
          "[tenancy][services]") {
    using reach = service_hosts::reach;
    CHECK(hosts_of({}).reach_of(service_at("https://api.example.com")) == reach::none);
    const auto hosts =
        hosts_of({"api.example.com", "b.example:8443", "private+https://c.internal:9443",
                  "private+http://127.0.0.1:9000"});
    CHECK(hosts.reach_of(service_at("https://api.example.com/v2")) == reach::internet);
    CHECK(hosts.reach_of(service_at("https://API.example.com")) == reach::internet);
    CHECK(hosts.reach_of(service_at("https://b.example:8443")) == reach::internet);
    CHECK(hosts.reach_of(service_at("https://c.internal:9443")) == reach::anywhere);
    CHECK(hosts.reach_of(service_at("http://127.0.0.1:9000")) == reach::anywhere);
    for (const std::string url :
         {"http://api.example.com", "https://api.example.com:8443", "https://b.example",
          "https://sub.api.example.com", "https://api.example.com.evil.example",
          "https://127.0.0.1:9000", "http://c.internal:9443", "http://127.0.0.1:9001"})
        CHECK(hosts.reach_of(service_at(url)) == reach::none);
    for (const std::string entry :
         {"", "a/b", "https://a.example", "http://a.example", "private+a.example",
          "private+ftp://a", "private+https://a/b", "a:x", "a b", "*"})
        CHECK(service_hosts::parse({entry}).has_error());
}

}  // namespace service_test
