#include "storage/redis/link.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <random>

namespace tollgate::storage {

namespace asio = boost::asio;
using base::errc;
using base::fail;
using base::result;

namespace {

constexpr std::size_t read_room = 16 * 1024;
constexpr std::chrono::seconds ask_again_after{5};

base::failure away(std::string_view why) {
    return fail(errc::unavailable, "redis_away", "Redis cannot be reached: " + std::string(why));
}

base::failure refused(std::string why) {
    return base::invalid("redis_refused", std::move(why), "redis.url");
}

// A Redis without TLS answers a TLS greeting with an error, or not at all.
std::string reason_of(const boost::system::error_code& error, bool tls) {
    const bool silent = error == asio::error::operation_aborted;
    std::string out = silent ? "no answer in time" : error.message();
    const bool other_words =
        error.category() == asio::error::get_ssl_category() &&
        ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_WRONG_VERSION_NUMBER;
    if (tls && (silent || other_words))
        out +=
            ". This port may not speak TLS: then write redis:// in redis.url, or turn TLS on there";
    return out;
}

std::uint64_t seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
}

// Finds a value such as "redis_mode:cluster" in the text of INFO.
std::string_view info_value(std::string_view info, std::string_view name) {
    const auto at = info.find(std::string(name) + ":");
    if (at == std::string_view::npos) return {};
    const auto value = info.substr(at + name.size() + 1);
    return value.substr(0, value.find_first_of("\r\n"));
}

}  // namespace

redis_link::redis_link(base::executor where, base::deadline_set& deadlines, base::logger& log,
                       const redis_options& options, std::span<const redis_script* const> scripts,
                       std::shared_ptr<asio::ssl::context> tls, redis_subscription subscription)
    : where_(where),
      log_(log),
      options_(options),
      scripts_(scripts),
      tls_(std::move(tls)),
      subscription_(std::move(subscription)),
      tasks_(where, log),
      timer_(where),
      plan_(options.sentinel_master.empty() ? 0 : options.addresses.size(), seed()),
      address_(options.addresses.front()),
      script_hashes_(scripts.size()) {
    deadlines.add(*this);
}

redis_link::~redis_link() = default;

std::string redis_link::key(std::string_view name) const {
    std::string out = "{";
    return out.append(options_.prefix).append("}:").append(name);
}

base::awaitable<> redis_link::run() {
    auto action = plan_.next(event::start);
    while (action.what != link_plan::step::end) {
        const auto began = std::chrono::steady_clock::now();
        event happened = co_await perform(action);
        if (stopping_) happened = event::stop;
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - began);
        action = plan_.next(happened, took);
    }
    close();
    co_await tasks_.wait_idle(options_.connect_timeout);
}

void redis_link::stop() {
    stopping_ = true;
    timer_.cancel();
    if (transport_) transport_->close();
}

void redis_link::deadline_passed() noexcept {
    if (transport_) transport_->close();
}

base::awaitable<redis_link::event> redis_link::perform(link_plan::action next) {
    switch (next.what) {
        case link_plan::step::locate:
            co_return co_await locate(next.sentinel);
        case link_plan::step::connect:
            co_return co_await connect();
        case link_plan::step::greet:
            co_return co_await greet();
        case link_plan::step::serve:
            co_return co_await serve();
        case link_plan::step::wait:
            co_return co_await pause(next.wait);
        case link_plan::step::end:
            break;
    }
    co_return event::stop;
}

base::awaitable<redis_link::event> redis_link::pause(std::chrono::milliseconds span) {
    close();
    timer_.expires_after(span);
    boost::system::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_return event::waited;
}

base::awaitable<result<>> redis_link::open(redis_address to) {
    transport_ = make_redis_transport(where_, tls_);
    reader_ = std::make_unique<reply_reader>();
    this->expire_after(options_.connect_timeout);
    const auto error = co_await transport_->open(to);
    if (error) {
        this->disarm();
        co_return away(to.host + ":" + to.port + ": " + reason_of(error, options_.tls));
    }
    co_return result<>{};
}

base::awaitable<redis_link::event> redis_link::locate(std::size_t sentinel) {
    redis_address at = options_.addresses[sentinel];
    auto opened = co_await open(at);
    if (opened) {
        std::string command;
        append_command(command, {"SENTINEL", "get-master-addr-by-name", options_.sentinel_master});
        const auto error = co_await transport_->write(command);
        redis_answer reply = away("the sentinel does not answer");
        if (!error) reply = co_await next_reply();
        this->disarm();
        if (reply && reply->kind == redis_reply::type::array && reply->members.size() == 2) {
            address_ = {reply->members[0].text, reply->members[1].text};
            close();
            co_return event::located;
        }
        opened = away("sentinel " + at.host + ":" + at.port + " does not know the master '" +
                      options_.sentinel_master + "'");
    }
    failed("locate", opened.error());
    close();
    co_return event::locate_failed;
}

