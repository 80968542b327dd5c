#include "server/app/assembly.hpp"

#include "server/app/admin_gate.hpp"
#include "server/app/audit_delivery.hpp"
#include "server/app/clock_watch.hpp"
#include "server/app/first_team.hpp"
#include "server/app/identity.hpp"
#include "server/app/key_check.hpp"
#include "server/app/listening.hpp"
#include "server/app/mcp_state.hpp"
#include "server/app/open_at_loops.hpp"
#include "server/app/sandbox_host.hpp"
#include "server/app/served_tls.hpp"
#include "server/app/service_reach.hpp"
#include "server/app/sign_on.hpp"
#include "server/app/store.hpp"
#include "server/app/stripe_callers.hpp"
#include "server/app/stripe_state.hpp"
#include "server/app/team_webhooks.hpp"
#include "server/app/tenancy_options.hpp"
#include "server/app/worker_loop.hpp"
#include "server/cluster/open_everywhere.hpp"
#include "server/cluster/redis.hpp"
#include "server/metrics/metrics.hpp"
#include "server/oauth/gate.hpp"
#include "server/pipeline/client.hpp"
#include "server/pipeline/host_origin.hpp"
#include "server/process/bind.hpp"
#include "server/process/heap_trimmer.hpp"
#include "server/process/open_files.hpp"
#include "server/version.hpp"
#include "stripe/upstream/pool.hpp"
#include "tenancy/registry.hpp"

namespace tollgate::server {

namespace {

namespace asio = boost::asio;
using base::result;

void check_open_files(const config& value, base::logger& log) {
    const std::size_t may = raise_open_files();
    const std::size_t wanted = open_files_wanted(value);
    if (may < wanted)
        log.warning("open_files_short",
                    {{"may_open", static_cast<std::int64_t>(may)},
                     {"wanted", static_cast<std::int64_t>(wanted)},
                     {"reason",
                      "limits.connections and stripe.connections_per_loop do not fit: raise the "
                      "hard limit (ulimit -Hn, LimitNOFILE=) or lower them"}});
}

// Reports the measurements of the background work to the metrics.
void observe(tenancy::registry& work, metrics& counts) {
    work.alarms().observe(counts);
    work.changes().observe(counts);
    work.approvals().observe(counts);
    work.webhook_sender().observe(counts);
    work.audit().observe(counts);
    work.audit_integrator().observe(counts);
    work.retention().observe(counts);
}

// Ends the background work, except for the audit logs.
void stop(tenancy::registry& work) {
    work.stop_background();
    work.reauth().stop();
    work.alarms().stop();
    work.resolver().stop();
    work.executor().stop();
    work.webhook_sender().stop();
    work.refund_sender().stop();
    work.retention().stop();
    work.key_checker().stop();
    work.audit().stop();
    work.audit_delivery().stop();
    work.changes().stop();
    work.events().stop();
}

void count_people(tenancy::registry& all, instance_state& state) {
    state.event_streams = all.events().open();
    state.sign_ins = all.sessions().counts().accepted;
    state.sign_ins_refused = all.sessions().counts().refused;
}

// OAuth clients' metadata documents are fetched with the system's certificate authorities, even if
// Stripe's are set differently.
result<std::shared_ptr<asio::ssl::context>> tls_of_documents() {
    try {
        return stripe::make_client_tls({});
    } catch (const std::runtime_error& error) {
        return base::fail(base::errc::unavailable, "no_authorities", error.what());
    }
}

// Null for an upstream without TLS.
result<std::shared_ptr<asio::ssl::context>> tls_of_upstream(const config& value,
                                                            const stripe::upstream_options& to) {
    std::shared_ptr<asio::ssl::context> out;
    try {
        if (to.tls) out = stripe::make_client_tls(value.stripe.ca_file);
    } catch (const std::runtime_error& error) {
        return base::invalid("ca_file", error.what(), "stripe.ca_file");
    }
    return out;
}

class gateway_parts final : public assembly {
public:
    gateway_parts(config value, base::logger& log, substitutes instead)
        : config_(std::move(value)),
          log_(log),
          instead_(instead),
          hosts_(config_),
          urls_(config_.server.public_url),
          connection_options_(options_of(config_)),
          streams_({.all_max = config_.limits.streams,
                    .of_server_max = config_.limits.streams_per_token,
                    .keep_alive = config_.timeouts.keep_alive},
                   clock_),
          gate_{.limit = config_.limits.connections} {}

