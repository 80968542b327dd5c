#include "server/config/settings.hpp"

#include <array>

#include "server/config/setting_values.hpp"

namespace tollgate::server {

namespace {

template <typename T>
constexpr bool is_list = std::is_same_v<T, std::vector<std::string>>;
template <typename T>
constexpr bool is_truth = std::is_same_v<T, bool>;

// One row. The lambdas have no captures, so they are plain functions.
#define TOLLGATE_SETTING(group, name, unit, help)                                              \
    setting {                                                                                  \
        #group "." #name, unit, help, false, is_list<decltype(config{}.group.name)>,           \
            is_truth<decltype(config{}.group.name)>,                                           \
            [](config& into, const std::string& text) { return read(into.group.name, text); }, \
            [](const config& from) { return show(from.group.name); }                           \
    }

setting secret_row(setting row) {
    row.secret = true;
    return row;
}

const std::array rows{
    TOLLGATE_SETTING(server, listen, "host:port",
                     "Where the MCP endpoints listen; port 0 takes a free one."),
    TOLLGATE_SETTING(server, admin_listen, "host:port",
                     "Where the admin API listens; empty: with the MCP endpoints."),
    TOLLGATE_SETTING(
        server, public_url, "URL",
        "The address clients use; MCP URLs begin with it. Empty: derived from listen."),
    TOLLGATE_SETTING(server, loops, "threads", "Event loops; 0: one a core."),
    TOLLGATE_SETTING(server, ports_file, "path",
                     "A file that receives the bound addresses as JSON once they listen."),
    TOLLGATE_SETTING(server, first_api_key_file, "path",
                     "A file, not there yet, that receives the first API key (mode 0600) in place "
                     "of standard output."),
    TOLLGATE_SETTING(server, allowed_hosts, "names",
                     "Host names accepted besides public_url's, localhost and IP addresses."),
    TOLLGATE_SETTING(server, allowed_origins, "origins",
                     "Browser origins accepted besides public_url's and localhost."),
    TOLLGATE_SETTING(server, trusted_proxies, "addresses",
                     "IP addresses or CIDR blocks whose X-Forwarded-For and -Proto count."),
    TOLLGATE_SETTING(tls, certificate, "path",
                     "PEM certificate chain; with tls.key it turns TLS on."),
    TOLLGATE_SETTING(tls, key, "path", "PEM private key."),
    TOLLGATE_SETTING(limits, header_bytes, "bytes", "Largest request header; more is 431."),
    TOLLGATE_SETTING(limits, headers, "fields", "Most header fields of a request; more is 431."),
    TOLLGATE_SETTING(limits, body_bytes, "bytes", "Largest request body; more is 413."),
    TOLLGATE_SETTING(limits, connections, "connections",
                     "Open client connections; more are answered 503 and closed."),
    TOLLGATE_SETTING(limits, requests_per_token, "requests",
                     "Requests of one MCP server in flight; more are 503."),
    TOLLGATE_SETTING(limits, streams, "streams",
                     "Streams open for clients that listen; more are 503."),
    TOLLGATE_SETTING(limits, streams_per_token, "streams",
                     "Those of one MCP server; more are 503."),
    TOLLGATE_SETTING(limits, store_queue, "jobs",
                     "Jobs waiting for the record store; more are 503."),
    TOLLGATE_SETTING(
        limits, calls_per_server, "calls/time",
        "Calls to Stripe of an MCP server whose config has no rate_limit; 0: no limit."),
    TOLLGATE_SETTING(limits, calls_per_account, "calls/time",
                     "Calls to Stripe of one integrated account, over all its MCP servers; 0: no "
                     "limit."),
    TOLLGATE_SETTING(limits, calls_per_team, "calls/time",
                     "Calls to Stripe of one team, over all its accounts; 0: no limit."),
    TOLLGATE_SETTING(timeouts, header, "ms",
                     "From a request's first byte to the end of its header; then 408."),
    TOLLGATE_SETTING(timeouts, body, "ms",
                     "From the end of the header to the end of the body; then 408."),
    TOLLGATE_SETTING(timeouts, idle, "ms",
                     "Between two requests of a connection; then it is closed."),
    TOLLGATE_SETTING(timeouts, write, "ms",
                     "For a client to take one response; then the connection is closed."),
    TOLLGATE_SETTING(timeouts, request, "ms",
                     "For one request as a whole; the upstream gets what is left of it."),
    TOLLGATE_SETTING(timeouts, keep_alive, "ms",
                     "Between two comments on a stream that has nothing to say."),
    TOLLGATE_SETTING(timeouts, drain, "ms", "After SIGTERM, for the requests that run."),
    TOLLGATE_SETTING(timeouts, drain_delay, "ms",
                     "After SIGTERM and before the drain: /readyz says 503, all else goes on."),
    TOLLGATE_SETTING(data, directory, "path", "Holds the database, the master key and the pepper."),
    secret_row(TOLLGATE_SETTING(data, url, "URL",
                                "The record store, sqlite:///path or postgresql://…; empty: "
                                "tollgate.db in data.directory.")),
    TOLLGATE_SETTING(data, reserve_mb, "MiB",
                     "Room that a file beside tollgate.db holds for a full disk; 0: none. Without "
                     "it, writes are refused until there is room."),
    TOLLGATE_SETTING(data, read_connections, "connections",
                     "Connections to PostgreSQL that read, a thread each."),
    TOLLGATE_SETTING(data, write_connections, "connections",
                     "Connections to PostgreSQL that write, a thread each."),
    TOLLGATE_SETTING(data, answer_timeout, "ms", "For one statement in PostgreSQL; then 503."),
    TOLLGATE_SETTING(data, start_wait, "ms",
                     "At the start, for PostgreSQL to answer; then the start fails."),
    secret_row(TOLLGATE_SETTING(redis, url, "URL",
                                "Redis, redis://…, rediss://… or redis+sentinel://…: what "
                                "instances share beside the records; empty: nothing.")),
    TOLLGATE_SETTING(redis, prefix, "", "The first part of every key in Redis."),
    TOLLGATE_SETTING(redis, ca_file, "path",
                     "PEM file of the authorities for rediss://; empty: the system's."),
    TOLLGATE_SETTING(redis, connect_timeout, "ms", "To connect to Redis and greet it."),
    TOLLGATE_SETTING(redis, command_timeout, "ms",
                     "For one reply of Redis; then the connection counts as dead."),
    TOLLGATE_SETTING(vault, master_key_file, "path",
                     "The master key (64 hex characters, mode 0600); created at first boot."),
    secret_row(
        TOLLGATE_SETTING(vault, master_key, "hex", "The master key itself; overrides the file.")),
    TOLLGATE_SETTING(vault, pepper_file, "path",
                     "The peppers of the token hashes (mode 0600); created at first boot."),
    secret_row(TOLLGATE_SETTING(vault, pepper, "hex",
                                "The pepper itself, several by lines; overrides the file.")),
    TOLLGATE_SETTING(stripe, api_base, "URL",
                     "Where Stripe's API is; another host must be test_upstream_host."),
    TOLLGATE_SETTING(stripe, test_upstream_host, "host",
                     "The one other host that api_base may name. Test keys only."),
    TOLLGATE_SETTING(stripe, ca_file, "path",
                     "PEM authorities for the upstream's certificate; empty: the system's."),
    TOLLGATE_SETTING(stripe, connect_timeout, "ms", "For a connection to Stripe, TLS included."),
    TOLLGATE_SETTING(stripe, answer_timeout, "ms", "For Stripe's whole answer."),
    TOLLGATE_SETTING(stripe, connections_per_loop, "connections",
                     "Connections to Stripe a loop may hold; more calls wait."),
    TOLLGATE_SETTING(stripe, answer_bytes, "bytes", "Largest answer taken from Stripe."),
    TOLLGATE_SETTING(stripe, key_check_every, "time",
                     "Between two checks of an account's key and its permissions at Stripe, such "
                     "as 1d or 12h; 0: none."),
    TOLLGATE_SETTING(oauth, access_token_lifetime, "ms",
                     "How long an OAuth client uses an access token before it fetches the next."),
    TOLLGATE_SETTING(oauth, authorization_days, "days",
                     "How long an OAuth client may do so before a person has to agree again."),
    TOLLGATE_SETTING(oauth, private_client_documents, "",
                     "Fetch metadata documents of OAuth clients from private networks and plain "
                     "http on loopback, too. For tests."),
    TOLLGATE_SETTING(oauth, redirect_schemes, "prefixes",
                     "Addresses of applications that OAuth may send a browser to, whole; one that "
                     "ends with / allows all below it."),
    TOLLGATE_SETTING(security, default_methods, "words",
                     "config.methods of a new MCP server whose maker names neither methods nor "
                     "tools; all: every tool."),
    TOLLGATE_SETTING(security, default_expiry, "time",
                     "How long a new MCP server lives whose maker says nothing, such as 90d or "
                     "12h; 0: it does not expire."),
    TOLLGATE_SETTING(people, session_idle, "ms",
                     "How long a person's session may be unused; then they sign in again."),
    TOLLGATE_SETTING(people, session_lifetime, "time",
                     "How long a session lasts at most, such as 12h."),
    TOLLGATE_SETTING(people, invitation_lifetime, "time",
                     "How long the link of an invitation may be used, such as 72h or 7d."),
    TOLLGATE_SETTING(people, password_passes, "passes",
                     "Passes of Argon2id over its memory, for the hash of a password."),
    TOLLGATE_SETTING(people, password_memory_kib, "KiB",
                     "Memory of Argon2id; one password is hashed at a time."),
    TOLLGATE_SETTING(people, cheap_passwords, "",
                     "Allow a cost below two passes over 19456 KiB. For tests."),
    TOLLGATE_SETTING(oidc, issuer, "URL",
                     "The identity provider with which people sign in (OpenID Connect), "
                     "https://…; empty: none."),
    TOLLGATE_SETTING(oidc, client_id, "text", "As which client the provider knows this gateway."),
    TOLLGATE_SETTING(oidc, client_secret_file, "path",
                     "A file with the secret of that client (mode 0600); empty: it has none."),
    TOLLGATE_SETTING(oidc, team_id, "team_…", "The team to which the provider's people belong."),
    TOLLGATE_SETTING(oidc, roles_claim, "claim", "The claim that says who may do what."),
    TOLLGATE_SETTING(oidc, roles, "value=role",
                     "Which value of that claim gives which role; whoever has none of them is "
                     "refused."),
    TOLLGATE_SETTING(oidc, scopes, "words", "The scopes that are asked for besides openid."),
    TOLLGATE_SETTING(oidc, ca_file, "path",
                     "PEM authorities for the provider's certificate; empty: the system's."),
    TOLLGATE_SETTING(oidc, private_networks, "",
                     "Allow a provider in a private network, and plain http on loopback."),
    TOLLGATE_SETTING(sandbox, enabled, "",
                     "Answer from the built-in sandbox instead of Stripe. Live keys are refused."),
    TOLLGATE_SETTING(sandbox, listen, "host:port", "Where the sandbox listens; loopback only."),
    TOLLGATE_SETTING(sandbox, strict, "",
                     "Answer every operation of Stripe's, those it does not simulate from the "
                     "catalogue alone. For tests."),
    TOLLGATE_SETTING(audit, anchor_file, "path",
                     "A file that the newest checkpoint of each audit log is appended to; empty: "
                     "none."),
    secret_row(TOLLGATE_SETTING(audit, anchor_webhook, "URL",
                                "Where the newest checkpoint of each audit log is posted to, "
                                "https://…; empty: nowhere.")),
    secret_row(TOLLGATE_SETTING(audit, anchor_webhook_secret, "base64",
                                "The secret that signs these messages; overrides the file.")),
    TOLLGATE_SETTING(audit, anchor_webhook_secret_file, "path",
                     "A file with the secret that signs these messages (mode 0600)."),
    TOLLGATE_SETTING(audit, anchor_syslog, "address",
                     "Where the newest checkpoint of each audit log is sent to: udp://host:port, "
                     "tcp://host:port, tls://host:port or unix:/dev/log."),
    TOLLGATE_SETTING(audit, anchor_every, "ms",
                     "Between two checkpoints of a log that go to the same place, while there is "
                     "something new."),
    secret_row(TOLLGATE_SETTING(audit, forward_webhook, "URL",
                                "Where all audit records are posted to, https://…; empty: "
                                "nowhere.")),
    secret_row(TOLLGATE_SETTING(audit, forward_webhook_secret, "base64",
                                "The secret that signs these messages; overrides the file.")),
    TOLLGATE_SETTING(audit, forward_webhook_secret_file, "path",
                     "A file with the secret that signs these messages (mode 0600)."),
    TOLLGATE_SETTING(audit, forward_syslog, "address",
                     "Where all audit records are sent to, in the forms of audit.anchor_syslog."),
    TOLLGATE_SETTING(audit, ca_file, "path",
                     "PEM file of the authorities for these webhooks and tls://; empty: the "
                     "system's."),
    TOLLGATE_SETTING(orders, file, "path",
                     "YAML file with the companies' own databases of orders; empty: none."),
    TOLLGATE_SETTING(
        orders, refund_days, "days",
        "issue_refund refuses orders and payments that are older. Rules make it less for a team."),
    TOLLGATE_SETTING(declarations, hosts, "hosts",
                     "The services that declared tools may call: host or host:port over TLS on the "
                     "public internet, private+https://host:port or private+http://host:port "
                     "anywhere; empty: none but Stripe."),
    TOLLGATE_SETTING(declarations, ca_file, "path",
                     "PEM file of the authorities for these services; empty: the system's."),
    TOLLGATE_SETTING(webhooks, private_networks, "",
                     "Teams' webhooks may be on private networks, and plain http on loopback. "
                     "Their requests then reach whatever this machine reaches."),
    TOLLGATE_SETTING(webhooks, link_base, "URL",
                     "What the links in messages begin with, where the admin API is reached at "
                     "another address than server.public_url."),
    TOLLGATE_SETTING(webhooks, ca_file, "path",
                     "PEM file of the authorities for teams' webhooks; empty: the system's."),
    TOLLGATE_SETTING(log, level, "", "debug, info, warning or error."),
    TOLLGATE_SETTING(log, file, "path", "Where log lines go; empty: standard error."),
    TOLLGATE_SETTING(log, requests, "", "One log line a request."),
};

#undef TOLLGATE_SETTING

std::string upper(std::string_view text, char separator) {
    std::string out;
    for (const char c : text) {
        const char letter = c == '.' ? separator : c;
        out.push_back(letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter);
    }
    return out;
}

}  // namespace

std::span<const setting> settings() {
    return rows;
}

bool secret_alone(const setting& row) {
    return row.secret && row.unit != "URL";
}

const setting* find_setting(std::string_view key) {
    for (const auto& row : rows)
        if (row.key == key) return &row;
    return nullptr;
}

std::string environment_name(std::string_view key) {
    return "TOLLGATE_" + upper(key, '_');
}

std::string flag_name(std::string_view key) {
    std::string out = "--";
    for (const char c : key) out.push_back(c == '.' || c == '_' ? '-' : c);
    return out;
}

}  // namespace tollgate::server
