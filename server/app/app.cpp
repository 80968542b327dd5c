#include "server/app/app.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <future>
#include <list>
#include <thread>

#include "server/app/admin_gate.hpp"
#include "server/app/certificate.hpp"
#include "server/app/first_key_file.hpp"
#include "server/app/identity.hpp"
#include "server/app/mcp_state.hpp"
#include "server/app/recent_ids.hpp"
#include "server/app/sandbox_host.hpp"
#include "server/app/store.hpp"
#include "server/app/tenancy_options.hpp"
#include "server/app/worker_loop.hpp"
#include "server/cluster/redis.hpp"
#include "server/oauth/gate.hpp"
#include "server/process/bind.hpp"
#include "server/process/heap_trimmer.hpp"
#include "server/process/open_files.hpp"
#include "server/version.hpp"
#include "stripe/permissions/verifier.hpp"
#include "stripe/tools/directory.hpp"
#include "stripe/tools/explainer.hpp"
#include "tenancy/registry.hpp"

namespace tollgate::server {

namespace {

namespace asio = boost::asio;
using base::result;

class gateway final : public app {
public:
    gateway(config value, base::logger& log, substitutes instead)
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
    // Coroutines that were cut refer to every other part, so they go while all parts live; the
    // store goes first, because its threads resume them.
    ~gateway() override {
        stop_threads();
        store_.reset();
        for (auto& one : loops_) one.own().io.drop_pending();
        if (redis_) redis_->drop_waiting();
    }

    result<start_report> start() override {
        check_open_files();
        auto files = check_files(config_);
        if (!files) return files.error();
        for (auto step : {&gateway::open_store, &gateway::make_loops, &gateway::connect_redis,
                          &gateway::make_tenancy, &gateway::prepare_listening, &gateway::listen}) {
            auto done = (this->*step)();
            if (!done) return done.error();
        }
        background_.emplace(loops_.front().own().io.get_executor(), log_);
        if (redis_)
            redis_->share({*tenancy_,
                           {mcp_.cancelled, mcp_.sessions, mcp_.asked},
                           clock_,
                           counts_,
                           *background_,
                           sse_,
                           log_},
                          loops_.front());
        background_->spawn("tenancy", tenancy_->run_background());
        background_->spawn("reauth", tenancy_->reauth().run());
        background_->spawn("alarms", tenancy_->alarms().run());
        background_->spawn("recent_ids", recent_ids_.run());
        if (logs_changes()) background_->spawn("changes", tenancy_->changes().run());
        heap_trimmer_.emplace(log_);
        ready_ = true;
        for (auto& one : loops_) one.start();
        if (stop_early_) asio::post(loops_.front().own().io, [this] { leave(); });
        log_.info("started", {{"version", version},
                              {"address", report_.mcp_address},
                              {"loops", static_cast<std::int64_t>(loops_.size())},
                              {"sandbox", config_.sandbox.enabled}});
        return report_;
    }

    void wait() override {
        for (auto& one : loops_) one.join();
        // From here to the end, one more SIGTERM must not turn a clean end into a killed process.
        signals_.reset();
        std::signal(SIGTERM, SIG_IGN);
        std::signal(SIGINT, SIG_IGN);
        log_.info("stopped");
    }

private:
    void check_open_files() {
        const std::size_t may = raise_open_files();
        const std::size_t wanted = open_files_wanted(config_);
        if (may < wanted)
            log_.warning("open_files_short",
                         {{"may_open", static_cast<std::int64_t>(may)},
                          {"wanted", static_cast<std::int64_t>(wanted)},
                          {"reason",
                           "limits.connections and stripe.connections_per_loop do not fit: raise "
                           "the hard limit (ulimit -Hn, LimitNOFILE=) or lower them"}});
    }

    result<> open_store() {
        const auto kind = check_store(config_);
        if (!kind) return kind.error();
        store_is_shared_ = *kind == store_kind::shared;
        auto opened = server::open_store(config_, log_);
        if (!opened) return opened.error();
        store_ = std::move(*opened);
        return {};
    }

