#include "server/pipeline/pipeline.hpp"

#include <optional>

#include "base/ids.hpp"
#include "mcp/endpoint.hpp"
#include "mcp/method_table.hpp"
#include "server/pages/console.hpp"
#include "server/pages/mcp_address.hpp"
#include "server/pipeline/anonymous_refusal.hpp"
#include "server/pipeline/authorize.hpp"
#include "server/pipeline/client.hpp"
#include "server/pipeline/client_watch.hpp"
#include "server/pipeline/headed_stream.hpp"
#include "server/pipeline/host_origin.hpp"
#include "server/pipeline/problem.hpp"

namespace tollgate::server {

namespace {

base::http_response text_response(std::string body, std::string_view type) {
    base::http_response out;
    out.content_type = type;
    out.body = std::move(body);
    return out;
}

}  // namespace

void note_served(const pipeline_services& services, const tenancy::grant& grant,
                 const mcp::exchange& exchange) {
    services.counts.mcp_message(exchange.method, exchange.tool_failed);
    if (exchange.method == mcp::name_of(mcp::method_kind::call_tool))
        grant.usage->calls.fetch_add(1, std::memory_order_relaxed);
    grant.usage->last_used_unix_ms.store(base::to_unix_ms(services.clock.now()),
                                         std::memory_order_relaxed);
}

pipeline::pipeline(pipeline_services& services, surface served, mcp::endpoint& mcp,
                   base::task_group& tasks)
    : services_(services), served_(served), mcp_(mcp), sse_(services, mcp, tasks) {}

base::awaitable<base::http_response> pipeline::handle(base::http_request& request,
                                                      const connection_facts& facts) {
    request_context context{facts, request};
    context.request_id = base::make_id("req");
    context.started = std::chrono::steady_clock::now();
    context.deadline = context.started + services_.request_timeout;
    base::http_response response = co_await guarded(context);
    if (context.origin_accepted) allow_origin(request, response);
    response.headers.emplace_back(request_id_header, context.request_id);
    observe(context, response);
    co_return response;
}

base::http_response pipeline::unreadable(unsigned status, std::string_view why) {
    services_.counts.request_done(route::none, status, std::chrono::nanoseconds{0});
    if (refusals_.admit(std::chrono::steady_clock::now())) {
        log_left_out();
        services_.log.warning("request_unreadable",
                              {{"status", std::int64_t{status}}, {"reason", why}});
    }
    if (status == 413)
        return problem(status, "unreadable_request",
                       "The request body is larger than this gateway takes: at most " +
                           std::to_string(services_.body_bytes_max) +
                           " bytes (limits.body_bytes). Send less, or ask its operator to raise "
                           "the limit.");
    return problem(status, "unreadable_request", why);
}

base::awaitable<base::http_response> pipeline::guarded(request_context& context) {
    std::string bug;
    try {
        co_return co_await run(context);
    } catch (const std::exception& error) {
        bug = error.what();
    } catch (...) {
        bug = "unknown exception";
    }
    services_.log.error("request_failed", {{"request_id", context.request_id}, {"reason", bug}});
    // A stream that was already opened just ends, so that the client sees that the result is
    // missing.
    if (context.connection.stream != nullptr && context.connection.stream->opened())
        co_return base::http_response{};
    co_return problem(500, "internal_error",
                      "Something went wrong in the gateway; its log has the details.",
                      context.request_id);
}

base::awaitable<base::http_response> pipeline::run(request_context& context) {
    identify_client(services_.proxies, context);
    if (auto refused = check_host_origin(services_.hosts, context.request))
        co_return std::move(*refused);
    context.origin_accepted = true;
    select_route(served_, context);
    if (context.to == route::mcp) co_return co_await run_mcp(context);
    if (context.to == route::oauth && services_.oauth != nullptr)
        co_return co_await services_.oauth->handle_oauth(context);
    if (context.to == route::admin) co_return co_await services_.admin.handle_admin(context);
    co_return run_own(context);
}

base::awaitable<base::http_response> pipeline::run_mcp(request_context& context) {
    const bool streamable = context.door == mcp_transport::streamable;
    auto refused = streamable ? mcp::refuse_transport(context.request)
                              : sse_transport::refuse(context.request, context.door);
    if (refused && asks_for_page(context.request))
        co_return mcp_address_page(*refused, context.path_token);
    if (refused) {
        co_await find_refused(context);
        co_return std::move(*refused);
    }
    auto unauthorized = co_await admit(context);
    if (unauthorized && unauthorized->status < 500) services_.counts.token_refused();
    if (unauthorized) co_return std::move(*unauthorized);
    if (!streamable) co_return co_await run_sse(context);
    if (context.request.method == "GET") co_return co_await run_get(context);
    const in_flight running{*context.grant, services_.requests_per_token};
    if (!running.admitted())
        co_return problem(
            503, "too_many_requests_in_flight",
            "This MCP server has as many requests running as it may. Try again shortly.",
            context.request_id);
    context.exchange.deadline = context.deadline;
    context.exchange.request_id = context.request_id;
    std::optional<headed_stream> stream;
    if (context.connection.stream != nullptr)
        context.exchange.stream = &stream.emplace(*context.connection.stream, context);
    base::http_response response =
        co_await mcp_.handle(*context.grant, context.request, context.exchange);
    note_served(services_, *context.grant, context.exchange);
    if (context.exchange.method == mcp::name_of(mcp::method_kind::listen))
        co_await recheck_grant(context);
    co_return response;
}

// Fills in the grant of a request whose transport was refused, if it has one, so that the page of
// its MCP server can say so.
base::awaitable<> pipeline::find_refused(request_context& context) {
    if (services_.clients != nullptr) co_await admit(context);
}

// Fills in the grant, from a token or from OAuth. Not a coroutine itself, because every call passes
// through it.
base::awaitable<std::optional<base::http_response>> pipeline::admit(request_context& context) {
    const bool by_id = services_.oauth != nullptr && base::is_id(context.path_token, "mcp");
    return by_id ? services_.oauth->admit(context)
                 : authorize(services_.grants, services_.admin, services_.clock, context);
}

base::awaitable<base::http_response> pipeline::run_sse(request_context& context) {
    if (context.door == mcp_transport::messages) co_return co_await sse_.take(context);
    base::http_response response = co_await sse_.open(context);
    if (response.status != 200) co_return response;
    note_served(services_, *context.grant, context.exchange);
    co_await recheck_grant(context);
    co_return response;
}

// The stream on which clients of revisions before 2026-07-28 listen.
base::awaitable<base::http_response> pipeline::run_get(request_context& context) {
    auto* const streams = mcp_.streams();
    if (streams == nullptr || context.connection.stream == nullptr)
        co_return problem(405, "method_not_allowed", "Use POST.", context.request_id);
    context.exchange.method = "GET";
    if (auto refused_session = mcp_.refuse_session(*context.grant, context.request))
        co_return std::move(*refused_session);
    headed_stream stream{*context.connection.stream, context};
    const auto refused =
        streams->open(*context.grant, &stream,
                      get_terms(mcp_.offer(*context.grant), *context.grant, context.request));
    if (refused != mcp::stream_refusal::none)
        co_return problem(503, "too_many_streams", text_of(refused), context.request_id);
    note_served(services_, *context.grant, context.exchange);
    co_await recheck_grant(context);
    co_return base::http_response{};
}

// The token may have ended just before its stream was registered for notifications.
base::awaitable<> pipeline::recheck_grant(request_context& context) {
    const auto before = context.grant;
    auto refused = co_await admit(context);
    if (refused && mcp_.streams() != nullptr)
        mcp_.streams()->end(before->server_id, before->token_digest);
    context.grant = before;
}

base::http_response pipeline::nothing_here(const request_context& context) const {
    std::string detail = "There is nothing at this address.";
    const auto near = nearest_address(served_, context.request.path);
    if (!near.empty()) detail += " Did you mean " + std::string(near) + "?";
    return problem(404, "not_found", detail, context.request_id);
}

base::http_response pipeline::run_own(request_context& context) {
    const bool reading = context.request.method == "GET" || context.request.method == "HEAD";
    if (context.to == route::none || context.to == route::oauth) return nothing_here(context);
    if (!reading) {
        auto out = problem(405, "method_not_allowed", "Use GET.", context.request_id);
        out.headers.emplace_back("Allow", "GET, HEAD");
        return out;
    }
    if (context.to == route::console) return console_response(context.request, console_files());
    if (context.to == route::health) return text_response(R"({"status":"ok"})", "application/json");
    if (context.to == route::ready) {
        if (services_.ready()) return text_response(readiness(), "application/json");
        return problem(503, "not_ready",
                       "The gateway is starting, stopping, or without its store.");
    }
    return text_response(services_.counts.expose(state()),
                         "text/plain; version=0.0.4; charset=utf-8");
}

instance_state pipeline::state() const {
    instance_state out;
    out.connections = services_.connections.load();
    if (mcp_.streams() != nullptr) out.streams = mcp_.streams()->hub().open();
    if (services_.people) services_.people(out);
    out.store_available = services_.store_available();
    if (services_.reserve_bytes) out.reserve_bytes = services_.reserve_bytes();
    if (services_.caches_trusted) out.caches_trusted = services_.caches_trusted();
    if (services_.redis_up) out.redis_available = services_.redis_up();
    return out;
}

// The impairments of an instance that still serves. Without Redis, or while caches are not trusted,
// it is slower but never wrong; with a wrong clock, things expire at the wrong time; with a broken
// audit log, what must be audited is refused.
std::string pipeline::readiness() const {
    std::string out = R"({"status":"ready")";
    const auto report = [&out](std::string_view name, bool good, std::string_view else_word) {
        out.append(",\"").append(name).append("\":\"");
        out.append(good ? "ok" : else_word).append("\"");
    };
    if (services_.caches_trusted) report("caches", services_.caches_trusted(), "not_trusted");
    if (services_.redis_up) report("redis", services_.redis_up(), "away");
    if (services_.clock_agrees) report("clock", services_.clock_agrees(), "off");
    if (services_.audit_intact) report("audit", services_.audit_intact(), "broken");
    return out + "}";
}

// Logs how many lines were left out, because requests without a grant must not fill the disk.
void pipeline::log_left_out() {
    const auto count = refusals_.take_left_out();
    if (count > 0) services_.log.warning("refusals_left_out", {{"count", count}});
}

void pipeline::observe(const request_context& context, const base::http_response& response) {
    const auto took = std::chrono::steady_clock::now() - context.started;
    services_.counts.request_done(context.to, response.status, took);
    note_client(services_, context, response.status);
    if (!services_.log_requests) return;
    if (is_anonymous_refusal(context, response.status) &&
        !refusals_.admit(std::chrono::steady_clock::now()))
        return;
    log_left_out();
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    const bool granted = context.grant != nullptr;
    const std::string_view server = granted ? std::string_view(context.grant->server_id) : "";
    const std::string_view account = granted ? std::string_view(context.grant->account->id) : "";
    services_.log.info("request", {{"request_id", context.request_id},
                                   {"route", route_name(context.to)},
                                   {"method", context.request.method},
                                   {"status", std::int64_t{response.status}},
                                   {"micros", std::int64_t{micros}},
                                   {"client", context.client_address},
                                   {"mcp_server", server},
                                   {"account", account},
                                   {"mcp_method", context.exchange.method},
                                   {"tool", context.exchange.tool},
                                   {"tool_failed", context.exchange.tool_failed},
                                   {"stripe_request", context.exchange.trace.upstream_request},
                                   {"idempotency_key", context.exchange.trace.idempotency_key}});
}

}  // namespace tollgate::server
