#include "stripe/upstream/pool.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <list>

#include "stripe/upstream/connection.hpp"
#include "stripe/upstream/request_text.hpp"

namespace tollgate::stripe {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using boost::system::error_code;
using clock = std::chrono::steady_clock;

class upstream_pool final : public upstream {
public:
    upstream_pool(base::executor where, base::deadline_set& deadlines,
                  std::shared_ptr<asio::ssl::context> tls, upstream_options options,
                  base::logger& log)
        : executor_(std::move(where)),
          deadlines_(deadlines),
          tls_(std::move(tls)),
          options_(std::move(options)),
          log_(log),
          resolver_(executor_),
          sessions_(make_tls_sessions()) {}

    awaitable<result<upstream_response>> send(upstream_request request) override {
        if (request.access.mode == tenancy::account_mode::live && !options_.is_stripe())
            co_return fail(errc::forbidden, "live_key_refused",
                           "A live key is sent to api.stripe.com and files.stripe.com, over TLS, "
                           "and to no other host.");
        const auto deadline = std::min(request.deadline, clock::now() + options_.answer_timeout);
        auto slot = co_await take_slot(deadline, request.yields);
        if (!slot) co_return slot.error();
        const slot_holder held{*this};
        co_return co_await send_on_slot(request, deadline);
    }

private:
    // A slot is the right to hold one connection.
    struct slot_holder {
        explicit slot_holder(upstream_pool& owner) : pool(owner) {}
        ~slot_holder() { pool.release_slot(); }
        slot_holder(const slot_holder&) = delete;
        slot_holder& operator=(const slot_holder&) = delete;
        upstream_pool& pool;
    };

    // Somebody who waits for a slot; release_slot() passes its own on.
    struct waiter {
        asio::steady_timer wake;
        bool granted = false;
    };

    using queue = std::list<waiter*>;

    // Connections that a request which yields may take with others: the rest is never theirs.
    std::size_t yielding_max() const {
        return options_.connections_max - options_.connections_max / 4;
    }

    bool slot_free(bool yields) const {
        return in_use_ < (yields ? yielding_max() : options_.connections_max);
    }

    // The place in the queue is kept until the slot is there, the deadline passes or the call is
    // cancelled.
    awaitable<result<>> take_slot(clock::time_point deadline, bool yields) {
        if (slot_free(yields)) {
            ++in_use_;
            co_return result<>{};
        }
        queue& line = yields ? patient_ : waiting_;
        if (line.size() >= options_.waiting_max)
            co_return fail(errc::unavailable, "not_sent",
                           "Too many calls wait for a connection to Stripe.");
        waiter turn{asio::steady_timer{executor_}};
        turn.wake.expires_at(deadline);
        const auto place = line.insert(line.end(), &turn);
        error_code woken;
        co_await turn.wake.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        if (turn.granted) co_return result<>{};
        line.erase(place);
        co_return fail(errc::deadline_exceeded, "not_sent",
                       "No connection to Stripe became free in time.");
    }

    void release_slot() {
        --in_use_;
        queue& line = waiting_.empty() ? patient_ : waiting_;
        if (line.empty() || !slot_free(waiting_.empty())) return;
        ++in_use_;
        waiter* const next = line.front();
        line.pop_front();
        next->granted = true;
        next->wake.cancel();
    }

    awaitable<result<upstream_response>> send_on_slot(const upstream_request& request,
                                                      clock::time_point deadline) {
        const std::string text = request_text(request, options_);
        auto connection = take_idle();
        const bool reused = connection != nullptr;
        if (!reused) {
            auto opened = co_await connect(deadline);
            if (!opened) co_return opened.error();
            connection = std::move(*opened);
        }
        upstream_response answer;
        if (stopped(request)) co_return cancelled();
        const early_stop::waiting wait{request.stop, [&connection] { connection->give_up(); }};
        exchange_end end = co_await connection->exchange(text, answer, deadline);
        // A kept-alive connection that the peer closed before it read anything is replaced, once,
        // by the same bytes.
        const bool stale =
            reused && !connection->timed_out() &&
            (end == exchange_end::closed_unread || end == exchange_end::write_failed);
        if (stale && may_send_again(request)) {
            auto opened = co_await connect(deadline);
            if (!opened) co_return opened.error();
            connection = std::move(*opened);
            answer = {};
            end = co_await connection->exchange(text, answer, deadline);
        }
        if (end != exchange_end::answered && stopped(request)) co_return cancelled();
        if (end != exchange_end::answered) co_return explain(end, *connection);
        if (connection->reusable()) idle_.push_back(std::move(connection));
        co_return answer;
    }

    static bool stopped(const upstream_request& request) {
        return request.stop != nullptr && request.stop->stopped();
    }

    // The same bytes twice are one call at Stripe: a read, or a write that carries its idempotency
    // key.
    static bool may_send_again(const upstream_request& request) {
        return request.method == "GET" || !request.idempotency_key.empty();
    }

    static base::failure cancelled() {
        return fail(errc::unavailable, "cancelled", "The call was cancelled by its client.");
    }

    static base::failure explain(exchange_end end, const upstream_connection& connection) {
        const errc kind = connection.timed_out() ? errc::deadline_exceeded : errc::unavailable;
        switch (end) {
            case exchange_end::write_failed:
                return fail(kind, "outcome_unknown",
                            "The connection broke while the request was sent.");
            case exchange_end::too_large:
                return fail(errc::unavailable, "answer_too_large",
                            "Stripe's answer is larger than the gateway takes.");
            default:
                return fail(kind, "outcome_unknown",
                            connection.timed_out()
                                ? "Stripe did not answer in time."
                                : "The connection broke before the whole answer came.");
        }
    }

