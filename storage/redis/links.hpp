// Redis for every loop of a process: one link per loop, found by the loop's executor.
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
    // Every script that a link may run; the scripts are literals.
    using script_list = std::span<const redis_script* const>;

    // `log` outlives this. Throws std::runtime_error if the TLS certificate authorities cannot be
    // read.
    redis_links(redis_options options, script_list scripts, base::logger& log);

    // Creates the link of one loop; the caller spawns its run() on that loop, and calls stop()
    // there.
    redis_link& add(const base::executor& where, base::deadline_set& deadlines);

    // Creates a link of that loop that only listens: `message` is called there with each message on
    // the channel "{prefix}:" followed by `channel`. run() and stop() as for add().
    redis_link& listen(const base::executor& where, base::deadline_set& deadlines,
                       std::string_view channel, std::function<void(std::string_view)> message);

    // The link of the loop that `where` belongs to, or null if that loop has none.
    redis_link* here(const base::executor& where);

    // Destroys the coroutines that wait for replies; call this only after all loops have stopped.
    void drop_waiting() {
        for (auto& one : links_) one.link.drop_waiting();
        for (auto& one : listeners_) one.link.drop_waiting();
    }

    // True when every link is connected. Any thread.
    bool up() const;

    const redis_options& options() const { return options_; }

private:
    struct entry {
        // Links cannot be moved, so the list constructs them in place.
        template <typename... Args>
        explicit entry(boost::asio::execution_context* context, Args&&... args)
            : loop(context), link(std::forward<Args>(args)...) {}

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