    result<> make_loops() {
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
        const std::size_t count = loop_count(config_);
        for (std::size_t i = 0; i < count; ++i) loops_.emplace_back(log_);
        watch_signals();
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

    bool logs_changes() const { return store_is_shared_ || redis_ != nullptr; }

    result<> make_tenancy() {
        auto used = run_now(loops_.front().own().io, store_->any_team());
        if (!used) return used.error();
        // A key made anew beside an old database would only hide that the right one is missing.
        const bool first_start = !*used;
        auto options = tenancy_options_of(config_, first_start);
        options.feed.shared = store_is_shared_;
        options.feed.log = logs_changes();
        // The verifier speaks through the first loop's connections, which are made below it: it is
        // bound late.
        verifier_.emplace(loops_.front().own().io.get_executor(), late_upstream_,
                          config_.stripe.answer_timeout, rates_, clock_);
        auto made = tenancy::make_registry(*store_, clock_, log_, directory_, &*verifier_, options);
        if (!made) return made.error();
        tenancy_ = std::move(*made);
        tenancy_->grants().subscribe([this](const tenancy::server_event& event) {
            recent_ids_.follow(event);
            mcp_.sever(event);
            streams_.tell(event);
        });
        tenancy_->alarms().observe(counts_);
        tenancy_->changes().observe(counts_);
        report_.created_files = tenancy_->created_files();
        return make_first_team(first_start);
    }

    result<> make_first_team(bool first_start) {
        const std::string& path = config_.server.first_api_key_file;
        auto file = first_key_file::reserve(first_start ? path : "");
        if (!file) return file.error();
        auto booted = run_now(loops_.front().own().io, tenancy_->bootstrap());
        if (!booted) return booted.error();
        if (!booted->first_team) return {};
        const auto key = booted->first_team->first_key.secret.reveal();
        if (!file->reserved()) {
            report_.first_api_key = std::string(key);
            return {};
        }
        auto kept = file->keep(key);
        if (!kept) return kept;
        report_.first_api_key_file = path;
        log_.info("first_api_key_written", {{"file", path}});
        return {};
    }

    result<> prepare_listening() {
        auto proxies = proxy_rules::parse(config_.server.trusted_proxies);
        if (!proxies) return proxies.error();
        proxies_ = std::move(*proxies);
        if (!config_.tls.certificate.empty()) {
            auto context = load_tls(config_.tls.certificate, config_.tls.key);
            if (!context) return context.error();
            note_certificate(**context, counts_, log_);
            tls_.replace(std::move(*context));
        }
        std::shared_ptr<asio::ssl::context> upstream_tls;
        try {
            if (upstream_.tls) upstream_tls = stripe::make_client_tls(config_.stripe.ca_file);
        } catch (const std::runtime_error& error) {
            return base::invalid("ca_file", error.what(), "stripe.ca_file");
        }
        cursors_.emplace(tenancy_->secrets().derive("stripe page cursor"));
        mcp_.open(tenancy_->secrets(), clock_);
        finder_made_.get();
        tool_services_.emplace(stripe::tool_services{.finder = *finder_,
                                                     .cursors = *cursors_,
                                                     .writes = writes_,
                                                     .credentials = tenancy_->reauth(),
                                                     .clock = clock_,
                                                     .log = log_,
                                                     .limits = call_limits(),
                                                     .exchanges = &counts_,
                                                     .seen = &recent_ids_.ids(),
                                                     .sandbox = config_.sandbox.enabled});
        explainer_.emplace(*tool_services_, upstream_);
        admin_.emplace(*tenancy_, log_, *explainer_, urls_);
        auto opened = open_oauth();
        if (!opened) return opened.error();
        services_.emplace(
            pipeline_services{.hosts = hosts_,
                              .proxies = proxies_,
                              .grants = tenancy_->grants(),
                              .admin = *admin_,
                              .sse = sse_,
                              .counts = counts_,
                              .clock = clock_,
                              .log = log_,
                              .ready = [this] { return ready_ && store_->available(); },
                              .store_available = [this] { return store_->available(); },
                              .caches_trusted = [this] { return tenancy_->lease().holds(); },
                              .redis_up = {},
                              .connections = gate_.open,
                              .requests_per_token = config_.limits.requests_per_token,
                              .request_timeout = config_.timeouts.request,
                              .log_requests = config_.log.requests,
                              .body_bytes_max = config_.limits.body_bytes,
                              .oauth = &*oauth_});
        if (redis_) services_->redis_up = [this] { return redis_->up(); };
        for (auto& one : loops_)
            one.build(*services_, upstream_, upstream_tls, *tool_services_, mcp_.cancelled,
                      streams_, identity_of_servers(clock_, config_.sandbox.enabled),
                      instead_.tools, mcp_.parts(instead_.content));
        late_upstream_.bind(loops_.front().api());
        return {};
    }

    // Clients' metadata documents are fetched with the system's authorities, whatever Stripe's are.
    result<> open_oauth() {
        std::shared_ptr<asio::ssl::context> tls;
        try {
            tls = stripe::make_client_tls({});
        } catch (const std::runtime_error& error) {
            return base::fail(base::errc::unavailable, "no_authorities", error.what());
        }
        oauth::document_rules rules;
        rules.private_networks = config_.oauth.private_client_documents;
        rules.redirect_prefixes = config_.oauth.redirect_schemes;
        documents_.emplace(rules, std::move(tls), clock_, log_);
        oauth_.emplace(*tenancy_, urls_, *documents_, log_);
        return {};
    }

    stripe::call_limits call_limits() {
        tenancy::rate_limiter& local = rates_;
        return {.limiter = redis_ ? redis_->limiter() : local,
                .server = config_.limits.calls_per_server,
                .account = config_.limits.calls_per_account,
                .team = config_.limits.calls_per_team,
                .refusals = &counts_};
    }

    result<> listen() {
        const bool apart = !config_.server.admin_listen.empty();
        auto mcp = bind_all(config_.server.listen, "server.listen", {.mcp = true, .admin = !apart});
        if (!mcp) return mcp.error();
        report_.mcp_address = *mcp;
        report_.admin_address = *mcp;
        if (apart) {
            auto admin = bind_all(config_.server.admin_listen, "server.admin_listen",
                                  {.mcp = false, .admin = true});
            if (!admin) return admin.error();
            report_.admin_address = *admin;
        }
        const std::string scheme = config_.tls.certificate.empty() ? "http://" : "https://";
        if (!is_every_address(report_.mcp_address))
            urls_.set_listening(scheme + report_.mcp_address);
        report_.base_url = urls_.without_request();
        return {};
    }

    // One listener a loop on the same address; the first decides the port when 0 was asked for.
    result<std::string> bind_all(const std::string& text, const char* key, surface served) {
        auto address = resolve_address(text, key);
        if (!address) return address.error();
        auto free = check_free(*address, key);
        if (!free) return free.error();
        tls_source* const tls = config_.tls.certificate.empty() ? nullptr : &tls_;
        try {
            for (auto& one : loops_) {
                auto& made =
                    one.listen(*address, tls, gate_, connection_options_, one.add_pipeline(served));
                address->port(made.local_endpoint().port());
            }
        } catch (const boost::system::system_error& error) {
            return base::fail(
                base::errc::unavailable, "cannot_listen",
                std::string(key) + ": cannot listen on " + text + ": " + error.code().message(),
                key);
        }
        return to_text(*address);
    }

    void watch_signals() {
        auto& io = loops_.front().own().io;
        signals_.emplace(io, SIGTERM, SIGINT);
        await_end();
        hangup_.emplace(io, SIGHUP);
        await_hangup();
    }

    // The first signal begins the end; a second one leaves out the delay.
    void await_end() {
        signals_->async_wait([this](boost::system::error_code error, int) {
            if (error) return;
            if (delay_) {
                delay_->cancel();
                return;
            }
            leave();
            if (delay_) await_end();
        });
    }

    void await_hangup() {
        hangup_->async_wait([this](boost::system::error_code error, int) {
            if (error) return;
            reload_tls();
            await_hangup();
        });
    }

    void reload_tls() {
        if (config_.tls.certificate.empty()) return;
        auto next = load_tls(config_.tls.certificate, config_.tls.key);
        if (!next) {
            // The old certificate stays in force: a bad file must not take the gateway down.
            log_.error("tls_reload_failed", {{"reason", next.error().message}});
            return;
        }
        note_certificate(**next, counts_, log_);
        tls_.replace(std::move(*next));
        log_.info("tls_reloaded");
    }

    // On the first loop's thread. /readyz says no from here on; with a delay all else goes on, so
    // that load balancers stop sending before anybody is refused.
    void leave() {
        if (!ready_.exchange(false)) {
            stop_early_ = true;  // still starting: start() comes back to it
            return;
        }
        const auto span = config_.timeouts.drain_delay.span;
        if (span.count() == 0) return drain();
        log_.info("leaving", {{"delay_ms", std::int64_t{span.count()}}});
        delay_.emplace(loops_.front().own().io, span);
        delay_->async_wait([this](boost::system::error_code) { drain(); });
    }

    void drain() {
        log_.info("draining");
        boost::system::error_code ignored;
        hangup_->cancel(ignored);
        for (auto& one : loops_) {
            const bool first = &one == &loops_.front();
            // Not one of the loop's tasks: it waits for them. What it throws ends the process, as a
            // bug should.
            asio::co_spawn(one.own().io,
                           one.drain(config_.timeouts.drain, first ? finish_first() : nothing()),
                           [](std::exception_ptr bug) {
                               if (bug) std::rethrow_exception(bug);
                           });
        }
    }

    static base::awaitable<> nothing() { co_return; }

    // The first loop also runs the tenancy's background work, which writes the last counts.
    base::awaitable<> finish_first() {
        tenancy_->stop_background();
        tenancy_->reauth().stop();
        tenancy_->alarms().stop();
        tenancy_->changes().stop();
        recent_ids_.stop();
        constexpr std::chrono::seconds patience{10};
        co_await background_->wait_idle(patience);
    }

    void stop_threads() {
        for (auto& one : loops_) one.own().io.stop();
        for (auto& one : loops_) one.join();
    }

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
    tls_source tls_;
    stripe::catalogue_directory directory_;
    // Made beside the rest of the start: it takes about as long.
    std::optional<stripe::operation_finder> finder_;
    std::future<void> finder_made_ = std::async(std::launch::async, [this] { finder_.emplace(); });
    mcp_state mcp_;
    std::optional<stripe::cursor_seal> cursors_;
    stripe::recent_writes writes_;
    recent_ids recent_ids_{clock_};
    tenancy::local_rate_limiter rates_;
    std::optional<stripe::tool_services> tool_services_;
    std::optional<stripe::explainer> explainer_;
    stripe::upstream_options upstream_;
    start_report report_;
    std::atomic<bool> ready_{false};
    std::atomic<bool> stop_early_{false};
    std::list<worker_loop> loops_;  // outlive the store, which resumes coroutines on them
    std::unique_ptr<redis_services> redis_;
    std::unique_ptr<storage::record_store> store_;
    bool store_is_shared_ = false;
    std::unique_ptr<sandbox_host> sandbox_;
    late_upstream late_upstream_;
    std::optional<stripe::key_verifier> verifier_;
    std::unique_ptr<tenancy::registry> tenancy_;
    std::optional<admin_gate> admin_;
    std::optional<oauth::client_documents> documents_;
    std::optional<oauth::gate> oauth_;
    std::optional<pipeline_services> services_;
    std::optional<base::task_group> background_;
    std::optional<asio::signal_set> signals_;
    std::optional<asio::signal_set> hangup_;
    std::optional<asio::steady_timer> delay_;
};

}  // namespace

std::unique_ptr<app> make_app(config value, base::logger& log, substitutes instead) {
    return std::make_unique<gateway>(std::move(value), log, instead);
}

}  // namespace tollgate::server