base::awaitable<redis_link::event> redis_link::connect() {
    auto opened = co_await open(address_);
    if (opened) co_return event::connected;
    failed("connect", opened.error());
    co_return event::connect_failed;
}

base::awaitable<redis_link::event> redis_link::greet() {
    auto greeted = co_await say_hello();
    this->disarm();
    if (greeted) co_return event::greeted;
    failed("greet", greeted.error());
    co_return event::greet_failed;
}

base::awaitable<result<>> redis_link::probe() {
    auto opened = co_await open(address_);
    if (opened) opened = co_await say_hello();
    this->disarm();
    close();
    co_return opened;
}

// Reads the next reply outside of serve(), where only one command is in progress.
base::awaitable<redis_answer> redis_link::next_reply() {
    std::array<char, read_room> room;  // uninitialized: written before it is read
    while (true) {
        redis_reply reply;
        const auto got = reader_->next(reply);
        if (got == reply_reader::state::reply) co_return reply;
        if (got == reply_reader::state::broken)
            co_return away("it does not speak Redis's protocol");
        const auto read = co_await transport_->read(room);
        if (read.error) co_return away(read.error.message());
        reader_->feed({room.data(), read.size});
    }
}

// A server in cluster mode, or one that refuses writes, cannot be used.
result<> redis_link::check_info(const redis_reply& info) const {
    if (info.is_error()) {
        // If an ACL forbids INFO, the check is skipped.
        if (info.error_code() == "NOPERM") return {};
        return refused("Redis refused INFO: " + info.text);
    }
    if (info_value(info.text, "redis_mode") == "cluster")
        return refused(
            "this server is part of a Redis Cluster, which Tollgate does not use: all its keys "
            "live in one slot, so that a cluster would only add redirections. Use one server, with "
            "sentinels where it must fail over");
    if (info_value(info.text, "role") == "slave")
        return away(address_.host + ":" + address_.port + " is a replica");
    return {};
}

base::awaitable<result<>> redis_link::say_hello() {
    std::string hello;
    std::vector<std::string_view> asked;
    const auto say = [&](std::string_view what, std::initializer_list<std::string_view> words) {
        append_command(hello, words);
        asked.push_back(what);
    };
    const std::string database = std::to_string(options_.database);
    if (!options_.password.reveal().empty() && !options_.username.empty()) {
        say("AUTH", {"AUTH", options_.username, options_.password.reveal()});
    } else if (!options_.password.reveal().empty()) {
        say("AUTH", {"AUTH", options_.password.reveal()});
    }
    say("INFO", {"INFO"});
    if (options_.database != 0) say("SELECT", {"SELECT", database});
    for (const auto* script : scripts_) say("SCRIPT", {"SCRIPT", "LOAD", script->source});
    if (!subscription_.channel.empty()) say("SUBSCRIBE", {"SUBSCRIBE", subscription_.channel});
    const auto error = co_await transport_->write(hello);
    if (error) co_return away(error.message());
    std::size_t script = 0;
    for (const auto what : asked) {
        auto reply = co_await next_reply();
        if (!reply) co_return reply.error();
        if (what == "INFO") {
            auto checked = check_info(*reply);
            if (!checked) co_return checked.error();
        } else if (reply->is_error()) {
            if (reply->error_code() == "LOADING") co_return away(reply->text);
            co_return refused("Redis refused " + std::string(what) + ": " + reply->text);
        } else if (what == "SCRIPT") {
            script_hashes_[script++] = reply->text;
        }
    }
    co_return result<>{};
}

base::awaitable<redis_link::event> redis_link::serve() {
    last_trouble_.clear();
    log_.info("redis_up", {{"host", address_.host}, {"port", address_.port}});
    up_ = true;
    if (!subscription_.channel.empty()) tasks_.spawn("redis_keep_alive", keep_alive());
    std::array<char, read_room> room;  // uninitialized: written before it is read
    std::string_view why = "the connection broke";
    while (!stopping_) {
        const auto read = co_await transport_->read(room);
        if (read.error) break;
        reader_->feed({room.data(), read.size});
        if (!deliver() || reader_->bytes_waiting() > options_.reply_bytes_max) {
            why = "it does not speak Redis's protocol";
            break;
        }
    }
    up_ = false;
    const bool late =
        !waiting_.empty() && waiting_.front().deadline <= std::chrono::steady_clock::now();
    if (late) why = "no reply in time";
    close();
    fail_all(why);
    // A cancelled write still refers to this connection.
    co_await tasks_.wait_idle(options_.connect_timeout);
    if (!stopping_) log_.warning("redis_lost", {{"host", address_.host}, {"reason", why}});
    co_return event::lost;
}

