// One HTTP request to an MCP URL, whose answer is read in parts.
#pragma once
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "server/delivery/address.hpp"
#include "server/delivery/outbound.hpp"

namespace tollgate::server::clients {

struct mcp_request {
    std::string_view method = "POST";
    std::vector<std::pair<std::string_view, std::string>> headers{};
    std::string body{};
};

struct reply_head {
    unsigned status = 0;
    bool events = false;    // the body is a stream of events
    std::string session{};  // Mcp-Session-Id
    std::string date{};     // Date

    bool good() const { return status >= 200 && status < 300; }
};

// The code of a failure before anything was sent: the request may be repeated. After that: "lost".
constexpr std::string_view not_sent = "not_sent";
constexpr std::string_view lost = "lost";

// Longer than the pause between the comments that keep a stream alive, and than a call may take.
constexpr std::chrono::milliseconds silence_usual{120'000};

// Used on one loop, once. `with` and `to` outlive it.
class mcp_exchange {
public:
    // Connecting may take with.patience; after that, `silence` may pass without a byte.
    mcp_exchange(base::executor where, const delivery::network& with,
                 const delivery::webhook_address& to,
                 std::chrono::milliseconds silence = silence_usual)
        : with_(with), to_(to), silence_(silence), connection_(std::move(where), with) {}

    // Sends the request and waits for the head of its answer. Fails with unavailable `not_sent` or
    // `lost`.
    base::awaitable<base::result<reply_head>> send(mcp_request what);

    // The next bytes of the body; none at its end. Fails with unavailable `lost`.
    base::awaitable<base::result<std::string>> read();

    // The rest of the body, 64 MiB at most. Fails as read() does.
    base::awaitable<base::result<std::string>> read_all();

    // Whether something of the request may have been sent.
    bool sent() const { return sent_; }

    // Ends what is running: it fails.
    void close() { connection_.close(); }

private:
    base::awaitable<base::result<>> read_more();

    const delivery::network& with_;
    const delivery::webhook_address& to_;
    const std::chrono::milliseconds silence_;
    delivery::outbound connection_;
    boost::beast::http::response_parser<boost::beast::http::string_body> parser_;
    std::string unread_;
    bool sent_ = false;
    bool ended_ = false;
};

}  // namespace tollgate::server::clients
