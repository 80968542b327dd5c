// The exit status of `tollgate approvals approve`.
#include "server/cli/remote/approval_status.hpp"

#include <catch2/catch.hpp>

#include <string>

#include "server/cli/gateway/gateway_commands.hpp"

namespace approval_status_test {

using namespace tollgate::server;

namespace {

int executed(const std::string& receipt) {
    return approval_status(R"({"id":"apr_1","state":"executed","receipt":)" + receipt + "}");
}

int in_state(const std::string& state) {
    return approval_status(R"({"id":"apr_1","state":")" + state + R"(","receipt":null})");
}

}  // namespace

TEST_CASE("approval status: a known outcome is done, waits, or is not done", "[server]") {
    CHECK(executed(R"({"state":"succeeded"})") == gateway_done);
    CHECK(executed(R"({"state":"intended"})") == gateway_waits);
    CHECK(executed(R"({"state":"failed"})") == approvals_not_done);
    CHECK(in_state("pending") == gateway_waits);
    CHECK(in_state("approved") == gateway_waits);
    for (const auto* ended : {"denied", "expired", "voided"})
        CHECK(in_state(ended) == approvals_not_done);
}

TEST_CASE("approval status: an outcome that is unknown or unreadable is never not done",
          "[server]") {
    CHECK(executed(R"({"state":"unknown"})") == approvals_not_known);
    CHECK(executed(R"({"state":"another"})") == approvals_not_known);
    CHECK(executed("{}") == approvals_not_known);
    CHECK(executed("null") == approvals_not_known);
    CHECK(in_state("another") == approvals_not_known);
    for (const auto* body : {"", "[]", "<html>", "{}"})
        CHECK(approval_status(body) == approvals_not_known);
}

}  // namespace approval_status_test
