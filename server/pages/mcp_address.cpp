#include "server/pages/mcp_address.hpp"

#include <string>

#include "base/ids.hpp"
#include "server/pages/frame.hpp"

namespace tollgate::server {

namespace {

constexpr std::string_view opening =
    "<h1>This is the address of an MCP server</h1>"
    "<p>An AI assistant reaches a Stripe account through it, within the limits that its "
    "administrator has set. It is for programs: there is nothing to see here in a browser.</p>"
    "<h2>Where to paste it</h2><ul>";

// The menus of these clients may change, so this names words to look for, not a path to click
// through.
constexpr std::string_view clients =
    "<li><strong>Claude</strong>: in the settings, under Connectors, add a custom connector and "
    "paste the whole address as its URL.</li>"
    "<li><strong>ChatGPT</strong>: in the settings, under Connectors (developer mode), create a "
    "connector and paste the whole address as its MCP server URL. Authentication: ";

constexpr std::string_view other_clients =
    ".</li><li><strong>Any other MCP client</strong>: add a remote server with the transport "
    "Streamable HTTP (\"http\") and this address.</li></ul>";

constexpr std::string_view secret_note =
    "<p class=\"problem\">Treat this address like a password: whoever has it can use the account "
    "as it allows. Opening it has put it into the history of this browser. If other people use "
    "this browser, ask whoever gave you the address for a new one.</p>";

constexpr std::string_view consent_note =
    "<p>This address is not a secret. Your assistant will send you to a page where you say whether "
    "it "
    "may use the account.</p>";

constexpr std::string_view header_page =
    "<h1>This is the address of MCP servers</h1><p>It is for programs, which send the token of "
    "their MCP server in a header: <code>Authorization: Bearer tgm_&hellip;</code> or "
    "<code>X-API-Key: tgm_&hellip;</code>. There is nothing to see here in a browser.</p>";

std::string body_for(std::string_view path_token) {
    if (path_token.empty()) return std::string{header_page};
    const bool oauth = base::is_id(path_token, "mcp");
    std::string out{opening};
    out.append(clients).append(oauth ? "OAuth" : "none").append(other_clients);
    return out.append(oauth ? consent_note : secret_note);
}

}  // namespace

bool asks_for_page(const base::http_request& request) {
    return request.method == "GET" &&
           request.header("Accept").find("text/html") != std::string_view::npos;
}

base::http_response mcp_address_page(const base::http_response& refusal,
                                     std::string_view path_token) {
    auto out = html_page(refusal.status, {}, "MCP server - Tollgate", body_for(path_token));
    for (const auto& [name, value] : refusal.headers)
        if (name == "Allow") out.headers.emplace_back(name, value);
    return out;
}

}  // namespace tollgate::server
