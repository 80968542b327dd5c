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

// A duration that may be zero.
struct pause {
    std::chrono::milliseconds span{0};
};

// A lifetime; zero means forever.
struct lifetime {
    std::chrono::hours span{0};
};

// How often something is done; zero means never.
struct interval {
    std::chrono::seconds span{0};
};

struct config {
    struct {
        std::string listen =
            "127.0.0.1:8787";      // host:port of the MCP endpoints; port 0: any free one
        std::string admin_listen;  // host:port of the admin API; empty: the same as listen
        std::string public_url;    // URL by which clients reach `listen`; empty: derived from it
        std::size_t loops = 0;     // event loops (threads); 0: one per core
        std::string ports_file;    // file for the bound addresses (JSON), for scripts
        std::string first_api_key_file;  // receives the first API key; empty: standard output
        std::vector<std::string> allowed_hosts;  // Host names allowed besides public_url's and
                                                 // localhost
        std::vector<std::string> allowed_origins{
            // Browser origins allowed besides public_url's and localhost.
            "https://claude.ai", "https://claude.com", "https://chatgpt.com"};
        std::vector<std::string>
            trusted_proxies;  // addresses whose X-Forwarded-* are trusted: IP or CIDR
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
        std::size_t requests_per_token = 64;  // in progress at once
        std::size_t streams = 8'000;          // open streams of clients
        std::size_t streams_per_token = 100;  // open streams of one MCP server
        std::size_t store_queue = 4096;       // jobs waiting for the record store
        // Limits on calls to Stripe; 0 calls: no limit.
        tenancy::call_rate calls_per_server;  // unless config.rate_limit is set
        tenancy::call_rate calls_per_account{50, 10};
        tenancy::call_rate calls_per_team{500, 10};
    } limits;
    struct {
        std::chrono::milliseconds header{10'000};      // first byte to end of headers
        std::chrono::milliseconds body{30'000};        // end of headers to end of body
        std::chrono::milliseconds idle{75'000};        // between two requests on a connection
        std::chrono::milliseconds write{30'000};       // one response
        std::chrono::milliseconds request{55'000};     // one request, including the upstream call
        std::chrono::milliseconds keep_alive{15'000};  // between comments on an idle stream
        std::chrono::milliseconds drain{20'000};       // after SIGTERM, for running requests
        pause drain_delay;                             // before that, for load balancers to notice
    } timeouts;
    struct {
        std::string directory = "tollgate-data";  // database, master key, pepper
        std::string url;  // sqlite:///path, postgresql://…; empty: tollgate.db in the directory
        std::size_t reserve_mb = 64;  // reserved beside tollgate.db for a full disk; 0: none
        // PostgreSQL only:
        std::size_t read_connections = 4;   // and as many threads
        std::size_t write_connections = 2;  // and as many threads
        std::chrono::milliseconds answer_timeout{8'000};
        std::chrono::milliseconds start_wait{15'000};  // for a database that does not answer yet
    } data;
    struct {
        std::string url;                  // redis://…, rediss://…, redis+sentinel://…; empty: none
        std::string prefix = "tollgate";  // prefix of every key
        std::string ca_file;              // PEM file of certificate authorities; empty: the
                                          // system's
        std::chrono::milliseconds connect_timeout{2'000};
        std::chrono::milliseconds command_timeout{500};
    } redis;
    struct {
        std::string master_key_file;  // empty: master.key in the data directory
        std::string master_key;       // 64 hex characters; overrides the file
        std::string pepper_file;      // empty: pepper.key in the data directory
        std::string pepper;           // 64 hex characters, one pepper per line; overrides the file
    } vault;
    struct {
        std::string api_base = "https://api.stripe.com";
        std::string test_upstream_host;  // the only other host that api_base may name (tests)
        std::string ca_file;             // PEM file of certificate authorities; empty: the system's
        std::chrono::milliseconds connect_timeout{5'000};
        std::chrono::milliseconds answer_timeout{50'000};
        std::size_t connections_per_loop = 128;
        std::size_t answer_bytes = 16 * 1024 * 1024;
        interval key_check_every{std::chrono::days{1}};
    } stripe;
    struct {
        std::chrono::milliseconds access_token_lifetime = std::chrono::minutes{10};
        std::size_t authorization_days = 90;    // after which a person must approve again
        bool private_client_documents = false;  // fetch from private networks too (tests)
        // Redirect URIs of applications with their own scheme; one that ends in '/' also allows
        // everything below it.
        std::vector<std::string> redirect_schemes{"cursor://anysphere.cursor-mcp/oauth/callback",
                                                  "vscode://dynamicauthprovider/",
                                                  "vscode-insiders://dynamicauthprovider/"};
    } oauth;
    struct {
        // config.methods of a new MCP server that is created without them; "all" alone: every tool.
        std::vector<std::string> default_methods{"read"};
        lifetime default_expiry{std::chrono::days{90}};
    } security;
    // People who sign in.
    struct {
        std::chrono::milliseconds session_idle = std::chrono::minutes{30};
        lifetime session_lifetime{std::chrono::hours{12}};
        lifetime invitation_lifetime{std::chrono::hours{72}};
        std::size_t password_passes = 3;              // of Argon2id
        std::size_t password_memory_kib = 64 * 1024;  // of one hash; there is one at a time
        bool cheap_passwords = false;                 // allow a cost below the minimum (tests)
    } people;
    // Sign-in with the company's identity provider (OpenID Connect).
    struct {
        std::string issuer;  // https://…; empty: none
        std::string client_id;
        std::string client_secret_file;  // empty: a public client
        std::string team_id;             // the team of everyone who signs in this way
        std::string roles_claim = "groups";
        std::vector<std::string> roles;                       // "value=role"
        std::vector<std::string> scopes{"profile", "email"};  // besides openid
        std::string ca_file;                                  // PEM; empty: the system's
        bool private_networks = false;  // the provider may be in a private network or on loopback
    } oidc;
    struct {
        bool enabled = false;  // use the built-in sandbox instead of Stripe
        std::string listen = "127.0.0.1:0";
        bool strict = false;  // also answer operations that are not simulated, from the catalogue
                              // alone (tests)
    } sandbox;
    struct {
        // Destinations of checkpoints (anchors).
        std::string anchor_file;
        std::string anchor_webhook;
        std::string anchor_webhook_secret;
        std::string anchor_webhook_secret_file;
        std::string anchor_syslog;
        std::chrono::milliseconds anchor_every{3'600'000};
        // Destinations of records.
        std::string forward_webhook;
        std::string forward_webhook_secret;
        std::string forward_webhook_secret_file;
        std::string forward_syslog;
        std::string ca_file;  // PEM file of certificate authorities; empty: the system's
    } audit;
    struct {
        // YAML file with the companies' own databases of orders; empty: none.
        std::string file;
        std::size_t refund_days = 90;  // issue_refund refuses older orders
    } orders;
    struct {
        // The hosts that accounts of services other than Stripe may call; empty: none.
        std::vector<std::string> hosts;
        std::string ca_file;  // PEM file of certificate authorities; empty: the system's
    } declarations;
    struct {
        bool private_networks = false;  // teams' webhooks may be on private networks
        std::string link_base;          // start of links in messages; empty: server.public_url
        std::string ca_file;            // PEM file of certificate authorities; empty: the system's
    } webhooks;
    struct {
        base::log_level level = base::log_level::info;
        std::string file;      // empty: standard error
        bool requests = true;  // one line per request
    } log;
    // Variables that begin with TOLLGATE_ but are neither settings nor similar to a setting.
    std::vector<std::string> ignored_variables;
};

}  // namespace tollgate::server
