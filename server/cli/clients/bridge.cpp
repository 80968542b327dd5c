#include "server/cli/clients/bridge.hpp"

#include <algorithm>
#include <utility>

#include "base/pause.hpp"
#include "server/cli/clients/sse_reader.hpp"

namespace tollgate::server::clients {

namespace {

using base::awaitable;
using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int internal_error = -32603;
constexpr int invalid_request = -32600;
constexpr int parse_error = -32700;
constexpr std::size_t event_bytes_max = std::size_t{64} * 1024 * 1024;
constexpr std::size_t running_max = 256;
constexpr milliseconds pause_short{10};
constexpr milliseconds pause_end{2'000};
constexpr milliseconds pause_first{200};
constexpr milliseconds pause_max{5'000};

bool is_call(const bridged_message& message) {
    return message.method == "tools/call";
}

// Statuses of a gateway, or of a proxy before it, that may be gone in a moment.
bool is_passing(unsigned status) {
    return status == 502 || status == 503 || status == 504;
}

// Statuses that mean that the URL is not accepted, if the body is no JSON-RPC. 403 is none: what is
// suspended may be resumed.
bool is_refusal(unsigned status) {
    return status == 401 || status == 404 || status == 410;
}

// Too many requests, or suspended: it may be accepted later.
bool is_busy(unsigned status) {
    return status == 429 || status == 403;
}

bool is_client_error(unsigned status) {
    return status >= 400 && status < 500;
}

constexpr std::string_view may_be_done =
    " It may have been executed: look at what it would have changed before you repeat it, or "
    "repeat it with the same operation_key.";

std::string lost_call() {
    return "The connection to the gateway was lost after the call was sent." +
           std::string{may_be_done};
}

}  // namespace

bridge::bridge(boost::asio::io_context& io, const delivery::network& with, base::logger& log,
               bridge_options options, bridge_ports ports)
    : io_(io),
      with_(with),
      options_(std::move(options)),
      ports_(std::move(ports)),
      tasks_(io.get_executor(), log) {}

void bridge::stop() {
    stopping_ = true;
    ports_.stop();
    if (stream_) stream_->close();
    for (const auto& [id, one] : calls_)
        if (one->exchange) one->exchange->close();
}

std::shared_ptr<mcp_exchange> bridge::new_exchange() {
    return std::make_shared<mcp_exchange>(io_.get_executor(), with_, options_.to);
}

awaitable<> bridge::sleep(milliseconds span) {
    boost::asio::steady_timer timer{io_};
    co_await base::pause(timer, span);
}

awaitable<> bridge::give(std::string line) {
    auto job = [write = ports_.write, text = std::move(line)] { return write(text); };
    const auto written = co_await base::run_on(writer_, std::move(job));
    if (written && *written) co_return;
    if (!stopping_) ports_.log("the client has left");
    stop();
}

mcp_request bridge::request_of(const bridged_message& message, std::string line) const {
    mcp_request out;
    out.headers = mirror_headers(message);
    out.headers.emplace_back("Accept", "application/json, text/event-stream");
    if (!message.stateless()) {
        if (!version_.empty()) out.headers.emplace_back("MCP-Protocol-Version", version_);
        if (!session_.empty()) out.headers.emplace_back("Mcp-Session-Id", session_);
    }
    out.body = std::move(line);
    return out;
}

awaitable<bridge_end> bridge::run() {
    while (!stopping_) {
        auto job = [next = ports_.next] { return next(); };
        auto line = co_await base::run_on(reader_, std::move(job));
        if (!line || !*line) break;
        co_await take(std::move(**line));
        while (tasks_.size() >= running_max && !stopping_) co_await sleep(pause_first);
    }
    // Streams have no end of their own.
    if (stream_) stream_->close();
    for (const auto& [id, one] : calls_)
        if (one->message.method == "subscriptions/listen" && one->exchange) {
            one->cancelled = true;
            one->exchange->close();
        }
    listening_ = false;
    const auto until = clock::now() + options_.drain;
    while (!calls_.empty() && !stopping_ && clock::now() < until) co_await sleep(pause_short);
    const bool leave = !stopping_ && refusal_.empty();
    stop();
    if (leave) co_await end_session();
    co_await tasks_.wait_idle(pause_end);
    co_return refusal_.empty() ? bridge_end::closed : bridge_end::refused;
}

awaitable<> bridge::take(std::string line) {
    if (line.find_first_not_of(" \t") == std::string::npos) co_return;
    const auto message = read_message(line);
    if (!message) {
        auto text = error_message({}, parse_error, "This line is not a JSON-RPC message.");
        co_await give(std::move(text));
        co_return;
    }
    if (message->kind != message_kind::request) {
        if (message->cancelled.empty())
            co_await send_other(*message, std::move(line));
        else
            co_await cancel(*message, std::move(line));
        co_return;
    }
    auto one = std::make_shared<running>(running{.message = *message, .line = std::move(line)});
    calls_[message->id] = one;
    auto task = send_request(one);
    // What follows needs the session that it begins.
    if (message->method == "initialize")
        co_await std::move(task);
    else
        tasks_.spawn("stdio_request", std::move(task));
}

awaitable<> bridge::cancel(bridged_message message, std::string line) {
    const auto found = calls_.find(message.cancelled);
    if (found == calls_.end()) co_return;
    const call one = found->second;
    one->cancelled = true;
    // In 2026-07-28, closing the stream of the answer cancels; before that, a message does.
    if (!one->message.stateless()) co_return co_await send_other(message, std::move(line));
    if (one->exchange) one->exchange->close();
}

awaitable<> bridge::send_other(bridged_message message, std::string line) {
    const auto until = clock::now() + options_.timeout;
    for (milliseconds wait = pause_first; !stopping_; wait = std::min(wait * 2, pause_max)) {
        const auto exchange = new_exchange();
        auto what = request_of(message, line);
        const auto head = co_await exchange->send(std::move(what));
        const bool passing = head ? is_passing(head->status) : head.error().code == not_sent;
        if (!passing || clock::now() > until) break;
        co_await sleep(wait);
    }
    if (message.method != "notifications/initialized" || listening_ || stopping_) co_return;
    listening_ = true;
    auto task = listen();
    tasks_.spawn("stdio_listen", std::move(task));
}

awaitable<> bridge::send_request(call one) {
    auto until = clock::now() + options_.timeout;
    auto end = attempt_end::again;
    for (milliseconds wait = pause_first;; wait = std::min(wait * 2, pause_max)) {
        end = attempt_end::refused;
        if (refusal_.empty()) end = co_await attempt(one);
        if (end != attempt_end::again || one->cancelled || stopping_ || clock::now() > until) break;
        // A subscription lives as long as its client.
        if (one->acknowledged) until = clock::now() + options_.timeout;
        co_await sleep(wait);
    }
    if (end == attempt_end::refused) co_return co_await fail_all();
    const bool answered = end == attempt_end::answered || one->cancelled;
    if (!answered && end == attempt_end::broken) {
        co_await fail_call(one, lost_call());
    } else if (!answered) {
        co_await fail_call(one, "The gateway cannot be reached. Try again later.");
    }
    const auto found = calls_.find(one->message.id);
    if (found != calls_.end() && found->second == one) calls_.erase(found);
}

// Tells all requests why the URL is not accepted, and ends. A call that is on its way was not
// refused: nobody knows what became of it.
awaitable<> bridge::fail_all() {
    const auto waiting = std::exchange(calls_, {});
    for (const auto& [id, one] : waiting) {
        if (one->cancelled) continue;
        const bool sent = is_call(one->message) && one->exchange && one->exchange->sent();
        auto sentence = sent ? lost_call() : refusal_;
        co_await fail_call(one, std::move(sentence));
    }
    for (const auto& [id, one] : waiting)
        if (one->exchange) one->exchange->close();
    stop();
}

bool bridge::answers(running& one) {
    return !std::exchange(one.answered, true);
}

awaitable<> bridge::fail_call(call one, std::string sentence) {
    if (!answers(*one)) co_return;
    auto text = error_message(one->message.id, internal_error, sentence);
    co_await give(std::move(text));
}

awaitable<bridge::attempt_end> bridge::attempt(call one) {
    const bool begins = one->message.method == "initialize";
    while (renewing_ && !begins && !one->message.stateless() && !stopping_)
        co_await sleep(pause_short);
    if (!refusal_.empty()) co_return attempt_end::refused;
    one->exchange = new_exchange();
    one->session = session_;
    const auto end = co_await exchange_once(one);
    one->exchange.reset();
    co_return end;
}

awaitable<bridge::attempt_end> bridge::exchange_once(call one) {
    const auto exchange = one->exchange;
    auto what = request_of(one->message, one->line);
    auto head = co_await exchange->send(std::move(what));
    if (!head) {
        const bool repeat = head.error().code == not_sent || !is_call(one->message);
        if (!one->cancelled && !stopping_)
            ports_.log("the gateway could not be asked: " + head.error().message);
        co_return repeat ? attempt_end::again : attempt_end::broken;
    }
    if (one->message.method == "initialize" && head->good()) {
        session_ = head->session;
        version_.clear();
        initialize_ = one->line;
    }
    const auto end = co_await answer(one, *head);
    // The gateway knows no session of that id.
    const bool gone = end == attempt_end::again && head->status == 404 && !one->session.empty();
    if (!gone) co_return end;
    one->exchange.reset();
    const bool renewed = co_await begin_again(one->session);
    co_return renewed ? end : attempt_end::refused;
}

awaitable<bridge::attempt_end> bridge::answer(call one, reply_head head) {
    if (head.good() && head.events) {
        const auto end = co_await answer_events(one);
        co_return end;
    }
    auto body = co_await one->exchange->read_all();
    if (!body) co_return is_call(one->message) ? attempt_end::broken : attempt_end::again;
    const auto end = co_await answer_body(one, head.status, std::move(*body));
    co_return end;
}

awaitable<bridge::attempt_end> bridge::answer_body(call one, unsigned status, std::string body) {
    const auto message = read_message(body);
    const bool rpc = message && message->kind == message_kind::response;
    if (rpc) {
        if (status == 404 && !one->message.stateless() && !one->session.empty() &&
            message->error_code == invalid_request)
            co_return attempt_end::again;
        if (one->message.method == "initialize") version_ = message->negotiated;
        if (!answers(*one)) co_return attempt_end::answered;
        const bool own = message->id == one->message.id;
        auto text = own ? on_one_line(std::move(body)) : with_id(body, one->message.id);
        co_await give(std::move(text));
        co_return attempt_end::answered;
    }
    const auto detail = problem_sentence(body);
    if (is_refusal(status)) {
        co_await refuse(status, detail);
        co_return attempt_end::refused;
    }
    // A gateway, or a proxy, that answers so has not made the call; but nobody can be sure.
    if (is_passing(status) && !is_call(one->message)) co_return attempt_end::again;
    std::string sentence = "The gateway answered " + std::to_string(status);
    sentence += detail.empty() ? "." : ": " + detail;
    if (is_call(one->message) && !is_client_error(status)) sentence += may_be_done;
    co_await fail_call(one, std::move(sentence));
    co_return attempt_end::answered;
}

awaitable<bridge::attempt_end> bridge::answer_events(call one) {
    sse_reader events{event_bytes_max};
    bool answered = false;
    for (;;) {
        const auto part = co_await one->exchange->read();
        if (!part || part->empty()) break;
        for (auto& event : events.feed(*part)) {
            if (!event.type.empty() && event.type != "message") continue;
            const auto message = read_message(event.data);
            if (!message) continue;
            const bool mine =
                message->kind == message_kind::response && message->id == one->message.id;
            if (mine && !answers(*one)) continue;
            if (mine && one->message.method == "initialize") version_ = message->negotiated;
            answered = answered || mine;
            // The client was told when the stream was first opened.
            const bool acknowledged = message->method == "notifications/subscriptions/acknowledged";
            if (acknowledged && std::exchange(one->acknowledged, true)) continue;
            auto text = on_one_line(std::move(event.data));
            co_await give(std::move(text));
        }
        if (events.failed()) break;
    }
    if (answered) co_return attempt_end::answered;
    co_return is_call(one->message) ? attempt_end::broken : attempt_end::again;
}

awaitable<> bridge::refuse(unsigned status, std::string sentence) {
    if (!refusal_.empty()) co_return;
    refusal_ = "The gateway does not accept this MCP URL (" + std::to_string(status) +
               (sentence.empty() ? "" : ": " + sentence) + "). ";
    refusal_ += status == 401 ? "It also asks for an API key or for signing in, which this program "
                                "cannot do: ask for a URL without, or use a client that can."
                              : "It was revoked, has expired or is mistyped: ask for a new one.";
    ports_.log(refusal_);
}

awaitable<bool> bridge::begin_again(std::string session) {
    while (renewing_ && !stopping_) co_await sleep(pause_short);
    // Another request has done it, or has seen that it does not work.
    if (session_ != session || stopping_) co_return refusal_.empty();
    renewing_ = true;
    const bool renewed = co_await renew();
    renewing_ = false;
    if (!renewed || session_ == session) co_return renewed;
    bridged_message ready;
    ready.kind = message_kind::notification;
    ready.method = "notifications/initialized";
    co_await send_other(ready, R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
    co_return true;
}

// Keeps what is there if the gateway may begin a session in a moment.
awaitable<bool> bridge::renew() {
    ports_.log("the gateway does not know the session any more; a new one is begun");
    const auto session = std::exchange(session_, {});
    const auto version = std::exchange(version_, {});
    const auto keep = [this, &session, &version] {
        session_ = session;
        version_ = version;
        return true;
    };
    bridged_message hello;
    hello.method = "initialize";
    const auto exchange = new_exchange();
    auto what = request_of(hello, initialize_);
    const auto head = co_await exchange->send(std::move(what));
    if (!head || is_passing(head->status) || is_busy(head->status)) co_return keep();
    const auto body = co_await exchange->read_all();
    if (!body) co_return keep();
    const auto message = read_message(*body);
    if (!head->good() || !message || message->negotiated.empty()) {
        co_await refuse(head->status, "it begins no session");
        co_return false;
    }
    session_ = head->session;
    version_ = message->negotiated;
    co_return true;
}

awaitable<> bridge::listen() {
    std::string last_id;
    milliseconds wait = pause_first;
    while (listening_ && !stopping_) {
        milliseconds pause = wait;
        const bool go_on = co_await listen_once(last_id, pause);
        if (!go_on) break;
        wait = pause == wait ? std::min(wait * 2, pause_max) : pause_first;
        if (listening_ && !stopping_) co_await sleep(pause);
    }
    listening_ = false;
}

// `pause` is changed if the stream was open: nothing was wrong then.
awaitable<bool> bridge::listen_once(std::string& last_id, milliseconds& pause) {
    stream_ = new_exchange();
    const auto exchange = stream_;
    mcp_request what;
    what.method = "GET";
    what.headers.emplace_back("Accept", "text/event-stream");
    if (!version_.empty()) what.headers.emplace_back("MCP-Protocol-Version", version_);
    if (!session_.empty()) what.headers.emplace_back("Mcp-Session-Id", session_);
    if (!last_id.empty()) what.headers.emplace_back("Last-Event-ID", last_id);
    const auto head = co_await exchange->send(std::move(what));
    if (!head) co_return true;
    if (!head->good() || !head->events) {
        if (is_passing(head->status) || is_busy(head->status)) co_return true;
        const auto body = co_await exchange->read_all();
        // The next request tells the client, and ends the bridge.
        if (is_refusal(head->status) && body && !read_message(*body))
            co_await refuse(head->status, problem_sentence(*body));
        co_return false;
    }
    sse_reader events{event_bytes_max};
    for (;;) {
        const auto part = co_await exchange->read();
        if (!part || part->empty()) break;
        for (auto& event : events.feed(*part)) {
            if (!read_message(event.data)) continue;
            auto text = on_one_line(std::move(event.data));
            co_await give(std::move(text));
        }
        if (!events.last_id().empty()) last_id = events.last_id();
        if (events.failed()) break;
    }
    pause = milliseconds{std::clamp(events.retry_ms().value_or(1'000), 1L, 60'000L)};
    co_return true;
}

awaitable<> bridge::end_session() {
    if (session_.empty()) co_return;
    const auto exchange = new_exchange();
    boost::asio::steady_timer late{io_, milliseconds{1'000}};
    late.async_wait([exchange](const boost::system::error_code& error) {
        if (!error) exchange->close();
    });
    mcp_request what;
    what.method = "DELETE";
    what.headers.emplace_back("Mcp-Session-Id", session_);
    if (!version_.empty()) what.headers.emplace_back("MCP-Protocol-Version", version_);
    co_await exchange->send(std::move(what));
}

}  // namespace tollgate::server::clients
