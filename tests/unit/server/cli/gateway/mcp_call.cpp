// The answer to a request of `tollgate call`, whichever way it comes.
#include "server/cli/gateway/mcp_call.hpp"

#include <catch2/catch.hpp>

namespace mcp_call_test {

using tollgate::server::rpc_answer;

TEST_CASE("mcp call: one message is the answer", "[server]") {
    CHECK(rpc_answer(R"({"id":1,"result":{"a":1}})") == R"({"id":1,"result":{"a":1}})");
    CHECK(rpc_answer(R"({"id":1,"error":{"code":-32601}})") ==
          R"({"id":1,"error":{"code":-32601}})");
    CHECK(rpc_answer(R"({"detail":"no"})").empty());
    CHECK(rpc_answer("").empty());
}

TEST_CASE("mcp call: of a stream, the last message that is an answer", "[server]") {
    CHECK(
        rpc_answer("event: message\ndata: {\"method\":\"notifications/progress\"}\n\n"
                   "event: message\r\ndata: {\"id\":1,\r\ndata: \"result\":{}}\r\n\r\n: bye\n\n") ==
        R"({"id":1,"result":{}})");
    CHECK(rpc_answer("data:{\"id\":1,\"result\":{\"x\":[]}}") == R"({"id":1,"result":{"x":[]}})");
    CHECK(rpc_answer("data: {\"method\":\"x\"}\n\n").empty());
}

}  // namespace mcp_call_test
