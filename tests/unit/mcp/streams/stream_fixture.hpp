// Streams of one loop, and what they were sent.
#pragma once
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <deque>
#include <memory>

#include "mcp/endpoint.hpp"
#include "mcp/streams/loop_streams.hpp"
#include "tests/support/drained_loop.hpp"

namespace tollgate::test {

// A stream that notes what is sent, and goes as a connection's does: some time after its end.
class noted_stream final : public base::response_stream {
public:
    void add_header(std::string_view, std::string_view) override {}
    bool open() override { return is_open = may_open; }
    bool opened() const override { return is_open; }
    void send(std::string_view event) override { text += event; }
    bool peer_closed() override { return false; }
    void keep(std::unique_ptr<base::stream_keeper> who) override {
        keeper = std::move(who);
        keeper->take(*this);
    }
    void end(std::string_view last) override {
        text += last;
        ended = true;
    }

    // What the data of its events says.
    std::vector<nlohmann::json> messages() const {
        std::vector<nlohmann::json> out;
        constexpr std::string_view before = "data: {";
        for (auto at = text.find(before); at != std::string::npos; at = text.find(before, at + 1))
            out.push_back(nlohmann::json::parse(text.substr(at + 6, text.find('\n', at) - at - 6)));
        return out;
    }
    std::size_t count(std::string_view what) const {
        std::size_t found = 0;
        for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
            ++found;
        return found;
    }

    std::string text;
    bool may_open = true;
    bool is_open = false;
    bool ended = false;
    std::unique_ptr<base::stream_keeper> keeper;
};

inline tenancy::grant grant_of(const std::string& server, const std::string& token = "t1") {
    tenancy::grant out;
    out.server_id = server;
    out.token_digest = token;
    return out;
}

struct stream_fixture {
    explicit stream_fixture(
        mcp::stream_options options = {.keep_alive = std::chrono::milliseconds{10'000},
                                       .gather = std::chrono::milliseconds{10}})
        : hub(options, clock), loop(io.get_executor(), hub) {
        hub.add(loop);
    }
    noted_stream& open(const tenancy::grant& grant,
                       mcp::stream_terms terms = {.lists = mcp::all_lists}) {
        auto& made = streams.emplace_back();
        REQUIRE(loop.open(grant, &made, std::move(terms)) == mcp::stream_refusal::none);
        return made;
    }
    void changed(const std::string& server) {
        hub.notify(tenancy::server_event{server, tenancy::server_change::changed});
    }
    // In steps, each of which runs what is ready: on a busy machine one step may take as long as
    // all of them should, and then the others are still to come.
    void run(int ms = 40) {
        constexpr int step = 5;
        for (; ms > 0; ms -= step) {
            io.restart();
            io.run_for(std::chrono::milliseconds{step});
            io.restart();
            io.poll();
        }
    }

    base::manual_clock clock{base::from_unix_ms(1'800'000'000'000)};
    test::drained_loop io;
    mcp::stream_hub hub;
    mcp::sse_sessions sessions;
    mcp::loop_streams loop;
    std::deque<noted_stream> streams;
};

}  // namespace tollgate::test