// Delivers all complete replies; false if the stream is malformed.
bool redis_link::deliver() {
    redis_reply reply;
    while (true) {
        const auto got = reader_->next(reply);
        if (got == reply_reader::state::more) return true;
        if (got == reply_reader::state::broken) return false;
        if (take_message(reply)) {
            reply = {};
            continue;
        }
        if (waiting_.empty()) return false;
        waiter first = std::move(waiting_.front());
        waiting_.pop_front();
        if (waiting_.empty()) {
            this->disarm();
        } else {
            this->expire_at(waiting_.front().deadline);
        }
        std::move(first.done)(redis_answer{std::move(reply)});
        if (!up_) return true;  // the receiver stopped the link
        reply = {};
    }
}

// True if it was a message of the channel.
bool redis_link::take_message(const redis_reply& reply) {
    if (subscription_.channel.empty() || reply.members.size() != 3) return false;
    if (reply.members.front().text == "message") subscription_.message(reply.members.back().text);
    return true;
}

// Pings an idle connection, because it may be dead.
base::awaitable<> redis_link::keep_alive() {
    while (up_) {
        timer_.expires_after(ask_again_after);
        boost::system::error_code ignored;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        if (!up_) break;
        std::string ping;
        append_command(ping, {"PING"});
        co_await ask(std::move(ping));  // without a reply in time the connection is closed
    }
}

void redis_link::fail_all(std::string_view why) {
    auto left = std::exchange(waiting_, {});
    out_.clear();
    for (auto& one : left)
        std::move(one.done)(redis_answer{
            fail(errc::unavailable, "redis_lost", "Redis did not answer: " + std::string(why))});
}

void redis_link::close() {
    up_ = false;
    timer_.cancel();
    this->disarm();
    if (transport_) transport_->close();
}

// Logs each new kind of trouble once, not every attempt.
void redis_link::failed(std::string_view what, const base::failure& why) {
    if (stopping_ || why.message == last_trouble_) return;
    last_trouble_ = why.message;
    log_.error("redis_failed", {{"step", what}, {"code", why.code}, {"reason", why.message}});
}

base::awaitable<redis_answer> redis_link::ask(std::string command) {
    if (!up_) co_return away("there is no connection at the moment");
    if (waiting_.size() >= options_.commands_waiting_max)
        co_return fail(errc::unavailable, "redis_busy", "too many commands wait for Redis");
    const auto start = [this, &command](auto handler) {
        const auto deadline = std::chrono::steady_clock::now() + options_.command_timeout;
        if (waiting_.empty()) this->expire_at(deadline);
        waiting_.push_back({std::move(handler), deadline});
        out_ += command;
        if (write_under_way_) return;
        write_under_way_ = true;
        tasks_.spawn("redis_write", write_out());
    };
    co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(redis_answer)>(
        start, asio::use_awaitable);
}

// Sends everything that was queued since the last write in a single write.
base::awaitable<> redis_link::write_out() {
    while (!out_.empty()) {
        writing_.clear();
        writing_.swap(out_);
        redis_transport* const to = transport_.get();
        const auto error = co_await to->write(writing_);
        if (!error) continue;
        // The reader notices the closed connection and fails all waiting commands.
        to->close();
        break;
    }
    write_under_way_ = false;
}

base::awaitable<redis_answer> redis_link::run_script(const redis_script& script,
                                                     std::vector<std::string> keys,
                                                     std::vector<std::string> arguments) {
    const auto place = std::ranges::find(scripts_, &script) - scripts_.begin();
    const std::string count = std::to_string(keys.size());
    std::vector<std::string_view> words{"EVALSHA", script_hashes_[static_cast<std::size_t>(place)],
                                        count};
    words.insert(words.end(), keys.begin(), keys.end());
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::string command;
    append_command(command, words);
    auto reply = co_await ask(std::move(command));
    if (!reply || reply->error_code() != "NOSCRIPT") co_return reply;
    words[0] = "EVAL";
    words[1] = script.source;
    std::string whole;
    append_command(whole, words);
    co_return co_await ask(std::move(whole));
}

}  // namespace tollgate::storage
