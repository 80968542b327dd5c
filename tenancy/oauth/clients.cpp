#include "tenancy/oauth/clients.hpp"

#include <utility>

#include "base/ids.hpp"
#include "tenancy/oauth/redirect_uri.hpp"
#include "tenancy/server_config.hpp"

namespace tollgate::tenancy::oauth {

using base::awaitable;
using base::result;

namespace {
constexpr std::size_t redirect_uris_max = 10;
}

result<> check_client(const client_metadata& client, const std::vector<std::string>& app_prefixes) {
    if (client.redirect_uris.empty())
        return base::invalid("invalid_redirect_uri",
                             "name at least one redirect URI, for the authorization_code grant");
    if (client.redirect_uris.size() > redirect_uris_max)
        return base::invalid("invalid_redirect_uri", "a client has at most 10 redirect URIs");
    for (const std::string& uri : client.redirect_uris) {
        const auto good = check_redirect_uri(uri, app_prefixes);
        if (!good) return good;
    }
    if (client.name.empty()) return {};
    const auto named = check_name(client.name, "client_name");
    if (named) return {};
    return base::invalid("invalid_client_metadata", named.error().message);
}

awaitable<result<oauth_client>> clients::add(const open_server& at, client_metadata client) {
    const auto good = check_client(client, rules_.redirect_prefixes);
    if (!good) co_return good.error();
    const auto now = env_.clock.now();
    oauth_client out{base::make_id("oac"), std::move(client.name), std::move(client.redirect_uris),
                     now};
    storage::oauth_client_row row;
    row.id = out.id;
    row.team_id = at.team_id;
    row.server_id = at.id;
    row.name = out.name;
    row.redirect_uris = encode_words(out.redirect_uris);
    row.created_at = now;
    row.expires_at = now + rules_.unused_client_lifetime;
    std::vector<storage::change> changes{
        storage::add_oauth_client{std::move(row), rules_.clients_per_server}};
    auto stored = co_await env_.store.commit(std::move(changes));
    if (!stored) co_return stored.error();
    env_.log.info("oauth_client_registered",
                  {{"mcp_server", at.id}, {"team", at.team_id}, {"client", out.id}});
    co_return out;
}

awaitable<result<std::optional<oauth_client>>> clients::find(const open_server& at,
                                                             std::string id) {
    auto row = co_await env_.store.find_oauth_client(at.team_id, at.id, std::move(id));
    if (!row) co_return row.error();
    if (!*row || env_.clock.now() >= (*row)->expires_at) co_return std::optional<oauth_client>{};
    auto uris = decode_words((*row)->redirect_uris);
    if (!uris) co_return uris.error();
    co_return std::optional<oauth_client>{
        oauth_client{(*row)->id, (*row)->name, std::move(*uris), (*row)->created_at}};
}

}  // namespace tollgate::tenancy::oauth
