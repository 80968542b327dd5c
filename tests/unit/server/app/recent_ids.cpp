#include "server/app/recent_ids.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include "tests/support/drained_loop.hpp"

namespace recent_ids_test {

using namespace tollgate;
using tenancy::server_change;

namespace {

struct remembering {
    remembering() {
        grant.server_id = "mcp_1";
        grant.team_id = "team_1";
        grant.account = std::make_shared<tenancy::account_access>();
        note();
    }
    void note() { memory.ids().note(grant, "charge", page, clock.now()); }
    bool knows() {
        const auto& charge = *stripe::find_main_object("charge");
        return !memory.ids().find(grant, charge, "ch_", 10, clock.now()).empty();
    }

    base::manual_clock clock{base::from_unix_ms(1'800'000'000'000)};
    server::recent_ids memory{clock};
    tenancy::grant grant;
    simdjson::dom::parser parser;
    simdjson::dom::element page = parser.parse(std::string(R"({"data":[{"id":"ch_1"}]})")).value();
};

}  // namespace

TEST_CASE("recent_ids: ids go with their MCP server and with what it showed", "[server]") {
    remembering r;
    for (const auto kind : {server_change::changed, server_change::tokens_replaced,
                            server_change::expired, server_change::revoked}) {
        r.note();
        r.memory.follow({"mcp_2", kind});
        CHECK(r.knows());
        r.memory.follow({"mcp_1", kind});
        CHECK_FALSE(r.knows());
    }
    r.note();
    r.memory.follow({"mcp_1", server_change::token_ended, "digest"});
    CHECK(r.knows());
    r.memory.follow({"", server_change::unknown});
    CHECK(r.memory.ids().servers() == 0);
}

TEST_CASE("recent_ids: stops when it is asked to", "[server]") {
    remembering r;
    test::drained_loop io;
    bool ended = false;
    boost::asio::co_spawn(io, r.memory.run(), [&](std::exception_ptr) { ended = true; });
    io.poll();
    CHECK_FALSE(ended);
    r.memory.stop();
    io.restart();
    io.poll();
    CHECK(ended);
}

}  // namespace recent_ids_test
