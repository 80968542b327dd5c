// The composition root: builds every part from the configuration, runs it, and takes it down in
// order.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "mcp/content_provider.hpp"
#include "server/config/config.hpp"

namespace tollgate::server {

// What a start has to tell the person who started it.
struct start_report {
    std::string mcp_address;      // host:port that listens
    std::string admin_address;    // the same when the admin API has no address of its own
    std::string sandbox_address;  // empty without the sandbox
    std::string base_url;  // what MCP URLs begin with; empty: whatever address a request came by
    std::string first_api_key;       // only on the very first start: shown once
    std::string first_api_key_file;  // where it was written instead; empty: nowhere
    std::vector<std::string> created_files;
};

class app {
public:
    virtual ~app() = default;

    // Opens the store, loads the keys, binds the listeners and starts the loops. Everything that is
    // wrong with the configuration or the machine comes back as a failure with a sentence.
    virtual base::result<start_report> start() = 0;

    // Returns when SIGTERM or SIGINT has been handled: no request is running and everything is
    // written. SIGHUP reloads the TLS files meanwhile.
    virtual void wait() = 0;
};

// What a program of the tests serves on its MCP URLs in place of Stripe's tools; nothing in the
// gateway itself. Used by all loops at once.
struct substitutes {
    mcp::tool_provider* tools = nullptr;
    mcp::content_provider* content = nullptr;
};

// `log`, and what `instead` names, must outlive the app.
std::unique_ptr<app> make_app(config value, base::logger& log, substitutes instead = {});

}  // namespace tollgate::server
