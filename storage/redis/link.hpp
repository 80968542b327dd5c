// A loop's own connection to Redis: pipelines commands and reconnects by itself.
#pragma once
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadlines.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "base/task_group.hpp"
#include "storage/redis/link_plan.hpp"
#include "storage/redis/options.hpp"
#include "storage/redis/resp.hpp"
#include "storage/redis/transport.hpp"

namespace tollgate::storage {

// A Lua script that changes Redis in one step. Its source is a literal; one object per script.
struct redis_script {
    std::string_view name;  // for the log
    std::string_view source;
};

using redis_answer = base::result<redis_reply>;

// The subscription of a link that only listens: the full name of the channel, and the function
// called on the link's loop with each message. Messages published while there is no connection are
// lost.
struct redis_subscription {
    std::string channel;
    std::function<void(std::string_view)> message;
};

// Used on its loop's thread only, except up().
class redis_link final : private base::deadline_entry {
public:
    // References outlive the link, as do `scripts`, which are loaded at every connection. `tls` may
    // be null. A link with a subscription takes no commands; it sends pings to check that Redis
    // answers.
    redis_link(base::executor where, base::deadline_set& deadlines, base::logger& log,
               const redis_options& options, std::span<const redis_script* const> scripts,
               std::shared_ptr<boost::asio::ssl::context> tls,
               redis_subscription subscription = {});
    ~redis_link() override;

    // Connects, serves and reconnects until stop(). Start it once; it ends after stop() or when the
    // deadline set expires all entries.
    base::awaitable<> run();
    void stop();

    // True while commands are accepted. Any thread.
    bool up() const { return up_.load(std::memory_order_relaxed); }

    // Connects and greets once, without run(), to check the configuration at startup. Fails with
    // unavailable "redis_away" or with invalid_argument "redis_refused".
    base::awaitable<base::result<>> probe();

    // Sends one command (append_command) and returns its reply, which may be a Redis error.
    // Failures: unavailable "redis_away" (no connection; nothing was sent), "redis_busy" (too many
    // commands waiting), "redis_lost" (the connection broke or command_timeout passed: the command
    // may have been executed).
    base::awaitable<redis_answer> ask(std::string command);

    // Runs one of `scripts`; as ask(). If Redis no longer has the script, its source is sent.
    base::awaitable<redis_answer> run_script(const redis_script& script,
                                             std::vector<std::string> keys,
                                             std::vector<std::string> arguments);

    // Destroys the coroutines that wait for replies; call this only after the loop has stopped.
    void drop_waiting() { waiting_.clear(); }

    // Returns "{prefix}:" followed by `name`; all keys of an instance are in one hash slot.
    std::string key(std::string_view name) const;

private:
    using event = link_plan::event;
    using time_point = std::chrono::steady_clock::time_point;
    struct waiter {
        boost::asio::any_completion_handler<void(redis_answer)> done;
        time_point deadline;
    };

    void deadline_passed() noexcept override;
    base::awaitable<event> perform(link_plan::action what);
    base::awaitable<event> locate(std::size_t sentinel);
    base::awaitable<event> connect();
    base::awaitable<event> greet();
    base::awaitable<event> serve();
    base::awaitable<event> pause(std::chrono::milliseconds span);

    base::awaitable<base::result<>> open(redis_address to);
    base::awaitable<base::result<>> say_hello();
    base::awaitable<redis_answer> next_reply();
    base::result<> check_info(const redis_reply& info) const;
    base::awaitable<> write_out();
    bool deliver();
    bool take_message(const redis_reply& reply);
    base::awaitable<> keep_alive();
    void fail_all(std::string_view why);
    void close();
    void failed(std::string_view what, const base::failure& why);

    base::executor where_;
    base::logger& log_;
    const redis_options& options_;
    std::span<const redis_script* const> scripts_;
    std::shared_ptr<boost::asio::ssl::context> tls_;
    const redis_subscription subscription_;  // no channel: the link is for commands
    base::task_group tasks_;
    boost::asio::steady_timer timer_;
    link_plan plan_;
    redis_address address_;
    std::unique_ptr<redis_transport> transport_;
    std::unique_ptr<reply_reader> reader_;
    std::vector<std::string> script_hashes_;  // parallel to scripts_
    std::deque<waiter> waiting_;
    std::string out_;      // to be written next
    std::string writing_;  // being written
    bool write_under_way_ = false;
    bool stopping_ = false;
    std::atomic<bool> up_{false};
    std::string last_trouble_;  // not logged again until it changes
};

}  // namespace tollgate::storage
