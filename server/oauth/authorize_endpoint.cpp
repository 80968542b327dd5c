// /authorize: a client's request, the page that asks a person, and the person's answer.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

#include "base/url.hpp"
#include "server/admin/session_cookie.hpp"
#include "server/oauth/answers.hpp"
#include "server/oauth/consent_page.hpp"
#include "server/oauth/endpoints.hpp"
#include "server/oauth/gate.hpp"
#include "server/pipeline/addresses.hpp"
#include "server/pipeline/client.hpp"
#include "tenancy/admin/accounts.hpp"
#include "tenancy/admin/declarations.hpp"
#include "tenancy/audit/audit_trail.hpp"
#include "tenancy/grants/grant_policies.hpp"
#include "tenancy/oauth/redirect_uri.hpp"
#include "tenancy/oauth/sealed_text.hpp"
#include "tenancy/people/sessions.hpp"
#include "tenancy/rules/scope.hpp"

namespace tollgate::oauth {

namespace {

namespace asio = boost::asio;
namespace rules = tenancy::oauth;
using base::awaitable;
using rules::consent_request;

constexpr std::size_t state_bytes_max = 4096;

// The client's redirect URI with an answer added (RFC 6749 §4.1.2, RFC 9207).
std::string answering(const oauth_call& call, std::string redirect_uri, std::string_view state,
                      std::string_view name, std::string_view value, std::string_view detail) {
    base::append_query(redirect_uri, name, value);
    if (!detail.empty()) base::append_query(redirect_uri, "error_description", detail);
    if (!state.empty()) base::append_query(redirect_uri, "state", state);
    base::append_query(redirect_uri, "iss", call.issuer);
    return redirect_uri;
}

// Redirects the browser to the client.
base::http_response back_to_client(const oauth_call& call, std::string redirect_uri,
                                   std::string_view state, std::string_view name,
                                   std::string_view value, std::string_view detail = {}) {
    base::http_response out;
    out.status = 303;
    out.content_type = {};
    out.headers.emplace_back("Location",
                             answering(call, std::move(redirect_uri), state, name, value, detail));
    return out;
}

// The scope that a request asks for; empty if it names none of our scopes. Unknown scopes are
// ignored.
std::string_view scope_of(std::string_view asked) {
    if (asked.empty()) return rules::full_scope;
    std::string_view out;
    while (!asked.empty()) {
        const auto word = asked.substr(0, asked.find(' '));
        asked.remove_prefix(std::min(word.size() + 1, asked.size()));
        if (word == rules::full_scope) return rules::full_scope;
        if (word == rules::read_scope) out = rules::read_scope;
    }
    return out;
}

struct request_problem {
    std::string_view error;
    std::string_view detail;
};

// The error of a request whose client and redirect URI are known (RFC 6749 §4.1.2.1).
std::optional<request_problem> check_request(const oauth_call& call, const parameters& in) {
    if (!value_of(in, "request").empty())
        return request_problem{"request_not_supported", "Send plain parameters."};
    if (!value_of(in, "request_uri").empty())
        return request_problem{"request_uri_not_supported", "Send plain parameters."};
    if (value_of(in, "response_type") != "code")
        return request_problem{"unsupported_response_type", "response_type must be code."};
    if (value_of(in, "code_challenge_method") != "S256" ||
        !rules::is_challenge(value_of(in, "code_challenge")))
        return request_problem{"invalid_request",
                               "PKCE is required: code_challenge with code_challenge_method S256."};
    if (scope_of(value_of(in, "scope")).empty())
        return request_problem{"invalid_scope", "The scopes are mcp and mcp:read."};
    const auto resource = value_of(in, "resource");
    if (!resource.empty() && resource != call.issuer)
        return request_problem{"invalid_target", "resource is not this MCP server's address."};
    if (value_of(in, "prompt") == "none")
        return request_problem{"interaction_required", "A person has to agree."};
    if (value_of(in, "state").size() > state_bytes_max)
        return request_problem{"invalid_request", "state is longer than 4096 bytes."};
    return {};
}

std::string until_text(const rules::open_server& server, base::timestamp now,
                       std::chrono::milliseconds lifetime) {
    auto end = now + lifetime;
    if (server.expires_at) end = std::min(end, *server.expires_at);
    const auto days = std::chrono::round<std::chrono::days>(end - now).count();
    const std::string date = base::format_timestamp(end).substr(0, 10);
    if (days < 2) return base::format_timestamp(end).substr(0, 16) + " UTC";
    return date + " (" + std::to_string(days) + " days)";
}

bool signs_in(const parameters& form) {
    return !value_of(form, "email").empty();
}

std::string refused_text(const parameters& form) {
    if (signs_in(form))
        return "E-mail address, password or code is wrong, or you are not an operator or admin of "
               "this MCP server's team.";
    return "This is not an API key of this MCP server's team with the role operator or admin.";
}

struct page_problem {
    unsigned status = 0;
    std::string text;
};

// The message for a password or key that was not checked, which must not count as wrong; status 0
// if it was checked.
page_problem not_judged(const base::failure& why) {
    if (why.code == "too_many_sign_ins") return {429, "Please wait: " + why.message + '.'};
    if (why.code == "sign_in_busy") return {503, "Please wait: " + why.message + '.'};
    if (why.kind == base::errc::unavailable)
        return {503, "The record store does not answer. Try again shortly."};
    if (why.code == "code_needed")
        return {401, "Enter your one-time code as well, and your password again."};
    if (why.code == "https_needed")
        return {403, "Not here: " + why.message + ". An API key is accepted."};
    if (why.code == "foreign_origin")
        return {403,
                "This page was sent by another site. Go back to the program and connect again."};
    return {};
}

std::string too_many_wrong() {
    return "Too many wrong passwords or API keys came from your address. Try again in a minute.";
}

}  // namespace

awaitable<base::result<gate::client_metadata>> gate::find_client(const oauth_call& call,
                                                                 std::string_view client_id) {
    std::string id{client_id};
    if (client_id.starts_with("oac_")) {
        auto found = co_await services_.clients.find(call.server, id);
        if (!found) co_return found.error();
        if (*found)
            co_return client_metadata{(*found)->id, std::move((*found)->name),
                                      std::move((*found)->redirect_uris)};
    }
    asker who{server::counted_address(call.context.client_address), call.server.id};
    auto described = co_await documents_.get(std::move(id), std::move(who));
    co_return described;
}

awaitable<base::http_response> gate::show_consent(const oauth_call& call) {
    const auto in = decode_parameters(call.context.request.query);
    if (!in)
        co_return refusal_page(400,
                               "The request is malformed: a parameter is there twice, or its "
                               "percent-encoding is broken.");
    const auto client_id = value_of(*in, "client_id");
    if (client_id.empty()) co_return refusal_page(400, "The request names no client_id.");
    const auto client = co_await find_client(call, client_id);
    if (!client) {
        const auto kind = client.error().kind;
        const unsigned status = kind == base::errc::invalid_argument ? 400
                                : kind == base::errc::limit_exceeded ? 429
                                                                     : 503;
        co_return refusal_page(status, status == 503 ? "The record store does not answer. Try "
                                                       "again shortly."
                                                     : client.error().message);
    }
    std::string redirect_uri{value_of(*in, "redirect_uri")};
    if (redirect_uri.empty() && client->redirect_uris.size() == 1)
        redirect_uri = client->redirect_uris.front();
    const auto& prefixes = services_.authorizations.rules().redirect_prefixes;
    if (!rules::check_redirect_uri(redirect_uri, prefixes) ||
        !rules::redirect_allowed(client->redirect_uris, redirect_uri))
        co_return refusal_page(400,
                               "The address to send the answer to (redirect_uri) is not among "
                               "those that this client has registered. Nothing was sent there.");
    const auto state = value_of(*in, "state");
    if (const auto wrong = check_request(call, *in))
        co_return returning_page(
            400, wrong->detail,
            answering(call, std::move(redirect_uri), state, "error", wrong->error, wrong->detail));
    consent_request request;
    request.server_id = call.server.id;
    request.client_id = client->id;
    request.client_name = client->name;
    request.redirect_uri = std::move(redirect_uri);
    request.state = state;
    request.challenge = value_of(*in, "code_challenge");
    request.scope = scope_of(value_of(*in, "scope"));
    auto sealed = services_.authorizations.seal(request);
    std::string no_problem;
    co_return co_await page(call, 200, request, std::move(sealed), std::move(no_problem));
}

awaitable<base::http_response> gate::page(const oauth_call& call, unsigned status,
                                          const consent_request& request, std::string sealed,
                                          std::string problem) {
    const auto& server = call.server;
    const auto account = co_await services_.accounts.get(server.team_id, server.account_id);
    const auto tools = co_await services_.declarations.tools_of(server.team_id, server.account_id);
    if (!account || !tools)
        co_return refusal_page(503, "The record store does not answer. Try again shortly.");
    const auto lifetime = services_.authorizations.rules().authorization_lifetime;
    consent_view view{call.server,
                      request,
                      std::move(sealed),
                      call.endpoints + std::string{endpoints::authorize},
                      account->service ? account->service->authority() : std::string{},
                      0,
                      0,
                      0,
                      until_text(call.server, services_.clock.now(), lifetime),
                      std::move(problem)};
    const tenancy::live_writes_facts of{server.mode, server.team_allow_live_writes};
    const auto filter = tenancy::own_filter(server.config, of, *tools->shown);
    const tenancy::listed_account listed{server.mode, account->connected_accounts,
                                         account->orders != tenancy::orders_kind::none};
    for (const auto& entry : tools->shown->shown(filter, listed)) {
        const auto kind = tenancy::bit(entry.facts.kind);
        if ((kind & tenancy::read_methods) != 0)
            ++view.reads;
        else if ((kind & tenancy::write_methods) != 0)
            ++view.changes;
        else
            ++view.others;
    }
    co_return consent_page(status, view);
}

awaitable<base::http_response> gate::take_consent(const oauth_call& call) {
    const auto form = decode_form(call.context.request);
    if (!form) co_return refusal_page(400, "The form is malformed.");
    const auto sealed = value_of(*form, "request");
    auto request = services_.authorizations.open(sealed);
    if (!request || request->server_id != call.server.id)
        co_return refusal_page(400,
                               "This page is too old, or was changed. Go back to the program "
                               "and connect again.");
    const auto decision = value_of(*form, "decision");
    if (decision == "deny") {
        log_.info("oauth_denied", {{"mcp_server", call.server.id},
                                   {"team", call.server.team_id},
                                   {"client", request->client_id},
                                   {"remote", call.context.client_address}});
        co_return back_to_client(call, std::move(request->redirect_uri), request->state, "error",
                                 "access_denied", "The person said no.");
    }
    if (decision != "allow" && decision != "allow_read")
        co_return refusal_page(400, "The form is malformed.");
    auto answered = co_await allow(call, std::move(*request), sealed, *form);
    co_return answered;
}

// The person who signs in on the page, or the API key that is entered there.
awaitable<base::result<std::shared_ptr<const tenancy::api_key>>> gate::who_consents(
    const oauth_call& call, const parameters& form) {
    if (!signs_in(form)) {
        auto key = co_await services_.api_keys.authenticate(value_of(form, "api_key"));
        co_return key;
    }
    tenancy::audit_event request;
    request.action = "POST " + std::string{server::addresses::oauth} + call.server.id +
                     std::string{endpoints::authorize};
    request.server_id = call.server.id;
    request.request_id = call.context.request_id;
    request.remote = call.context.client_address;
    request.client = call.context.request.header("User-Agent");
    const std::string url = urls_.of(call.context);
    admin::request_facts facts;
    facts.base_url = url;
    facts.secure = call.context.secure;
    auto own = admin::check_cookie_allowed(call.context.request, facts);
    if (own) own = admin::check_sign_in_page(call.context.request, facts);
    if (!own) {
        request.kind = tenancy::audit_kind::admin_refused;
        request.decision = "refused";
        request.rule = own.error().code;
        services_.audit.note_anonymous(std::move(request));
        co_return own.error();
    }
    tenancy::sign_in_input input{std::string{value_of(form, "email")},
                                 base::secret{std::string{value_of(form, "password")}},
                                 std::string{value_of(form, "code")},
                                 call.server.team_id,
                                 server::counted_address(call.context.client_address),
                                 tenancy::role::operator_};
    auto person = co_await services_.sessions.identify(std::move(input), std::move(request));
    co_return person;
}

awaitable<base::http_response> gate::allow(const oauth_call& call, consent_request request,
                                           std::string_view sealed, const parameters& form) {
    const auto now = services_.clock.now();
    const std::string address = server::counted_address(call.context.client_address);
    std::string same{sealed};
    // Other people may share the address, so a correct key is still accepted, but later.
    const slow_lane::place slowed{slow_lane_, !wrong_keys_.may(address, now)};
    if (slowed.refused())
        co_return co_await page(call, 429, request, std::move(same), too_many_wrong());
    if (slowed.needed()) {
        const auto here = co_await asio::this_coro::executor;
        asio::steady_timer pause{here};
        pause.expires_after(slow_lane::pause);
        co_await pause.async_wait(asio::use_awaitable);
    }
    const auto by = co_await who_consents(call, form);
    if (!by) {
        auto why = not_judged(by.error());
        if (why.status != 0)
            co_return co_await page(call, why.status, request, std::move(same),
                                    std::move(why.text));
    }
    const bool good =
        by && (*by)->team_id == call.server.team_id && (*by)->rank >= tenancy::role::operator_;
    if (!good) {
        wrong_keys_.count(address, now);
        log_.warning("oauth_key_refused", {{"mcp_server", call.server.id},
                                           {"team", call.server.team_id},
                                           {"client", request.client_id},
                                           {"remote", call.context.client_address}});
        co_return co_await page(call, 403, request, std::move(same), refused_text(form));
    }
    if (value_of(form, "decision") == "allow_read") request.scope = rules::read_scope;
    std::string redirect_uri = request.redirect_uri;
    const std::string state = request.state;
    const std::string code =
        services_.authorizations.code_for(call.server, std::move(request), **by);
    co_return back_to_client(call, std::move(redirect_uri), state, "code", code);
}

}  // namespace tollgate::oauth
