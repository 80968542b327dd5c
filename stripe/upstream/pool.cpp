#include "stripe/upstream/pool.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/public_network.hpp"
#include "base/trusted_authorities.hpp"
#include "stripe/upstream/connection.hpp"
#include "stripe/upstream/connection_turns.hpp"
#include "stripe/upstream/idle_connections.hpp"
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

// How often idle connections are checked.
constexpr std::chrono::seconds tidy_every{5};

// Why the account's credential must not be sent there; nullopt if it may.
std::optional<base::failure> refused_receiver(const upstream_request& request,
                                              const upstream_options& to) {
    const auto& service = request.access.service;
    const bool meant = service.has_value() == to.of_service &&
                       service.has_value() == (request.host == api_host::service);
    const bool same_host = !service || (service->host == to.host && service->tls == to.tls &&
                                        std::to_string(service->port) == to.port);
    if (!meant || !same_host)
        return fail(errc::forbidden, "host_refused",
                    "The credential of this account is sent to its own service only.");
    if (!service && request.access.mode == tenancy::account_mode::live && !to.is_stripe())
        return fail(errc::forbidden, "live_key_refused",
                    "A live key is sent to api.stripe.com and files.stripe.com, over TLS, "
                    "and to no other host.");
    return {};
}

class upstream_pool final : public upstream, public base::deadline_entry {
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
          sessions_(make_tls_sessions()),
          turns_(executor_, options_.connections_max, options_.waiting_max),
          idle_(std::make_shared<idle_connections>(options_.idle_limit)) {
        deadlines.add(*this);
    }

    awaitable<result<upstream_response>> send(upstream_request request) override {
        if (auto why = refused_receiver(request, options_)) co_return *std::move(why);
        const auto deadline = std::min(request.deadline, clock::now() + options_.answer_timeout);
        const connection_holder holder{request.access.team_id, request.access.id, request.yields};
        auto turn = co_await turns_.take(holder, deadline);
        if (!turn) co_return turn.error();
        const held_turn held{turns_, holder};
        if (!tidies_) this->expire_after(tidy_every);
        tidies_ = true;
        co_return co_await send_in_turn(request, deadline);
    }

private:
    struct held_turn {
        held_turn(connection_turns& turns, const connection_holder& holder)
            : turns_(turns), holder_(holder) {}
        ~held_turn() { turns_.release(holder_); }
        held_turn(const held_turn&) = delete;
        held_turn& operator=(const held_turn&) = delete;

    private:
        connection_turns& turns_;
        connection_holder holder_;
    };

    // Posts tidy(): connections are entries of the same deadline_set and must not be destroyed
    // here.
    void deadline_passed() noexcept override {
        asio::post(executor_, [idle = std::weak_ptr(idle_)] {
            if (const auto kept = idle.lock()) kept->tidy(clock::now());
        });
        turns_.tidy();
        tidies_ = idle_->size() > 0 || turns_.in_use() > 0;
        if (tidies_) this->expire_after(tidy_every);
    }

    awaitable<result<upstream_response>> send_in_turn(const upstream_request& request,
                                                      clock::time_point deadline) {
        const std::string text = request_text(request, options_);
        // A write on a kept-alive connection may be lost without a trace, so a write that must not
        // be sent twice gets its own connection.
        const bool alone = options_.of_service && !may_send_again(request);
        auto connection = alone ? nullptr : idle_->take(request.access.id, clock::now());
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
        // If the peer closed a kept-alive connection before it answered, the same bytes are sent
        // once more on a new one.
        const bool stale =
            reused && !connection->timed_out() &&
            (end == exchange_end::closed_unread || end == exchange_end::write_failed);
        if (stale && may_send_again(request)) {
            auto opened = co_await connect(deadline);
            // A write that was sent once may have taken effect: that is not "not_sent".
            if (!opened && request.method != "GET") co_return explain(end, *connection);
            if (!opened) co_return opened.error();
            connection = std::move(*opened);
            answer = {};
            end = co_await connection->exchange(text, answer, deadline);
            answer.sent_twice = true;
        }
        if (end != exchange_end::answered && stopped(request)) co_return cancelled();
        if (end != exchange_end::answered) co_return explain(end, *connection);
        if (!answers_this(request, answer)) co_return explain(exchange_end::broken, *connection);
        keep(request.access.id, std::move(connection));
        co_return answer;
    }

    // Stripe repeats the key of a write in its answer: a different key belongs to another call's
    // answer.
    static bool answers_this(const upstream_request& request, const upstream_response& answer) {
        const auto repeated = answer.header("idempotency-key");
        return repeated.empty() || request.idempotency_key.empty() ||
               repeated == request.idempotency_key;
    }

