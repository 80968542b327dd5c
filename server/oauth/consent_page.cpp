#include "server/oauth/consent_page.hpp"

#include "server/pages/frame.hpp"
#include "tenancy/oauth/redirect_uri.hpp"
#include "tenancy/rules/scope.hpp"

namespace tollgate::oauth {

namespace {

namespace rules = tenancy::oauth;
using server::escaped;

// Every answer says Referrer-Policy no-referrer; here the later value applies. With no-referrer,
// browsers would send the form with the Origin "null", which is refused like any other foreign
// origin. Neither value reveals anything to other sites.
base::http_response page(unsigned status, std::string_view redirect_origin, std::string_view title,
                         std::string_view body) {
    const std::string form_to =
        redirect_origin.empty() ? std::string{} : "'self' " + std::string{redirect_origin};
    auto out = server::html_page(status, form_to, title, body);
    out.headers.emplace_back("Referrer-Policy", "same-origin");
    return out;
}

// Isolates names chosen by others, so that right-to-left text does not reorder the rest.
std::string isolated_name(std::string_view text) {
    return "<bdi>" + escaped(text) + "</bdi>";
}

void row(std::string& out, std::string_view name, std::string_view value) {
    out.append("<dt>").append(name).append("</dt><dd>").append(value).append("</dd>");
}

std::string client_row(const rules::consent_request& request) {
    const std::string name = request.client_name.empty() ? "A program without a name"
                                                         : isolated_name(request.client_name);
    if (request.client_id.starts_with("oac_"))
        return name + " <span class=\"note\">(its own words, which nobody has checked)</span>";
    return name + " <span class=\"note\">as described at</span> " +
           isolated_name(request.client_id);
}

std::string redirect_row(const rules::consent_request& request) {
    std::string out = isolated_name(rules::host_of_uri(request.redirect_uri));
    if (rules::on_this_computer(request.redirect_uri))
        out += " <span class=\"note\">(a program on the computer you are using)</span>";
    return out;
}

std::string tools_row(const consent_view& view) {
    const bool reading = view.request.scope == rules::read_scope;
    const std::size_t all = reading ? view.reads : view.reads + view.changes + view.others;
    std::string out =
        std::to_string(all) + " tools: " + std::to_string(view.reads) + " that only read";
    if (reading) return out + ". It asks for no others.";
    return out + ", " + std::to_string(view.changes) + " that create, change or delete, " +
           std::to_string(view.others) +
           (view.service.empty() ? " others (such as refunds, captures, sending invoices)"
                                 : " others") +
           ". Your own limits of this MCP server hold.";
}

// A person signs in, or has an API key; one of the two is enough.
constexpr std::string_view sign_in_fields =
    "<label for=\"email\">Your e-mail address</label><input id=\"email\" name=\"email\" "
    "type=\"email\" autocomplete=\"username\" spellcheck=\"false\" maxlength=\"254\">"
    "<label for=\"password\">Your password</label><input id=\"password\" name=\"password\" "
    "type=\"password\" autocomplete=\"current-password\" maxlength=\"1024\">"
    "<label for=\"code\">One-time code, if you use one</label><input id=\"code\" name=\"code\" "
    "type=\"text\" inputmode=\"numeric\" autocomplete=\"one-time-code\" spellcheck=\"false\" "
    "maxlength=\"32\">"
    "<label for=\"api_key\">Or instead an API key of the team (tgk_&hellip;), with the role "
    "operator or admin</label><input id=\"api_key\" name=\"api_key\" type=\"password\" "
    "autocomplete=\"off\" spellcheck=\"false\" maxlength=\"100\">";

std::string mode_words(bool live, bool of_stripe) {
    if (of_stripe)
        return live ? "<strong class=\"live\">LIVE: real money</strong>"
                    : "test mode: no real money";
    return live ? "<strong class=\"live\">LIVE</strong>" : "test mode";
}

std::string facts_of(const consent_view& view) {
    const auto& server = view.server;
    const bool live = server.mode == tenancy::account_mode::live;
    std::string out = "<dl>";
    row(out, "Who asks", client_row(view.request));
    row(out, "Where the answer goes", redirect_row(view.request));
    row(out, "MCP server", isolated_name(server.name));
    row(out, view.service.empty() ? "Stripe account" : "Account",
        isolated_name(server.account_name) +
            (view.service.empty() ? std::string{} : " at " + isolated_name(view.service)) +
            " of team " + isolated_name(server.team_name) + " &ndash; " +
            mode_words(live, view.service.empty()));
    row(out, "What it may use", tools_row(view));
    row(out, "How long", "until " + escaped(view.until) + ", unless somebody revokes it before");
    return out + "</dl>";
}

}  // namespace

base::http_response consent_page(unsigned status, const consent_view& view) {
    std::string body = view.service.empty() ? "<h1>Allow a program to use your Stripe account?</h1>"
                                            : "<h1>Allow a program to use your account?</h1>";
    if (!view.problem.empty())
        body += "<p class=\"problem\" role=\"alert\">" + escaped(view.problem) + "</p>";
    body += facts_of(view);
    body +=
        "<p>Allow this only when you have just asked for it in that program yourself.</p>"
        "<form method=\"post\" action=\"" +
        escaped(view.action) + "\"><input type=\"hidden\" name=\"request\" value=\"" +
        escaped(view.sealed) + "\">" + std::string{sign_in_fields};
    if (view.request.scope != rules::read_scope)
        body += "<button name=\"decision\" value=\"allow\">Allow</button>";
    body +=
        "<button name=\"decision\" value=\"allow_read\">Allow reading only</button>"
        "<button name=\"decision\" value=\"deny\">Deny</button></form>"
        "<p class=\"note\">This proves that you are of the team, with the role operator or admin. "
        "It "
        "stays here: the program does not get it.</p>";
    return page(status, rules::origin_of_uri(view.request.redirect_uri), "Allow access? - Tollgate",
                body);
}

base::http_response refusal_page(unsigned status, std::string_view what) {
    return page(status, {}, "Not allowed - Tollgate",
                "<h1>This cannot go on</h1><p>" + escaped(what) + "</p>");
}

base::http_response returning_page(unsigned status, std::string_view what, std::string_view back) {
    return page(status, {}, "Not allowed - Tollgate",
                "<h1>This cannot go on</h1><p>" + escaped(what) +
                    "</p><p>The program that sent you here made a request that is not allowed. "
                    "<a rel=\"noreferrer\" href=\"" +
                    escaped(back) + "\">Go back to it at " + escaped(rules::host_of_uri(back)) +
                    "</a>, if you know it.</p>");
}

}  // namespace tollgate::oauth
