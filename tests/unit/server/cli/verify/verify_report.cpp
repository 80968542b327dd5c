#include "server/cli/verify/verify_report.hpp"

#include <catch2/catch.hpp>

namespace verify_report_test {

using namespace tollgate::server;
using std::chrono::milliseconds;

check_report report(check_outcome outcome, std::string sentence = {}) {
    return {"wrong_token",
            "An MCP URL with another token is refused.",
            {outcome, std::move(sentence)},
            milliseconds{1042}};
}

TEST_CASE("server verify: what was not tried is no pass, and what is unclear is a failure",
          "[server]") {
    const auto held = report(check_outcome::held);
    const auto skipped = report(check_outcome::not_applied, "give --slow");
    CHECK(status_of({held}) == verify_held);
    CHECK(status_of({held, skipped}) == verify_not_applied);
    CHECK(status_of({skipped, report(check_outcome::broken)}) == verify_broken);
    CHECK(status_of({held, report(check_outcome::unclear)}) == verify_broken);
}

TEST_CASE("server verify: the same in a line, as JSON and as JUnit", "[server]") {
    const auto bad = report(check_outcome::broken, "it \"lists\" <tools> & more\n");
    CHECK(line_of(report(check_outcome::held)) ==
          "held         wrong_token           An MCP URL with another token is refused.");
    CHECK(json_of(bad) ==
          R"({"name":"wrong_token","promise":"An MCP URL with another token is refused.",)"
          R"("outcome":"broken","sentence":"it \"lists\" <tools> & more\n","took_ms":1042})");
    CHECK(junit_of({bad, report(check_outcome::not_applied, "give --slow")}) ==
          R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="tollgate verify" tests="2" failures="1" skipped="1">
  <testcase classname="tollgate.verify" name="wrong_token" time="1.042"><failure type="broken" message="it &quot;lists&quot; &lt;tools&gt; &amp; more"/></testcase>
  <testcase classname="tollgate.verify" name="wrong_token" time="1.042"><skipped message="give --slow"/></testcase>
</testsuite>
)");
}

}  // namespace verify_report_test
