#include "server/delivery/address.hpp"

#include <catch2/catch.hpp>

namespace address_test {

using namespace tollgate;
using namespace tollgate::server::delivery;

TEST_CASE("delivery: addresses of webhooks", "[server]") {
    const auto full = parse_webhook("https://siem.example:8443/in?key=1").value();
    CHECK(full.tls);
    CHECK(full.host == "siem.example");
    CHECK(full.port == "8443");
    CHECK(full.authority == "siem.example:8443");
    CHECK(full.target == "/in?key=1");
    CHECK(parse_webhook("https://siem.example")->target == "/");
    CHECK(parse_webhook("https://siem.example")->port == "443");
    CHECK(parse_webhook("https://siem.example?a")->target == "/?a");
    CHECK(parse_webhook("https://[2001:db8::1]/x")->host == "2001:db8::1");
    CHECK(parse_webhook("http://127.0.0.1:9000/x")->port == "9000");
    CHECK(parse_webhook("http://[::1]/x").has_value());
    CHECK(parse_webhook("http://localhost/x").has_value());
    for (const char* wrong :
         {"", "siem.example", "http://siem.example/", "http://10.0.0.1/", "http://127.0.0.1.evil/",
          "https://", "https:///x", "https://user@siem.example/", "https://a:b@siem.example/",
          "https://siem.example:0/", "https://siem.example:65536/", "https://siem.example:/",
          "https://siem.example/#x", "https://siem.example/a b", "https://siem.example/\r\nX: y",
          "https://[::1", "https://[siem]/", "ftp://siem.example/"}) {
        INFO(wrong);
        CHECK_FALSE(parse_webhook(wrong).has_value());
    }
}

TEST_CASE("delivery: addresses of syslog", "[server]") {
    CHECK(parse_syslog("udp://log.example:514")->transport == syslog_transport::udp);
    CHECK(parse_syslog("tcp://[::1]:601")->host == "::1");
    const auto tls = parse_syslog("tls://log.example:6514").value();
    CHECK(tls.transport == syslog_transport::tls);
    CHECK(tls.port == "6514");
    const auto local = parse_syslog("unix:/dev/log").value();
    CHECK(local.transport == syslog_transport::unix_datagram);
    CHECK(local.host == "/dev/log");
    for (const std::string& wrong :
         {std::string{}, std::string{"log.example:514"}, std::string{"udp://log.example"},
          std::string{"syslog://log.example:514"}, std::string{"unix:"},
          std::string{"unix:dev/log"}, std::string{"unix://dev/log"},
          "unix:/" + std::string(107, 'a'), std::string{"tcp://a b:1"}}) {
        INFO(wrong);
        CHECK_FALSE(parse_syslog(wrong).has_value());
    }
}

}  // namespace address_test
