#include "server/delivery/syslog_message.hpp"

#include <catch2/catch.hpp>

namespace syslog_message_test {

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

}  // namespace

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

}  // namespace syslog_message_test
