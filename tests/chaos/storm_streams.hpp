// Thousands of clients, each with a stream of events: one call whose progress it reads, or one on
// which it only listens.
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <unordered_map>

#include "tests/chaos/storm_poll.hpp"

namespace tollgate::storm {

inline std::string post(std::string_view path, std::string_view body,
                        std::string_view more_headers = "") {
    std::string out = "POST " + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    out += "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n";
    out += more_headers;
    out += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    out += body;
    return out;
}

// What opens a stream, what it says first, and what it says when its server is no more.
struct stream_kind {
    std::string_view name;
    std::string (*request)(std::string_view path);
    std::string_view first;
    std::string_view last;
};

inline std::string call_request(std::string_view path) {
    return post(path, R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{)"
                      R"("name":"list_all_stripe_refunds","arguments":{"aggregate":)"
                      R"({"value":"amount"}},"_meta":{"progressToken":"p"}}})");
}

inline std::string get_request(std::string_view path) {
    return "GET " + std::string(path) +
           " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
           "MCP-Protocol-Version: 2025-11-25\r\n\r\n";
}

inline std::string listen_request(std::string_view path) {
    return post(path,
                R"({"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{)"
                R"("notifications":{"toolsListChanged":true},"_meta":{)"
                R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                R"("io.modelcontextprotocol/clientCapabilities":{}}}})",
                "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: subscriptions/listen\r\n");
}

inline std::string sse_request(std::string_view path) {
    return "GET " + std::string(path) +
           "/sse HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n";
}

constexpr std::array<stream_kind, 4> stream_kinds{{
    {"calls", call_request, "notifications/progress", "no longer valid"},
    {"get", get_request, "retry:", "no longer valid"},
    {"listen", listen_request, "acknowledged", R"("resultType":"complete")"},
    {"sse", sse_request, "sessionId=", "no longer valid"},
}};

// Reads all streams on a thread of its own. The numbers may be read from any thread.
class stream_crowd {
public:
    stream_crowd(unsigned short port, const stream_kind& kind) : port_(port), kind_(kind) {
        thread_ = std::thread([this] { run(); });
    }
    ~stream_crowd() {
        stopping_ = true;
        thread_.join();
    }
    stream_crowd(const stream_crowd&) = delete;
    stream_crowd& operator=(const stream_crowd&) = delete;

    // Begins one stream for each path, `at_once` of them opening at a time.
    void begin(std::vector<std::string> paths, long at_once) {
        paths_ = std::move(paths);
        at_once_ = at_once;
        wanted_ = static_cast<long>(paths_.size());
    }

    std::atomic<long> opened{0};   // streams whose first event came
    std::atomic<long> severed{0};  // ended with a result that says why
    std::atomic<long> lost{0};     // ended in any other way
    std::atomic<long> events{0};

private:
    struct client {
        descriptor socket;
        std::string text;
        bool open = false;
    };

    void run() {
        while (!stopping_) {
            while (begun_ < wanted_ && begun_ - opened - lost < at_once_)
                start(paths_[static_cast<std::size_t>(begun_++)]);
            for (const int ready : poll_.wait(5)) read(ready);
        }
    }

    void start(const std::string& path) {
        descriptor socket = connect_to(port_);
        write_all(socket, kind_.request(path));
        make_nonblocking(socket);
        poll_.add(socket);
        const int key = socket.get();
        clients_[key] = client{std::move(socket), {}, false};
    }

    void read(int key) {
        client& one = clients_.at(key);
        const bool more = read_some(one.socket, one.text);
        if (!one.open && one.text.find(kind_.first) != std::string::npos) {
            one.open = true;
            ++opened;
        }
        const bool whole = one.text.ends_with("\r\n0\r\n\r\n");
        if (!more || whole) return finish(key, one, whole);
        // Of what was read before the last event only its begin was of interest.
        constexpr std::size_t kept = 4096;
        if (one.text.size() > kept) one.text.erase(0, one.text.size() - kept);
        ++events;
    }

    void finish(int key, const client& one, bool whole) {
        const bool complete = whole && one.text.find(kind_.last) != std::string::npos;
        if (complete && one.open) {
            ++severed;
        } else if (lost++ == 0) {
            first_loss = one.text.substr(0, 2000);
        }
        clients_.erase(key);
    }

public:
    std::string first_loss;  // what the first lost stream read; after the fact

private:
    const unsigned short port_;
    const stream_kind& kind_;
    poll_set poll_;
    std::vector<std::string> paths_;
    long at_once_ = 0;
    long begun_ = 0;
    std::atomic<long> wanted_{0};
    std::unordered_map<int, client> clients_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace tollgate::storm
