#include "server/cli/checks/network_checks.hpp"

#include <array>
#include <cstdlib>

#include "server/cli/checks/probe.hpp"
#include "server/cli/checks/self_call.hpp"
#include "server/cli/clients/message.hpp"
#include "server/config/load.hpp"
#include "server/process/bind.hpp"

namespace tollgate::server::checks {

namespace {

using clients::mcp_request;

constexpr std::chrono::seconds skew_warned{30};
constexpr std::chrono::seconds skew_refused{300};

const mcp_request get{.method = "GET"};

// The public URL without a slash at its end.
std::string public_base(const config& value) {
    std::string out = value.server.public_url;
    while (out.ends_with('/')) out.pop_back();
    return out;
}

finding check_clock(const std::optional<std::chrono::seconds>& skew) {
    if (!skew) return skipped("clock", "Stripe's answer had no date");
    const auto off = std::chrono::abs(*skew);
    const std::string what = "it is " + std::to_string(off.count()) + " s " +
                             (skew->count() < 0 ? "ahead of" : "behind") + " Stripe's";
    const std::string fix = "let the machine set its clock by NTP: timedatectl set-ntp true";
    if (off > skew_refused) return failure("clock", what, fix);
    if (off > skew_warned) return warning("clock", what, fix);
    return ok("clock", off.count() < 3 ? "it agrees with Stripe's" : what);
}

std::string message_of(std::string_view method, const std::string& params) {
    std::string out = R"({"jsonrpc":"2.0","id":1,"method":")";
    out += method;
    return out + R"(","params":)" + params + "}";
}

mcp_request discover() {
    mcp_request out;
    out.headers = {{"MCP-Protocol-Version", "2026-07-28"},
                   {"Mcp-Method", "server/discover"},
                   {"Accept", "application/json, text/event-stream"}};
    out.body = message_of("server/discover",
                          R"({"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                          R"("io.modelcontextprotocol/clientCapabilities":{}}})");
    return out;
}

mcp_request initialize() {
    mcp_request out;
    out.headers = {{"Accept", "application/json, text/event-stream"}};
    out.body =
        message_of("initialize", R"({"protocolVersion":"2025-11-25","capabilities":{},)"
                                 R"("clientInfo":{"name":"tollgate doctor","version":"1"}})");
    return out;
}

const std::string proxy_fix =
    "let the proxy pass all headers in both directions: docs/guides/public-https.md";

finding check_modern(const std::string& url) {
    const auto answer = probe(url, discover());
    if (!answer)
        return failure("MCP 2026-07-28", answer.error().message, "see the line on the public URL");
    const auto message = clients::read_message(answer->body);
    if (!message)
        return failure("MCP 2026-07-28",
                       "the MCP URL answers " + std::to_string(answer->head.status) + ": " +
                           clients::problem_sentence(answer->body),
                       "ask for a new MCP URL if this one was revoked or has expired");
    if (message->error_code != 0)
        return failure("MCP 2026-07-28", "a header of the request did not arrive", proxy_fix);
    return ok("MCP 2026-07-28", "server/discover is answered");
}

void check_legacy(const std::string& url, findings& out) {
    const auto begun = probe(url, initialize());
    const auto message = begun ? clients::read_message(begun->body) : std::nullopt;
    if (!message || message->error_code != 0) {
        out.push_back(failure("MCP 2025-11-25",
                              begun ? "initialize is answered " + std::to_string(begun->head.status)
                                    : begun.error().message,
                              "see the lines before"));
        return;
    }
    if (begun->head.session.empty()) {
        out.push_back(
            failure("MCP 2025-11-25", "the header Mcp-Session-Id was dropped", proxy_fix));
        return;
    }
    out.push_back(ok("MCP 2025-11-25", "initialize begins a session"));
    mcp_request listen{.method = "GET"};
    listen.headers = {{"Accept", "text/event-stream"},
                      {"MCP-Protocol-Version", "2025-11-25"},
                      {"Mcp-Session-Id", begun->head.session}};
    const auto stream = probe(url, listen);
    if (!stream)
        out.push_back(failure("streams", "no event came: " + stream.error().message,
                              "switch off buffering in the proxy: docs/guides/public-https.md"));
    else if (!stream->head.events)
        out.push_back(failure("streams", "GET is answered " + std::to_string(stream->head.status),
                              proxy_fix));
    else
        out.push_back(ok("streams", "events come at once"));
}

}  // namespace

