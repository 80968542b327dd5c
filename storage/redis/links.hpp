// Redis for every loop of a process: a link each, found by the loop one runs on.
#pragma once
#include <boost/asio/execution_context.hpp>

#include <list>
#include <memory>
#include <span>

#include "storage/redis/link.hpp"

namespace tollgate::storage {

// Built before the loops run; afterwards here() is thread-safe.
class redis_links {
public:
    // Literals of the program: every script that one of the links may run.
    using script_list = std::span<const redis_script* const>;

    // `log` outlives this. Throws std::runtime_error when the authorities for TLS cannot be read.
    redis_links(redis_options options, script_list scripts, base::logger& log);

    // Makes the link of one loop; its run() is the caller's to spawn on that loop, and stop() to
    // call there.
    redis_link& add(const base::executor& where, base::deadline_set& deadlines);

    // Makes a link of that loop which only listens: `message` is called there with each message of
    // "{prefix}:" and `channel`. run() and stop() as for add().
    redis_link& listen(const base::executor& where, base::deadline_set& deadlines,
                       std::string_view channel, std::function<void(std::string_view)> message);

    // The link of the loop `where` belongs to, or null: that loop has none.
    redis_link* here(const base::executor& where);

    // Destroys the coroutines that wait for replies; no loop runs any more.
    void drop_waiting() {
        for (auto& one : links_) one.link.drop_waiting();
        for (auto& one : listeners_) one.link.drop_waiting();
    }

    // True when every link is connected. Any thread.
    bool up() const;

    const redis_options& options() const { return options_; }

private:
    struct entry {
        // Links are not moved: the list builds them in place.
        template <typename... Args>
        explicit entry(boost::asio::execution_context* of, Args&&... args)
            : loop(of), link(std::forward<Args>(args)...) {}

        boost::asio::execution_context* loop;
        redis_link link;
    };

    const redis_options options_;
    script_list scripts_;
    base::logger& log_;
    std::shared_ptr<boost::asio::ssl::context> tls_;
    std::list<entry> links_;
    std::list<entry> listeners_;
};

}  // namespace tollgate::storage
