// Every setting of the gateway, with its default and its unit. Filled by load_config() from
// defaults, one YAML file, the environment and the command line, each overriding the one before.
#pragma once
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "tenancy/rules/serving_rules.hpp"

namespace tollgate::server {

// A span that may be none at all.
struct pause {
    std::chrono::milliseconds span{0};
};

// How long something lives; zero: for ever.
struct lifetime {
    std::chrono::hours span{0};
};

struct config {
    struct {
        std::string listen =
            "127.0.0.1:8787";      // host:port of the MCP endpoints; port 0: any free one
        std::string admin_listen;  // host:port of the admin API; empty: the same as listen
        std::string public_url;    // what clients use to reach `listen`; empty: derived from it
        std::size_t loops = 0;     // event loops (threads); 0: one a core
        std::string ports_file;    // where the bound addresses are written (JSON), for scripts
        std::string first_api_key_file;  // receives the first API key; empty: standard output
        std::vector<std::string> allowed_hosts;  // Host names besides public_url's and localhost
        std::vector<std::string> allowed_origins{
            // browsers' origins besides public_url's and localhost
            "https://claude.ai", "https://claude.com", "https://chatgpt.com"};
        std::vector<std::string>
            trusted_proxies;  // addresses whose X-Forwarded-* count: IP or CIDR
    } server;
    struct {
        std::string certificate;  // PEM file with the chain; empty: no TLS
        std::string key;          // PEM file
    } tls;
    struct {
        std::size_t header_bytes = 16 * 1024;
        std::size_t headers = 64;  // fields in one request
        std::size_t body_bytes = 1024 * 1024;
        std::size_t connections = 10'000;
        std::size_t requests_per_token = 64;  // in flight at once
        std::size_t streams = 8'000;          // open for clients that listen
        std::size_t streams_per_token = 100;  // those of one MCP server
        std::size_t store_queue = 4096;       // jobs waiting for the record store
        // Calls that go to Stripe; 0 calls: no limit.
        tenancy::call_rate calls_per_server;  // where config.rate_limit says nothing
        tenancy::call_rate calls_per_account{50, 10};
        tenancy::call_rate calls_per_team{500, 10};
    } limits;
    struct {
        std::chrono::milliseconds header{10'000};      // first byte to end of the header
        std::chrono::milliseconds body{30'000};        // end of the header to end of the body
        std::chrono::milliseconds idle{75'000};        // between two requests of a connection
        std::chrono::milliseconds write{30'000};       // one response
        std::chrono::milliseconds request{55'000};     // one request, the upstream's share included
        std::chrono::milliseconds keep_alive{15'000};  // between comments on a quiet stream
        std::chrono::milliseconds drain{20'000};       // after SIGTERM, for what runs
        pause drain_delay;  // before that, for load balancers to look away
    } timeouts;
    struct {
        std::string directory = "tollgate-data";  // database, master key, pepper
        std::string url;  // sqlite:///path, postgresql://…; empty: tollgate.db in the directory
        // PostgreSQL only:
        std::size_t read_connections = 4;   // and threads
        std::size_t write_connections = 2;  // and threads
        std::chrono::milliseconds answer_timeout{8'000};
        std::chrono::milliseconds start_wait{15'000};  // for a database that is not up yet
    } data;
    struct {
        std::string url;                  // redis://…, rediss://…, redis+sentinel://…; empty: none
        std::string prefix = "tollgate";  // of every key
        std::string ca_file;              // PEM file of authorities; empty: the system's
        std::chrono::milliseconds connect_timeout{2'000};
        std::chrono::milliseconds command_timeout{500};
    } redis;
    struct {
        std::string master_key_file;  // empty: master.key in the data directory
        std::string master_key;       // 64 hex characters; overrides the file
        std::string pepper_file;      // empty: pepper.key in the data directory
        std::string pepper;           // 64 hex characters, several by lines; overrides the file
    } vault;
    struct {
        std::string api_base = "https://api.stripe.com";
        std::string test_upstream_host;  // the one other host api_base may name (tests)
        std::string ca_file;             // PEM file of authorities; empty: the system's
        std::chrono::milliseconds connect_timeout{5'000};
        std::chrono::milliseconds answer_timeout{50'000};
        std::size_t connections_per_loop = 128;
        std::size_t answer_bytes = 16 * 1024 * 1024;
    } stripe;
    struct {
        std::chrono::milliseconds access_token_lifetime = std::chrono::minutes{10};
        std::size_t authorization_days = 90;    // then a person has to agree again
        bool private_client_documents = false;  // fetched from private networks, too (tests)
        // Where applications with a scheme of their own may be sent; one that ends in '/' stands
        // for all below it.
        std::vector<std::string> redirect_schemes{"cursor://anysphere.cursor-mcp/oauth/callback",
                                                  "vscode://dynamicauthprovider/",
                                                  "vscode-insiders://dynamicauthprovider/"};
    } oauth;
    struct {
        // config.methods of a new MCP server whose maker says nothing; "all" alone: every tool.
        std::vector<std::string> default_methods{"read"};
        lifetime default_expiry{std::chrono::days{90}};
    } security;
    struct {
        bool enabled = false;  // answer from the built-in sandbox instead of Stripe
        std::string listen = "127.0.0.1:0";
        bool strict = false;  // answer what is not simulated too, by the catalogue alone (tests)
    } sandbox;
    struct {
        base::log_level level = base::log_level::info;
        std::string file;      // empty: standard error
        bool requests = true;  // one line a request
    } log;
    // Variables that begin with TOLLGATE_ and are neither settings nor close to one.
    std::vector<std::string> ignored_variables;
};

}  // namespace tollgate::server