    std::unique_ptr<upstream_connection> take_idle() {
        const auto now = clock::now();
        while (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            const auto rested = now - connection->idle_since();
            if (rested > options_.idle_limit) {
                idle_.clear();  // those below have rested longer
                return nullptr;
            }
            constexpr std::chrono::milliseconds surely_open{500};
            if (rested < surely_open || !connection->gone()) return connection;
        }
        return nullptr;
    }

    awaitable<result<std::unique_ptr<upstream_connection>>> connect(clock::time_point deadline) {
        const auto limit = std::min(deadline, clock::now() + options_.connect_timeout);
        auto addresses = co_await resolve();
        if (!addresses) co_return addresses.error();
        auto connection =
            options_.tls ? make_tls_connection(executor_, deadlines_, options_, tls_, sessions_)
                         : make_plain_connection(executor_, deadlines_, options_);
        auto opened = co_await connection->open(*addresses, limit);
        if (!opened) {
            resolved_at_ = {};  // the address may have moved
            log_.warning("upstream_connect_failed", {{"reason", opened.error().message}});
            co_return fail(opened.error().kind, "not_sent", "Stripe cannot be reached.");
        }
        co_return connection;
    }

    awaitable<result<tcp::resolver::results_type>> resolve() {
        const auto now = clock::now();
        if (!addresses_.empty() && now - resolved_at_ < options_.resolve_ttl) co_return addresses_;
        error_code error;
        auto found = co_await resolver_.async_resolve(
            options_.host, options_.port, asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            log_.warning("upstream_resolve_failed", {{"reason", error.message()}});
            co_return fail(errc::unavailable, "not_sent", "Stripe's address cannot be resolved.");
        }
        addresses_ = std::move(found);
        resolved_at_ = now;
        co_return addresses_;
    }

    base::executor executor_;
    base::deadline_set& deadlines_;
    std::shared_ptr<asio::ssl::context> tls_;
    upstream_options options_;
    base::logger& log_;
    tcp::resolver resolver_;
    tcp::resolver::results_type addresses_;
    clock::time_point resolved_at_;
    std::shared_ptr<tls_sessions> sessions_;
    std::vector<std::unique_ptr<upstream_connection>> idle_;  // the one used last is at the back
    queue waiting_;
    queue patient_;  // who goes behind those
    std::size_t in_use_ = 0;
};

// Stripe itself: each of its hosts has a pool.
class stripe_upstream final : public upstream {
public:
    stripe_upstream(std::unique_ptr<upstream> api, std::unique_ptr<upstream> files)
        : api_(std::move(api)), files_(std::move(files)) {}

    awaitable<result<upstream_response>> send(upstream_request request) override {
        auto& answering = request.host == api_host::files ? *files_ : *api_;
        co_return co_await answering.send(std::move(request));
    }

private:
    std::unique_ptr<upstream> api_;
    std::unique_ptr<upstream> files_;
};

}  // namespace

std::string_view upstream_response::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

upstream_options files_options(upstream_options api) {
    if (api.host == "api.stripe.com") api.host = "files.stripe.com";
    return api;
}

result<upstream_options> parse_api_base(const std::string& url) {
    upstream_options out;
    out.tls = url.starts_with("https://");
    if (!out.tls && !url.starts_with("http://"))
        return base::invalid("bad_url", "The API base must begin with https:// or http://.");
    std::string rest = url.substr(out.tls ? 8 : 7);
    out.port = out.tls ? "443" : "80";
    const auto colon = rest.rfind(':');
    if (colon != std::string::npos && rest.find(']', colon) == std::string::npos) {
        out.port = rest.substr(colon + 1);
        rest.resize(colon);
    }
    if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
    const bool digits =
        !out.port.empty() && out.port.find_first_not_of("0123456789") == std::string::npos;
    if (rest.empty() || rest.find('/') != std::string::npos || !digits)
        return base::invalid("bad_url", "The API base must be https://host[:port].");
    out.host = rest;
    return out;
}

std::shared_ptr<asio::ssl::context> make_client_tls(const std::string& ca_file) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                         asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                         asio::ssl::context::no_tlsv1_1);
    error_code error;
    if (ca_file.empty()) {
        context->set_default_verify_paths(error);
    } else {
        context->load_verify_file(ca_file, error);
    }
    if (error)
        throw std::runtime_error("cannot read the authorities for TLS" +
                                 (ca_file.empty() ? std::string() : " from " + ca_file) + ": " +
                                 error.message());
    return context;
}

std::unique_ptr<upstream> make_upstream_pool(base::executor where, base::deadline_set& deadlines,
                                             std::shared_ptr<asio::ssl::context> tls,
                                             upstream_options options, base::logger& log) {
    auto for_files = files_options(options);
    if (for_files.host == options.host)
        return std::make_unique<upstream_pool>(std::move(where), deadlines, std::move(tls),
                                               std::move(options), log);
    auto files = std::make_unique<upstream_pool>(where, deadlines, tls, std::move(for_files), log);
    auto api = std::make_unique<upstream_pool>(std::move(where), deadlines, std::move(tls),
                                               std::move(options), log);
    return std::make_unique<stripe_upstream>(std::move(api), std::move(files));
}

}  // namespace tollgate::stripe
