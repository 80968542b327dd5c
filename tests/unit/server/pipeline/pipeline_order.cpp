#include <catch2/catch.hpp>

#include <stdexcept>

#include "base/task_group.hpp"
#include "mcp/endpoint.hpp"
#include "server/pipeline/client.hpp"
#include "server/pipeline/host_origin.hpp"
#include "server/pipeline/pipeline.hpp"
#include "tenancy/secrets/token.hpp"
#include "tests/support/run_sync.hpp"

namespace pipeline_order_test {

using namespace tollgate;
using namespace tollgate::server;
using base::http_request;
using base::http_response;

namespace {

// What the pipeline asked of whom, in order.
using steps = std::vector<std::string>;

struct noted_grants final : tenancy::grant_source {
    explicit noted_grants(steps& noted) : noted_(noted) {}
    std::shared_ptr<const tenancy::grant> cached(std::string_view) override { return nullptr; }
    base::awaitable<base::result<std::shared_ptr<const tenancy::grant>>> find(
        std::string_view token) override {
        noted_.emplace_back("token");
        if (token != good) co_return base::fail(base::errc::not_found, "not_found", "none");
        co_return grant;
    }
    std::shared_ptr<const tenancy::grant> cached_authorization(std::string_view) override {
        return nullptr;
    }
    base::awaitable<base::result<std::shared_ptr<const tenancy::grant>>> find_authorization(
        std::string_view) override {
        co_return base::fail(base::errc::not_found, "not_found", "none");
    }
    base::awaitable<base::result<bool>> api_key_of_team(std::string_view,
                                                        std::string_view) override {
        co_return false;
    }

    const std::string good{tenancy::make_token(tenancy::mcp_token_prefix).reveal()};
    std::shared_ptr<tenancy::grant> grant = [] {
        auto out = std::make_shared<tenancy::grant>();
        out->usage = std::make_shared<tenancy::usage_counter>();
        out->account = std::make_shared<tenancy::account_access>();
        return out;
    }();

private:
    steps& noted_;
};

struct noted_admin final : admin_surface {
    explicit noted_admin(steps& noted) : noted_(noted) {}
    base::awaitable<base::result<bool>> has_session(const request_context&,
                                                    std::string_view) override {
        co_return false;
    }
    base::awaitable<http_response> handle_admin(const request_context&) override {
        noted_.emplace_back("admin");
        throw std::runtime_error("a bug");
    }

private:
    steps& noted_;
};

struct noted_tools final : mcp::tool_provider {
    explicit noted_tools(steps& noted) : noted_(noted) {}
    void append_tools(const tenancy::grant&, std::string&) const override {
        noted_.emplace_back("tools");
    }
    base::awaitable<mcp::tool_answer> call(const tenancy::grant&, mcp::tool_call) override {
        noted_.emplace_back("call");
        co_return mcp::tool_result{};
    }

private:
    steps& noted_;
};

struct noted_counts final : request_observer {
    explicit noted_counts(steps& noted) : noted_(noted) {}
    void request_done(route, unsigned status, std::chrono::nanoseconds) override {
        noted_.emplace_back("counted " + std::to_string(status));
    }
    void mcp_message(std::string_view method, bool) override { noted_.emplace_back(method); }
    void token_refused() override { noted_.emplace_back("token refused"); }
    std::string expose(const instance_state&) override { return {}; }

private:
    steps& noted_;
};

// A pipeline with nothing behind it but what notes that it was asked.
struct noted_pipeline {
    // What was asked for `request`, and of whom.
    steps handle(http_request& request) {
        noted.clear();
        request.body.reserve(request.body.size() + 64);
        const connection_facts facts{"127.0.0.1"};
        last = test::run_sync(way.handle(request, facts));
        return noted;
    }

    steps noted;
    http_response last;
    base::null_logger log;
    base::system_clock clock;
    host_rules hosts{config{}};
    proxy_rules proxies;
    noted_grants grants{noted};
    noted_admin admin{noted};
    noted_tools tools{noted};
    noted_counts counts{noted};
    mcp::sse_sessions sse;
    mcp::cancellations cancelled;
    mcp::endpoint mcp{tools, cancelled, {"Tools", "1", "hello", {}}};
    std::atomic<std::size_t> connections{0};
    pipeline_services services{.hosts = hosts,
                               .proxies = proxies,
                               .grants = grants,
                               .admin = admin,
                               .sse = sse,
                               .counts = counts,
                               .clock = clock,
                               .log = log,
                               .ready = [] { return true; },
                               .store_available = [] { return true; },
                               .reserve_bytes = {},
                               .caches_trusted = {},
                               .redis_up = {},
                               .connections = connections};
    base::task_group tasks{test::loop_of_this_thread().get_executor(), log};
    pipeline way{services, surface{}, mcp, tasks};
};

void set(http_request& request, std::string_view name, std::string_view value) {
    for (auto& header : request.headers)
        if (header.name == name) header.value = value;
}

}  // namespace

// A request that is wrong for every stage is refused by the first; with that mended, by the next.
TEST_CASE("pipeline: the stages stand in their order, and each refusal is counted",
          "[server][pipeline]") {
    noted_pipeline t;
    t.services.requests_per_token = 0;
    http_request request;
    request.method = "PUT";
    request.path = request.target = "/nowhere";
    request.headers = {{"Host", "evil.example"},
                       {"Origin", "https://evil.example"},
                       {"Content-Type", "text/plain"},
                       {"Accept", "application/json, text/event-stream"},
                       {"MCP-Protocol-Version", "2025-11-25"}};
    request.body = R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})";

    CHECK(t.handle(request) == steps{"counted 421"});
    set(request, "Host", "localhost");
    CHECK(t.handle(request) == steps{"counted 403"});
    set(request, "Origin", "http://localhost");
    CHECK(t.handle(request) == steps{"counted 404"});
    const auto other = tenancy::make_token(tenancy::mcp_token_prefix);
    const std::string unknown = "/mcp/" + std::string{other.reveal()};
    request.path = request.target = unknown;
    CHECK(t.handle(request) == steps{"counted 405"});
    request.method = "POST";
    CHECK(t.handle(request) == steps{"counted 415"});
    set(request, "Content-Type", "application/json");
    CHECK(t.handle(request) == steps{"token", "token refused", "counted 404"});
    const std::string known = "/mcp/" + t.grants.good;
    request.path = request.target = known;
    CHECK(t.handle(request) == steps{"token", "counted 503"});
    t.services.requests_per_token = 1;
    CHECK(t.handle(request) == steps{"token", "tools", "tools/list", "counted 200"});
    CHECK(t.grants.grant->usage->in_flight == 0);
}

TEST_CASE("pipeline: a bug behind it is a 500 with the request's id, and counted",
          "[server][pipeline]") {
    noted_pipeline t;
    http_request request;
    request.method = "GET";
    request.path = request.target = "/team";
    request.headers = {{"Host", "localhost"}};
    CHECK(t.handle(request) == steps{"admin", "counted 500"});
    CHECK(t.last.status == 500);
    CHECK(t.last.body.find("a bug") == std::string::npos);
    CHECK(t.last.body.find("req_") != std::string::npos);
}

}  // namespace pipeline_order_test
