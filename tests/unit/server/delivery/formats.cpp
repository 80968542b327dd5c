// What is sent to other systems: addresses, signatures of webhooks, syslog messages, files of
// anchors.
#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

#include "base/crypto.hpp"
#include "server/delivery/address.hpp"
#include "server/delivery/anchor_file.hpp"
#include "server/delivery/syslog_message.hpp"
#include "server/delivery/webhook_signature.hpp"
#include "tests/support/temp_dir.hpp"

namespace delivery_formats_test {

using namespace tollgate;
using namespace tollgate::server::delivery;

namespace {

const syslog_sender sender{"gate-1", "4711"};

syslog_event event(std::string_view message) {
    syslog_event out;
    out.at = base::parse_timestamp("2026-11-30T01:02:03.004Z").value();
    out.kind = "audit";
    out.parameters = {{"id", "aud_1"}, {"position", "7"}};
    out.message = message;
    return out;
}

std::string content(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

TEST_CASE("delivery: the signature of a webhook is the known one of Standard Webhooks",
          "[server]") {
    const auto key = parse_webhook_secret(" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").value();
    const base::timestamp at{std::chrono::seconds{1'614'265'330}};
    CHECK(sign_webhook(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, R"({"test": 2432232314})") ==
          "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    CHECK(webhook_seconds(at + std::chrono::milliseconds{999}) == "1614265330");
}

TEST_CASE("delivery: a webhook's secret has 24 to 64 bytes", "[server]") {
    CHECK(parse_webhook_secret(base::base64(std::string(24, 'k'))).has_value());
    CHECK(parse_webhook_secret("whsec_" + base::base64(std::string(64, 'k'))).has_value());
    for (const std::string& wrong :
         {std::string{}, std::string{"whsec_"}, base::base64(std::string(23, 'k')),
          base::base64(std::string(65, 'k')), std::string{"no base64 at all, whatever it is"}}) {
        const auto parsed = parse_webhook_secret(wrong);
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error().code == "bad_secret");
        if (wrong.size() > 6) CHECK(parsed.error().message.find(wrong) == std::string::npos);
    }
}

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

TEST_CASE("delivery: a syslog message has the form of RFC 5424", "[server]") {
    CHECK(syslog_message(sender, event(R"({"a":"ü"})")) ==
          "<110>1 2026-11-30T01:02:03.004Z gate-1 tollgate 4711 audit "
          "[tollgate@32473 id=\"aud_1\" position=\"7\"] {\"a\":\"ü\"}");
    auto one = event("");
    one.severity = syslog_severity::notice;
    one.parameters = {{"text", R"(a"b\c]d)"}};
    CHECK(syslog_message({"", "a b"}, one) ==
          "<109>1 2026-11-30T01:02:03.004Z - tollgate a_b audit "
          "[tollgate@32473 text=\"a\\\"b\\\\c\\]d\"]");
}

TEST_CASE("delivery: messages on a stream have their length in bytes before them", "[server]") {
    std::string out;
    append_counted(out, "ü1");
    append_counted(out, "");
    append_counted(out, std::string(10, 'x'));
    CHECK(out == "3 ü10 10 xxxxxxxxxx");
}

TEST_CASE("delivery: a datagram that is too long is cut, and says so", "[server]") {
    const std::string whole = syslog_message(sender, event("short"));
    CHECK(syslog_datagram(sender, event("short"), whole.size()) == whole);
    const std::string text(500, 'a');
    const std::string cut = syslog_datagram(sender, event(text), 200);
    CHECK(cut.size() == 200);
    CHECK(cut.find("cut=\"true\"] aaa") != std::string::npos);
    std::string umlauts;
    for (int i = 0; i < 100; ++i) umlauts += "ü";
    for (const std::size_t bytes : {std::size_t{150}, std::size_t{151}}) {
        const std::string in_two = syslog_datagram(sender, event(umlauts), bytes);
        CHECK(in_two.size() <= bytes);
        CHECK(in_two.ends_with("ü"));
    }
}

TEST_CASE("delivery: anchors are appended with a blank line between them", "[server]") {
    const test::temp_dir dir;
    const std::string path = dir.file("anchors");
    REQUIRE(append_anchor(path, "one\n").has_value());
    REQUIRE(append_anchor(path, "two\n").has_value());
    CHECK(content(path) == "one\n\ntwo\n\n");
    struct stat facts{};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    std::ofstream{path, std::ios::app} << "a cut no";
    REQUIRE(append_anchor(path, "three\n").has_value());
    CHECK(content(path) == "one\n\ntwo\n\na cut no\n\nthree\n\n");
    const std::string by_hand = dir.file("by_hand");
    std::ofstream{by_hand} << "note\n";
    REQUIRE(append_anchor(by_hand, "two\n").has_value());
    CHECK(content(by_hand) == "note\n\ntwo\n\n");
}

TEST_CASE("delivery: what is not a regular file is refused", "[server]") {
    const test::temp_dir dir;
    const std::string pipe = dir.file("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    CHECK_FALSE(append_anchor(pipe, "one\n").has_value());
    const std::string link = dir.file("link");
    std::filesystem::create_symlink(dir.file("target"), link);
    CHECK_FALSE(append_anchor(link, "one\n").has_value());
    CHECK_FALSE(append_anchor(dir.file("none") + "/anchors", "one\n").has_value());
    const auto full = append_anchor("/dev/full", "one\n");
    REQUIRE_FALSE(full.has_value());
    CHECK(full.error().message.find("not a regular file") != std::string::npos);
}

}  // namespace delivery_formats_test