    // A key that is verified before its account exists has no account id: its connections serve one
    // call.
    void keep(const std::string& account, std::unique_ptr<upstream_connection> connection) {
        if (account.empty() || !connection->reusable()) return;
        idle_->put(account, std::move(connection));
    }

    static bool stopped(const upstream_request& request) {
        return request.stop != nullptr && request.stop->stopped();
    }

    // Stripe treats the same bytes sent twice as one call: a read, or a write with its idempotency
    // key.
    static bool may_send_again(const upstream_request& request) {
        return request.method == "GET" || !request.idempotency_key.empty();
    }

    static base::failure cancelled() {
        return fail(errc::unavailable, "cancelled", "The call was cancelled by its client.");
    }

    base::failure explain(exchange_end end, const upstream_connection& connection) const {
        const errc kind = connection.timed_out() ? errc::deadline_exceeded : errc::unavailable;
        switch (end) {
            case exchange_end::write_failed:
                return fail(kind, "outcome_unknown",
                            "The connection broke while the request was sent.");
            case exchange_end::too_large:
                return fail(
                    errc::unavailable, "answer_too_large",
                    "The answer of " + options_.receiver + " is larger than the gateway takes.");
            default:
                return fail(kind, "outcome_unknown",
                            connection.timed_out()
                                ? options_.receiver + " did not answer in time."
                                : "The connection broke before the whole answer came.");
        }
    }

    awaitable<result<std::unique_ptr<upstream_connection>>> connect(clock::time_point deadline) {
        const auto limit = std::min(deadline, clock::now() + options_.connect_timeout);
        // Closes idle connections to make room for the ones in use.
        while (idle_->size() > 0 && idle_->size() + turns_.in_use() > options_.connections_max)
            idle_->close_oldest();
        auto addresses = co_await resolve();
        if (!addresses) co_return addresses.error();
        auto connection =
            options_.tls ? make_tls_connection(executor_, deadlines_, options_, tls_, sessions_)
                         : make_plain_connection(executor_, deadlines_, options_);
        auto opened = co_await connection->open(*addresses, limit);
        if (!opened) {
            resolved_at_ = {};  // the address may have changed
            log_.warning("upstream_connect_failed", {{"reason", opened.error().message}});
            co_return fail(opened.error().kind, "not_sent",
                           options_.receiver + " cannot be reached.");
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
            co_return fail(errc::unavailable, "not_sent",
                           "The address of " + options_.receiver + " cannot be resolved.");
        }
        // Exactly these addresses are dialled, so a later change of the name has no effect.
        const auto is_private = [](const auto& entry) {
            return !base::is_public(entry.endpoint().address());
        };
        if (options_.public_only && std::ranges::any_of(found, is_private)) {
            log_.warning("upstream_address_refused", {{"host", options_.host}});
            co_return fail(errc::forbidden, "host_refused",
                           options_.receiver +
                               " has an address in a private network, which its entry in "
                               "declarations.hosts does not allow.");
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
    connection_turns turns_;
    std::shared_ptr<idle_connections> idle_;
    bool tidies_ = false;  // a call of deadline_passed() is pending
};

// Stripe: one pool for each of its hosts.
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

bool is_unsent(const base::failure& why) {
    return why.code == "not_sent" || why.code == "live_key_refused" || why.code == "host_refused";
}

std::string_view upstream_response::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

std::shared_ptr<asio::ssl::context> make_client_tls(const std::string& ca_file) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                         asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                         asio::ssl::context::no_tlsv1_1);
    error_code error;
    base::trust_authorities(*context, ca_file, error);
    if (error)
        throw std::runtime_error("cannot read the authorities for TLS" +
                                 (ca_file.empty() ? std::string() : " from " + ca_file) + ": " +
                                 error.message());
    return context;
}

std::unique_ptr<upstream> make_upstream_pool(base::executor where, base::deadline_set& deadlines,
                                             std::shared_ptr<asio::ssl::context> tls,
                                             upstream_options options, base::logger& log) {
    auto for_files = files_options(options);  // for a service: the same options
    if (for_files.host == options.host)
        return std::make_unique<upstream_pool>(std::move(where), deadlines, std::move(tls),
                                               std::move(options), log);
    auto files = std::make_unique<upstream_pool>(where, deadlines, tls, std::move(for_files), log);
    auto api = std::make_unique<upstream_pool>(std::move(where), deadlines, std::move(tls),
                                               std::move(options), log);
    return std::make_unique<stripe_upstream>(std::move(api), std::move(files));
}

}  // namespace tollgate::stripe
