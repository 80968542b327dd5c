#include "server/pipeline/sse_transport.hpp"

#include "base/task_group.hpp"
#include "mcp/endpoint.hpp"
#include "mcp/json_rpc/reply.hpp"
#include "mcp/streams/event_text.hpp"
#include "mcp/streams/sse_sessions.hpp"
#include "server/pipeline/addresses.hpp"
#include "server/pipeline/authorize.hpp"
#include "server/pipeline/client_watch.hpp"
#include "server/pipeline/headed_stream.hpp"
#include "server/pipeline/pipeline.hpp"
#include "server/pipeline/problem.hpp"

namespace tollgate::server {

namespace {

constexpr std::string_view session_parameter = "sessionId=";
constexpr std::size_t passed_bytes_max = std::size_t{1024} * 1024;  // between instances

// The value of sessionId in a query; empty if there is none. An id needs no decoding.
std::string_view session_id_of(std::string_view query) {
    while (!query.empty()) {
        const auto end = query.find('&');
        const auto one = query.substr(0, end);
        if (one.starts_with(session_parameter)) return one.substr(session_parameter.size());
        if (end == std::string_view::npos) break;
        query.remove_prefix(end + 1);
    }
    return {};
}

base::http_response wrong_method(std::string_view right) {
    auto out = problem(405, "method_not_allowed", "Use " + std::string(right) + ".");
    out.headers.emplace_back("Allow", right);
    return out;
}

std::string too_large(std::string_view id_json) {
    const auto refused = mcp::error_reply(
        200, id_json,
        {mcp::internal_error,
         "The answer is too large to be passed from one instance of the gateway to another.",
         {}});
    return mcp::event_text(refused.body);
}

}  // namespace

// A message being answered.
struct sse_transport::work {
    std::shared_ptr<const tenancy::grant> grant;
    std::string body;
    std::string id_json;
    std::string request_id;
    std::string user_agent;
    std::string client_address;
    std::string key;                            // of the session
    std::shared_ptr<mcp::sse_session> session;  // if it is at this instance
    std::string instance;                       // otherwise
    std::unique_ptr<in_flight> running;
    mcp::exchange exchange{};
};

// Sends a call's notifications on the session's stream.
class sse_transport::answer_stream final : public base::response_stream {
public:
    answer_stream(sse_transport& owner, const work& job) : owner_(owner), job_(job) {}