finding check_running(const config& value) {
    const auto answer = ask_this_gateway(value, "/readyz");
    if (answer && answer->status == 200) return ok("gateway", "it runs, and is ready");
    if (answer)
        return failure("gateway",
                       "it runs, but is not ready: " + clients::problem_sentence(answer->body),
                       "look at its log, and at the line on the store");
    const auto address = resolve_address(value.server.listen, "server.listen");
    if (!address) return failure("gateway", address.error().message, "correct server.listen");
    const auto free = check_free(*address, "server.listen");
    if (!free) return failure("gateway", free.error().message, "stop it, or change server.listen");
    return warning("gateway", "it does not run; its address is free", "tollgate serve");
}

findings check_stripe(const config& value) {
    if (value.sandbox.enabled)
        return {skipped("Stripe", "the sandbox is used"), skipped("clock", "nobody to ask")};
    // Without a key: any answer of Stripe's says that it is there.
    const auto answer = probe(value.stripe.api_base + "/v1/balance", get, value.stripe.ca_file);
    if (!answer)
        return {failure("Stripe", value.stripe.api_base + ": " + answer.error().message,
                        "allow outgoing https to api.stripe.com in the firewall"),
                skipped("clock", "nobody to ask")};
    findings out;
    if (answer->head.status == 401)
        out.push_back(ok("Stripe", value.stripe.api_base + " answers"));
    else
        out.push_back(warning("Stripe",
                              value.stripe.api_base + " answers " +
                                  std::to_string(answer->head.status) +
                                  " to a request without a key, where Stripe answers 401",
                              "see whether a proxy answers in its place"));
    out.push_back(check_clock(answer->skew));
    return out;
}

finding check_public_address(const config& value) {
    const std::string base = public_base(value);
    if (base.empty()) return skipped("public URL", "server.public_url is not set");
    const auto answer = probe(base + "/healthz", get);
    if (!answer)
        return failure("public URL", base + ": " + answer.error().message,
                       "correct the DNS entry, the certificate (with its chain) or the proxy");
    if (answer->head.status == 200 && answer->body == R"({"status":"ok"})")
        return ok("public URL", base + " leads to a gateway");
    return failure("public URL",
                   base + "/healthz is answered " + std::to_string(answer->head.status) +
                       ", and not by a gateway",
                   "let the proxy pass /healthz and /mcp on: docs/guides/public-https.md");
}

finding check_authorization_header(const config& value) {
    const std::string base = public_base(value);
    if (base.empty()) return skipped("headers", "server.public_url is not set");
    mcp_request what = initialize();
    // No key, but one by its form: the gateway says so, if it sees it.
    what.headers.emplace_back("Authorization", "Bearer tgk_none");
    const auto answer = probe(base + "/mcp", what);
    if (!answer) return failure("headers", answer.error().message, "see the line before");
    if (answer->body.find("This is an API key") != std::string::npos)
        return ok("headers", "Authorization passes the proxy");
    return failure("headers",
                   "POST " + base + "/mcp is answered " + std::to_string(answer->head.status) +
                       ": the header Authorization did not arrive",
                   proxy_fix);
}

findings check_mcp_url(const std::string& url) {
    if (url.empty()) {
        const std::string why = "no MCP URL: set TOLLGATE_MCP_URL";
        return {skipped("MCP 2026-07-28", why), skipped("MCP 2025-11-25", why),
                skipped("streams", why)};
    }
    findings out;
    out.push_back(check_modern(url));
    check_legacy(url, out);
    return out;
}

findings check_clients(const config& value) {
    const std::string base = public_base(value);
    const bool hosted = base.starts_with("https://");
    const std::string fix = "set server.public_url: docs/guides/public-https.md";
    findings out;
    for (const char* const client : {"claude.ai", "ChatGPT"}) {
        if (hosted)
            out.push_back(ok(client, "connects from the cloud to " + base));
        else
            out.push_back(
                warning(client, "connects from the cloud, and finds no public https URL", fix));
    }
    const auto local = parse_host_port(value.server.listen);
    const bool same_machine = local && local->host != "0.0.0.0" && local->host != "::";
    const std::string reach =
        hosted ? "connects to " + base
               : (same_machine ? "connects on this machine only" : "connects over plain http");
    out.push_back(ok("Claude Code", reach + ": tollgate connect claude-code"));
    out.push_back(ok("Claude Desktop", reach + ": tollgate connect claude-desktop, a bridge"));
    for (const char* const client : {"Cursor", "VS Code", "Codex", "Windsurf"})
        out.push_back(ok(client, reach));
    return out;
}

}  // namespace tollgate::server::checks