    result<> make_loops() override {
        check_open_files(config_, log_);
        auto files = check_files(config_);
        if (!files) return files.error();
        for (auto step : {&gateway_parts::open_store, &gateway_parts::choose_upstream}) {
            auto done = (this->*step)();
            if (!done) return done.error();
        }
        for (std::size_t left = loop_count(config_); left > 0; --left) loops_.emplace_back(log_);
        return {};
    }

    result<> build() override {
        for (auto step : {&gateway_parts::connect_redis, &gateway_parts::make_tenancy,
                          &gateway_parts::read_proxies, &gateway_parts::make_handlers}) {
            auto done = (this->*step)();
            if (!done) return done.error();
        }
        return listen({config_, loops_, tls_.source(), gate_, connection_options_}, urls_, report_);
    }

    void run_background() override {
        background_.emplace(first().io.get_executor(), log_);
        if (redis_)
            redis_->share({tenancy_->secrets(), tenancy_->changes(), tenancy_->grants(),
                           mcp_.cancelled, mcp_.sessions, mcp_.asked, clock_, counts_, *background_,
                           sse_, streams_, open_, log_},
                          loops_.front());
        clock_watch_.emplace(*store_, redis_.get(), clock_, counts_.clocks(), log_);
        background_->spawn("clock", clock_watch_->run());
        background_->spawn("tenancy", tenancy_->run_background());
        background_->spawn("reauth", tenancy_->reauth().run());
        background_->spawn("alarms", tenancy_->alarms().run());
        background_->spawn("receipts", tenancy_->resolver().run());
        background_->spawn("approvals", tenancy_->executor().run());
        background_->spawn("webhooks", tenancy_->webhook_sender().run());
        background_->spawn("refund_log", tenancy_->refund_sender().run());
        background_->spawn("retention", tenancy_->retention().run());
        background_->spawn("key_checks", tenancy_->key_checker().run());
        background_->spawn("audit_trail", tenancy_->audit().run());
        background_->spawn("recent_ids", stripe_.recent.run());
        background_->spawn("events", tenancy_->events().run());
        for (const auto& one : tenancy_->audit_delivery().workers())
            background_->spawn("audit_delivery", one->run());
        if (logs_changes()) background_->spawn("changes", tenancy_->changes().run());
        audit_.emplace(first().io.get_executor(), log_);
        audit_->spawn("audit", tenancy_->audit_integrator().run());
        heap_trimmer_.emplace(log_);
    }

    // Tenancy's background work writes the last counts. Its last records are integrated into the
    // audit logs afterwards.
    base::awaitable<> finish_background() override {
        stop(*tenancy_);
        stripe_.recent.stop();
        clock_watch_->stop();
        constexpr std::chrono::seconds timeout{10};
        co_await background_->wait_idle(timeout);
        tenancy_->audit_integrator().stop();
        co_await audit_->wait_idle(timeout);
    }

    // Close the store and end the worker first, because their threads resume coroutines.
    void halt() override {
        for (auto& one : loops_) one.own().io.stop();
        for (auto& one : loops_) one.join();
        store_.reset();
        if (tenancy_) tenancy_->join_threads();
        blocking_.reset();
        webhooks_.halt();
        sign_on_.halt();
        for (auto& one : loops_) one.own().io.drop_pending();
        if (redis_) redis_->drop_waiting();
    }

    const config& settings() const override { return config_; }
    const start_report& report() const override { return report_; }
    std::list<worker_loop>& loops() override { return loops_; }
    served_tls& tls() override { return tls_; }
    std::atomic<bool>& ready() override { return ready_; }

private:
    loop& first() { return loops_.front().own(); }
    // Instances learn of changes through the store's log or over Redis.
    bool logs_changes() const { return store_is_shared_ || redis_ != nullptr; }

    result<> open_store() {
        const auto kind = check_store(config_);
        if (!kind) return kind.error();
        store_is_shared_ = *kind == store_kind::shared;
        auto opened = server::open_store(config_, log_);
        if (!opened) return opened.error();
        store_ = std::move(*opened);
        return open_orders(config_, log_, external_orders_);
    }

