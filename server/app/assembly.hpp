// The parts of a gateway, built in the order of their dependencies.
#pragma once
#include <atomic>
#include <list>
#include <memory>

#include "base/async.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "server/app/start_report.hpp"
#include "server/app/substitutes.hpp"
#include "server/config/config.hpp"

namespace tollgate::server {

class served_tls;
class worker_loop;

// Called from the thread that starts the process, except where said otherwise. The steps are
// make_loops(), build(), run_background(), each called once; after a failure, only halt() and the
// destructor may follow.
class assembly {
public:
    virtual ~assembly() = default;

    // Checks files and limits of the process, opens the store, starts the sandbox if it is on, and
    // creates the loops. Fails with a sentence if a setting, a file or the machine is wrong.
    virtual base::result<> make_loops() = 0;

    // Builds everything that handles requests, and binds the listeners. Blocks; a signal may be
    // handled on the first loop during this. Fails as make_loops() does.
    virtual base::result<> build() = 0;

    // Spawns background work on the first loop.
    virtual void run_background() = 0;

    // Ends what run_background() spawned and waits for it, for ten seconds at most. Call on the
    // first loop.
    virtual base::awaitable<> finish_background() = 0;

    // Stops the loops, closes the store and destroys every cancelled coroutine while everything it
    // refers to still exists. Call before the destructor; may be called again.
    virtual void halt() = 0;

    // The settings, and what the steps so far have determined.
    virtual const config& settings() const = 0;
    virtual const start_report& report() const = 0;

    // For a lifecycle. `loops` is empty before make_loops().
    virtual std::list<worker_loop>& loops() = 0;
    virtual served_tls& tls() = 0;
    virtual std::atomic<bool>& ready() = 0;  // false until it is set; any thread
};

// Opens nothing yet. `log`, and what `instead` refers to, outlive the assembly.
std::unique_ptr<assembly> make_assembly(config value, base::logger& log, substitutes instead);

}  // namespace tollgate::server