    void add_header(std::string_view, std::string_view) override {}
    bool open() override { return opened_ = true; }
    bool opened() const override { return opened_; }
    void send(std::string_view event) override {
        if (job_.session) return job_.session->send(event);
        auto* const relay = owner_.services_.sse.relay();
        owner_.tasks_.spawn("sse_event", relay->pass(job_.instance, job_.key, std::string(event)));
    }
    // A closed stream does not cancel messages that were sent.
    bool peer_closed() override { return false; }
    void keep(std::unique_ptr<base::stream_keeper>) override {}
    void end(std::string_view) override {}

private:
    sse_transport& owner_;
    const work& job_;
    bool opened_ = false;
};

std::optional<base::http_response> sse_transport::refuse(const base::http_request& request,
                                                         mcp_transport door) {
    if (door == mcp_transport::messages)
        return request.method == "POST" ? mcp::refuse_transport(request) : wrong_method("POST");
    if (request.method != "GET") return wrong_method("GET");
    // Not all clients of this transport say that they accept events; a request for an HTML page
    // gets none.
    const auto accept = request.header("Accept");
    const bool page = accept.find("text/html") != std::string_view::npos;
    const bool any = accept.empty() || accept.find("*/*") != std::string_view::npos;
    if (mcp::accepts_events(request) || (any && !page)) return {};
    return problem(406, "not_acceptable", "Accept must allow text/event-stream.");
}

base::awaitable<base::http_response> sse_transport::open(request_context& context) {
    auto* const streams = mcp_.streams();
    context.exchange.method = "SSE";
    std::string id;
    mcp::stream_terms terms;
    terms.lists = mcp_.offer(*context.grant).lists;
    terms.follows = mcp_.offer(*context.grant).updates;
    terms.session = services_.sse.begin(context.grant->server_id, *streams, id);
    terms.ended = [this](const mcp::sse_session& session) {
        services_.sse.end(session);
        auto* const relay = services_.sse.relay();
        if (relay != nullptr) tasks_.spawn("sse_forget", relay->forget(session.key()));
    };
    if (auto* const relay = services_.sse.relay(); relay != nullptr) {
        std::string key = terms.session->key();
        std::string server_id = context.grant->server_id;
        co_await relay->announce(std::move(key), std::move(server_id));
    }
    const auto slash = context.request.path.rfind('/');
    terms.first = "event: endpoint\ndata: ";
    terms.first.append(context.request.path.substr(0, slash + 1));
    terms.first.append(addresses::messages).append("?");
    terms.first.append(session_parameter).append(id).append("\n\n");
    const auto session = terms.session;
    const auto ended = terms.ended;
    headed_stream stream{*context.connection.stream, context};
    const auto refused = streams->open(*context.grant, &stream, std::move(terms));
    if (refused == mcp::stream_refusal::none) co_return base::http_response{};
    ended(*session);
    co_return problem(503, "too_many_streams", text_of(refused), context.request_id);
}

// Finds the session that a message names.
base::awaitable<std::optional<base::http_response>> sse_transport::find(
    const request_context& context, work& out) {
    out.key = mcp::sse_sessions::key_of(session_id_of(context.request.query));
    const std::string& server_id = context.grant->server_id;
    out.session = services_.sse.find(out.key);
    if (out.session && out.session->server_id() == server_id)
        co_return std::optional<base::http_response>{};
    out.session.reset();
    auto* const relay = services_.sse.relay();
    if (relay != nullptr) {
        std::string key = out.key;
        std::string of_server = server_id;
        out.instance = co_await relay->find(std::move(key), std::move(of_server));
        if (!out.instance.empty()) co_return std::optional<base::http_response>{};
    }
    services_.log.info(
        "sse_session_unknown",
        {{"request_id", context.request_id},
         {"mcp_server", server_id},
         {"reason", relay != nullptr
                        ? "its stream has ended"
                        : "its stream has ended, or is at another instance: without Redis, have "
                          "the requests of one client go to one instance"}});
    co_return problem(404, "unknown_session",
                      "There is no such session: open the stream (…/sse) again.",
                      context.request_id);
}

base::awaitable<base::http_response> sse_transport::take(request_context& context) {
    auto job = std::make_unique<work>();
    job->grant = context.grant;
    auto unknown = co_await find(context, *job);
    if (unknown) co_return std::move(*unknown);
    bool asks = false;
    if (auto refused = mcp_.look(context.request.body, job->id_json, asks))
        co_return std::move(*refused);
    job->running = std::make_unique<in_flight>(*job->grant, services_.requests_per_token);
    if (!job->running->admitted())
        co_return problem(
            503, "too_many_requests_in_flight",
            "This MCP server has as many requests running as it may. Try again shortly.",
            context.request_id);
    job->body = std::move(context.request.body);
    job->request_id = context.request_id;
    job->user_agent = context.request.header("User-Agent");
    job->client_address = context.client_address;
    job->exchange.deadline = context.deadline;
    if (!asks) {
        co_await run(*job);
        context.exchange.method = job->exchange.method;
        co_return mcp::accepted_reply();
    }
    context.exchange.method = "message";
    if (job->session) job->session->begin_answer();
    tasks_.spawn("sse_message", answer(std::move(job)));
    co_return mcp::accepted_reply();
}

base::awaitable<> sse_transport::answer(std::unique_ptr<work> job) {
    const auto started = std::chrono::steady_clock::now();
    std::string event;
    std::string bug;
    try {
        event = co_await run(*job);
    } catch (const std::exception& error) {
        bug = error.what();
        const auto failed = mcp::error_reply(
            500, job->id_json, {mcp::internal_error, "Something went wrong in the gateway.", {}});
        event = mcp::event_text(failed.body);
    }
    if (!bug.empty())
        services_.log.error("request_failed", {{"request_id", job->request_id}, {"reason", bug}});
    if (services_.log_requests) {
        const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - started);
        services_.log.info("sse_answer",
                           {{"request_id", job->request_id},
                            {"micros", std::int64_t{took.count()}},
                            {"mcp_server", job->grant->server_id},
                            {"account", job->grant->account->id},
                            {"mcp_method", job->exchange.method},
                            {"tool", job->exchange.tool},
                            {"tool_failed", job->exchange.tool_failed},
                            {"stripe_request", job->exchange.trace.upstream_request},
                            {"idempotency_key", job->exchange.trace.idempotency_key}});
    }
    if (job->session) {
        job->session->end_answer(event);
        co_return;
    }
    if (event.size() > passed_bytes_max) event = too_large(job->id_json);
    co_await services_.sse.relay()->pass(job->instance, job->key, std::move(event));
}

// The answer as an event; empty if there is no answer.
base::awaitable<std::string> sse_transport::run(work& job) {
    const std::string session_id = job.session ? job.session->session_id() : std::string{};
    base::http_request request;
    request.method = "POST";
    request.headers = {{"Accept", "text/event-stream"}};
    if (!job.user_agent.empty()) request.headers.push_back({"User-Agent", job.user_agent});
    if (!session_id.empty()) request.headers.push_back({mcp::session_header, session_id});
    request.body = std::move(job.body);
    answer_stream stream{*this, job};
    job.exchange.request_id = job.request_id;
    job.exchange.stream = &stream;
    base::http_response reply = co_await mcp_.handle(*job.grant, request, job.exchange);
    note_served(services_, *job.grant, job.exchange);
    note_client(services_, *job.grant, job.exchange, {job.user_agent, job.client_address},
                reply.status);
    for (const auto& [name, value] : reply.headers)
        if (job.session && name == mcp::session_header) job.session->remember(value);
    if (reply.body.empty()) co_return std::string{};
    co_return stream.opened() ? std::move(reply.body) : mcp::event_text(reply.body);
}

}  // namespace tollgate::server
