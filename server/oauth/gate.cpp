#include "server/oauth/gate.hpp"

#include <array>

#include "base/bearer.hpp"
#include "base/ids.hpp"
#include "server/oauth/answers.hpp"
#include "server/oauth/endpoints.hpp"
#include "server/pipeline/addresses.hpp"
#include "server/pipeline/problem.hpp"
#include "tenancy/registry.hpp"
#include "tenancy/rules/scope.hpp"

namespace tollgate::oauth {

namespace {

using base::awaitable;
using server::problem;
using server::request_context;

constexpr std::size_t wrong_keys_max = 10;
constexpr std::size_t registrations_logged_max = 60;  // per address and hour

// A parsed address: an MCP server's id, and its document or endpoint.
struct place {
    std::string_view server_id;
    std::string_view what;
};

constexpr std::string_view resource_document = "resource";
constexpr std::string_view server_document = "server";

namespace addresses = server::addresses;
using addresses::at;
using addresses::below_mcp;
using addresses::well_known;

constexpr std::string_view resource_place = at<well_known, addresses::resource_word, below_mcp>;

struct known_place {
    std::string_view before;  // the id
    std::string_view what;
};
constexpr std::array<known_place, 3> document_places{
    {{resource_place, resource_document},
     {at<well_known, addresses::server_word, below_mcp>, server_document},
     {at<well_known, addresses::openid_word, below_mcp>, server_document}}};

place place_of(std::string_view path) {
    for (const auto& one : document_places)
        if (path.starts_with(one.before)) return {path.substr(one.before.size()), one.what};
    if (path.starts_with(below_mcp) && path.ends_with(addresses::openid_document)) {
        path.remove_suffix(addresses::openid_document.size());
        return {path.substr(std::min(below_mcp.size(), path.size())), server_document};
    }
    if (!path.starts_with(addresses::oauth)) return {};
    path.remove_prefix(addresses::oauth.size());
    const auto slash = std::min(path.find('/'), path.size());
    return {path.substr(0, slash), path.substr(slash)};
}

std::string address_of(const std::string& base, std::string_view before, std::string_view id) {
    return std::string{base}.append(before).append(id);
}

base::http_response nothing_here(const request_context& context) {
    return problem(404, "not_found", "There is nothing at this address.", context.request_id);
}

base::http_response server_not_found() {
    return problem(404, "not_found", "There is no such MCP server.");
}

base::http_response store_unavailable() {
    return problem(503, "unavailable", "The record store does not answer. Try again shortly.");
}

base::http_response oauth_challenge(const std::string& base, std::string_view server_id,
                                    bool refused) {
    auto out = problem(401, refused ? "invalid_token" : "unauthorized",
                       refused ? "This access token is unknown, expired or revoked."
                               : "This MCP server asks for OAuth: see WWW-Authenticate.");
    std::string value = "Bearer resource_metadata=\"" +
                        address_of(base, resource_place, server_id) + "\", scope=\"" +
                        std::string{tenancy::oauth::full_scope} + "\"";
    if (refused)
        value +=
            ", error=\"invalid_token\", error_description=\"The access token is unknown, "
            "expired or revoked\"";
    out.headers.emplace_back("WWW-Authenticate", std::move(value));
    return out;
}

base::http_response wrong_method(std::string_view allowed) {
    auto out = error_answer(405, "invalid_request", "Use " + std::string{allowed} + ".");
    out.headers.emplace_back("Allow", std::string{allowed});
    return out;
}

}  // namespace

gate_services services_of(tenancy::registry& all) {
    return {.grants = all.grants(),
            .accounts = all.accounts(),
            .declarations = all.declarations(),
            .api_keys = all.api_keys(),
            .sessions = all.sessions(),
            .authorizations = all.authorizations(),
            .clients = all.oauth_clients(),
            .audit = all.audit(),
            .clock = all.clock()};
}

gate::gate(const gate_services& services, const server::base_urls& urls,
           client_documents& documents, base::logger& log)
    : services_(services),
      urls_(urls),
      documents_(documents),
      log_(log),
      wrong_keys_(wrong_keys_max, std::chrono::minutes{10}),
      registrations_(registrations_logged_max, std::chrono::hours{1}) {}

awaitable<std::optional<base::http_response>> gate::admit(request_context& context) {
    const std::string_view id = context.path_token;
    const std::string base = urls_.of(context);
    const std::string issuer = address_of(base, below_mcp, id);
    const auto token = base::bearer_credential(context.request);
    auto& grants = services_.grants;
    const auto named = services_.authorizations.verify(token, issuer);
    if (named) {
        context.grant = grants.cached_authorization(*named);
        if (!context.grant) {
            auto found = co_await grants.find_authorization(*named);
            if (!found && found.error().kind == base::errc::unavailable)
                co_return store_unavailable();
            // No challenge, because a new authorization would not help.
            if (!found && found.error().kind == base::errc::forbidden)
                co_return server::problem(403, found.error().code, found.error().message);
            if (found) context.grant = std::move(*found);
        }
        const bool good = context.grant && context.grant->server_id == id &&
                          context.grant->auth != tenancy::server_auth::url &&
                          tenancy::grant_valid_at(*context.grant, services_.clock.now());
        if (good) co_return std::optional<base::http_response>{};
        context.grant.reset();
    }
    std::string server_id{id};
    const auto at = co_await services_.authorizations.server(std::move(server_id));
    if (!at && at.error().kind == base::errc::not_found) co_return server_not_found();
    if (!at) co_return store_unavailable();
    context.challenged = {at->team_id, at->id};
    co_return oauth_challenge(base, id, !token.empty());
}

awaitable<base::http_response> gate::handle_oauth(const request_context& context) {
    const auto where = place_of(context.request.path);
    if (!base::is_id(where.server_id, "mcp")) co_return nothing_here(context);
    const std::string id{where.server_id};
    auto at = co_await services_.authorizations.server(id);
    if (!at && at.error().kind == base::errc::not_found) co_return nothing_here(context);
    if (!at) co_return store_unavailable();
    const std::string base = urls_.of(context);
    const oauth_call call{context, std::move(*at), address_of(base, below_mcp, id),
                          address_of(base, addresses::oauth, id)};
    auto answered = co_await dispatch(call, where.what);
    co_return answered;
}

gate::posted gate::posted_endpoint(std::string_view what) {
    struct row {
        std::string_view path;
        posted run;
    };
    static constexpr std::array<row, 4> rows{{
        {endpoints::token, &gate::give_token},
        {endpoints::registration, &gate::add_client},
        {endpoints::revoke, &gate::revoke},
        {endpoints::introspect, &gate::introspect},
    }};
    for (const auto& one : rows)
        if (one.path == what) return one.run;
    return nullptr;
}

awaitable<base::http_response> gate::dispatch(const oauth_call& call, std::string_view what) {
    const std::string_view method = call.context.request.method;
    const bool get = method == "GET" || method == "HEAD";
    if (what == resource_document || what == server_document) {
        if (!get) co_return wrong_method("GET, HEAD");
        co_return json_answer(200, what == resource_document
                                       ? resource_metadata(call.issuer)
                                       : server_metadata(call.issuer, call.endpoints));
    }
    if (what == endpoints::authorize) {
        if (!get && method != "POST") co_return wrong_method("GET, HEAD, POST");
        auto shown = get ? show_consent(call) : take_consent(call);
        co_return co_await std::move(shown);
    }
    const auto run = posted_endpoint(what);
    if (run == nullptr) co_return nothing_here(call.context);
    if (method != "POST") co_return wrong_method("POST");
    auto answered = co_await (this->*run)(call);
    co_return answered;
}

}  // namespace tollgate::oauth