    result<> choose_upstream() {
        auto upstream = stripe::parse_api_base(config_.stripe.api_base);
        if (!upstream) return upstream.error();
        upstream_ = *upstream;
        if (config_.sandbox.enabled) {
            auto address = resolve_address(config_.sandbox.listen, "sandbox.listen");
            if (!address) return address.error();
            sandbox::options with;
            with.strict = config_.sandbox.strict;
            sandbox_ = start_sandbox(*address, connection_options_, with, clock_, log_);
            report_.sandbox_address = sandbox_->address();
            upstream_ = *stripe::parse_api_base("http://" + report_.sandbox_address);
        }
        upstream_.connect_timeout = config_.stripe.connect_timeout;
        upstream_.answer_timeout = config_.stripe.answer_timeout;
        upstream_.connections_max = config_.stripe.connections_per_loop;
        upstream_.answer_bytes_max = config_.stripe.answer_bytes;
        upstream_.user_agent = "tollgate/" + std::string(version);
        return {};
    }

    result<> connect_redis() {
        auto made = make_redis(config_, rates_, log_);
        if (!made) return made.error();
        redis_ = std::move(*made);
        if (!redis_) return {};
        std::vector<redis_loop*> loops;
        for (auto& one : loops_) loops.push_back(&one);
        return redis_->join(loops, log_);
    }

    result<> make_tenancy() {
        auto used = run_now(first().io, store_->any_team());
        if (!used) return used.error();
        // With an old database, a new key would hide that the right one is missing.
        const bool first_start = !*used;
        auto options = tenancy_options_of(config_, first_start, external_orders_.get());
        options.feed.shared = store_is_shared_;
        options.feed.log = logs_changes();
        options.declarations = &stripe_.declarations;
        callers_.emplace(first().io.get_executor(), config_.stripe.answer_timeout, rates_, clock_);
        auto made = tenancy::make_registry(*store_, clock_, log_, stripe_.directory,
                                           &callers_->verifier(), options);
        if (!made) return made.error();
        tenancy_ = std::move(*made);
        if (!first_start) warn_of_missing_keys(config_, options.master_key, log_);
        tenancy_->grants().subscribe([this](const tenancy::server_event& event) {
            stripe_.recent.follow(event);
            mcp_.sever(event);
            streams_.notify(event);
        });
        observe(*tenancy_, counts_);
        auto connected = connect_audit_delivery(config_, tenancy_->audit_delivery(), clock_);
        if (!connected) return connected.error();
        blocking_ = std::move(*connected);
        tenancy_->audit_delivery().observe(counts_);
        tenancy_->events().beat_every(config_.timeouts.keep_alive);
        auto opened =
            webhooks_.open(config_, tenancy_->webhook_sender(), tenancy_->approvals(), urls_);
        if (opened)
            opened = sign_on_.open(config_, first().io, tenancy_->teams(),
                                   tenancy_->single_sign_on(), clock_);
        if (!opened) return opened.error();
        report_.created_files = tenancy_->created_files();
        return boot_first_team(config_, first().io, *tenancy_, first_start, log_, report_);
    }

    result<> read_proxies() {
        auto proxies = proxy_rules::parse(config_.server.trusted_proxies);
        if (!proxies) return proxies.error();
        proxies_ = std::move(*proxies);
        return {};
    }

    // Builds what handles requests between the listeners and tenancy, on every loop.
    result<> make_handlers() {
        if (auto served = tls_.load(); !served) return served.error();
        const auto upstream_tls = tls_of_upstream(config_, upstream_);
        if (!upstream_tls) return upstream_tls.error();
        auto reached = open_services(config_, upstream_);
        if (!reached) return reached.error();
        other_services_ = std::move(*reached);
        mcp_.open(tenancy_->secrets(), clock_);
        stripe_.open({call_services_of(*tenancy_), call_limits(), counts_, counts_.rules(), log_,
                      upstream_, config_.sandbox.enabled,
                      std::chrono::days{config_.orders.refund_days}});
        admin_.emplace(admin::services{*tenancy_}, log_, stripe_.explainer(), open_, urls_);
        if (auto opened = open_oauth(); !opened) return opened.error();
        make_services();
        for (auto& one : loops_)
            one.build(*services_, upstream_, *upstream_tls, other_services_, stripe_.services(),
                      mcp_.cancelled, streams_,
                      identity_of_servers(clock_, config_.sandbox.enabled), instead_.tools,
                      mcp_.parts(instead_.content));
        callers_->connect(loops_.front().api(), stripe_.services(), *tenancy_);
        return {};
    }

