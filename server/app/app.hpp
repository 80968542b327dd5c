// The composition root: builds every part from the configuration, runs it, and shuts it down in
// order.
#pragma once
#include <memory>

#include "base/log.hpp"
#include "base/result.hpp"
#include "server/app/start_report.hpp"
#include "server/app/substitutes.hpp"
#include "server/config/config.hpp"

namespace tollgate::server {

class app {
public:
    virtual ~app() = default;

    // Opens the store, loads the keys, binds the listeners and starts the loops. Any problem with
    // the configuration or the machine is returned as a failure with a sentence.
    virtual base::result<start_report> start() = 0;

    // Returns after SIGTERM or SIGINT has been handled: no request is running and all data is
    // written. Until then, SIGHUP reloads the TLS files.
    virtual void wait() = 0;
};

// `log`, and what `instead` refers to, must outlive the app.
std::unique_ptr<app> make_app(config value, base::logger& log, substitutes instead = {});

}  // namespace tollgate::server