    result<> open_oauth() {
        auto tls = tls_of_documents();
        if (!tls) return tls.error();
        oauth::document_rules rules;
        rules.private_networks = config_.oauth.private_client_documents;
        rules.redirect_prefixes = config_.oauth.redirect_schemes;
        documents_.emplace(rules, std::move(*tls), clock_, log_);
        oauth_.emplace(oauth::services_of(*tenancy_), urls_, *documents_, log_);
        return {};
    }

    void make_services() {
        services_.emplace(pipeline_services{
            .hosts = hosts_,
            .proxies = proxies_,
            .grants = tenancy_->grants(),
            .admin = *admin_,
            .sse = sse_,
            .counts = counts_,
            .clock = clock_,
            .log = log_,
            .ready = [this] { return ready_ && store_->available(); },
            .store_available = [this] { return store_->available(); },
            .reserve_bytes = [this] { return store_->reserve_bytes(); },
            .caches_trusted = [this] { return tenancy_->lease().holds(); },
            .redis_up = {},
            .clock_agrees = [this] { return !counts_.clocks().beyond(); },
            .audit_intact = [this] { return !tenancy_->audit_integrator().broken(); },
            .people = [this](instance_state& state) { count_people(*tenancy_, state); },
            .connections = gate_.open,
            .requests_per_token = config_.limits.requests_per_token,
            .request_timeout = config_.timeouts.request,
            .log_requests = config_.log.requests,
            .body_bytes_max = config_.limits.body_bytes,
            .oauth = &*oauth_,
            .clients = &tenancy_->clients()});
        if (redis_) services_->redis_up = [this] { return redis_->up(); };
    }

    stripe::call_limits call_limits() {
        tenancy::rate_limiter& local = rates_;
        return {.limiter = redis_ ? redis_->limiter() : local,
                .server = config_.limits.calls_per_server,
                .account = config_.limits.calls_per_account,
                .team = config_.limits.calls_per_team,
                .refusals = &counts_};
    }

    // A member that refers to another is declared after it, except those bound late.
    config config_;
    base::logger& log_;
    substitutes instead_;
    base::system_clock clock_;
    host_rules hosts_;
    base_urls urls_;
    proxy_rules proxies_;
    metrics counts_;
    connection_options connection_options_;
    mcp::stream_hub streams_;
    mcp::sse_sessions sse_;
    connection_gate gate_;
    std::optional<heap_trimmer> heap_trimmer_;
    served_tls tls_{config_.tls.certificate, config_.tls.key, counts_, log_};
    stripe_state stripe_{clock_};
    mcp_state mcp_;
    tenancy::local_rate_limiter rates_;
    stripe::upstream_options upstream_;
    stripe::service_reach other_services_;
    start_report report_;
    std::atomic<bool> ready_{false};
    std::list<worker_loop> loops_;  // outlive the store, whose threads resume coroutines on them
    open_at_loops open_here_{loops_, mcp_.sessions, clock_};
    open_everywhere open_{open_here_};
    std::unique_ptr<redis_services> redis_;
    std::unique_ptr<storage::record_store> store_;
    std::optional<clock_watch> clock_watch_;
    std::unique_ptr<storage::external_orders> external_orders_;  // may be null
    bool store_is_shared_ = false;
    std::unique_ptr<sandbox_host> sandbox_;
    std::optional<stripe_callers> callers_;
    team_webhooks webhooks_;
    sign_on sign_on_;
    std::unique_ptr<base::worker> blocking_;  // of the destinations of audit logs; may be null
    std::unique_ptr<tenancy::registry> tenancy_;
    std::optional<admin_gate> admin_;
    std::optional<oauth::client_documents> documents_;
    std::optional<oauth::gate> oauth_;
    std::optional<pipeline_services> services_;
    std::optional<base::task_group> background_;
    std::optional<base::task_group> audit_;
};

}  // namespace

std::unique_ptr<assembly> make_assembly(config value, base::logger& log, substitutes instead) {
    return std::make_unique<gateway_parts>(std::move(value), log, instead);
}

}  // namespace tollgate::server
